"""Two contexts with the same state and different gradients (P4), and the head that makes the difference."""

from __future__ import annotations

import torch
from torch import Tensor

from derivations.figures.plots import BLACK, BLUE, GREY, VERMILION, Picture, sheet
from gdssm_numeric.tasks import Batch

from .example import Example

CONTEXTS = 40
ETA = 5.0


def unscaled_gradient(x: Tensor, y: Tensor) -> Tensor:
    """N ∇ℒ_N(0) for ŷ = σ(wᵀx) and half the mean squared error, by autograd; x is (…, N, f), y (…, N)."""
    w = x.new_zeros(*x.shape[:-2], x.shape[-1], requires_grad=True)
    loss = ((torch.sigmoid((x @ w[..., None])[..., 0]) - y) ** 2).sum() / 2
    (gradient,) = torch.autograd.grad(loss, w)
    return gradient


def state(x: Tensor, y: Tensor) -> Tensor:
    """Σ_i (w_0ᵀx_i − y_i) x_i at w_0 = 0, which A.3 accumulates."""
    return -(y[..., None] * x).sum(-2)


def same_state(here: Example) -> Picture:
    """Draw state and gradient of the two contexts of P4.T4 for the logistic function, and predictions with two heads.

    The contexts lie along a unit vector u: N samples (σ(z) u, σ(0)), and N samples (σ(0) u, σ(z)).
    """
    drawn = here.batch(CONTEXTS)
    u = drawn.inputs[0, 0, -1] / drawn.inputs[0, 0, -1].norm()
    z = torch.linspace(-4, 4, 81, dtype=torch.float64)
    high, half = torch.sigmoid(z), torch.sigmoid(torch.zeros_like(z))
    pairs = ((high, half), (half, high))
    contexts = [(scale[:, None, None] * u.expand(here.N, -1), to[:, None].expand(-1, here.N)) for scale, to in pairs]
    states, gradients = ([of(*one) @ u for one in contexts] for of in (state, unscaled_gradient))
    wanted, one_head, two_heads = _predictions(here, drawn)
    with sheet(2.7, 1, 2) as (figure, ((left, right),)):
        left.plot(z, states[0], color=BLACK, label="state, of both")
        for k, (colour, dashes) in enumerate(((BLUE, "-"), (VERMILION, "--"))):
            left.plot(z, gradients[k], color=colour, linestyle=dashes, label=f"gradient, context {k + 1}")
        left.set_xlabel("$z$")
        left.set_title(f"along $u$, $N={here.N}$")
        left.legend(loc="lower left")
        right.plot(wanted, wanted, color=GREY, linewidth=0.8, zorder=0)
        right.plot(wanted, one_head, color=VERMILION, marker="s", linestyle="none", label="from the state alone")
        right.plot(
            wanted,
            two_heads,
            color=BLUE,
            marker="o",
            fillstyle="none",
            linestyle="none",
            label="from state and $\\Sigma\\,x_i$",
        )
        right.set_xlabel(r"$\sigma(w_1^{\top} x_{N+1})$, by autograd")
        right.set_ylabel("prediction")
        right.legend(loc="upper left")
    same, apart = (float((one[0] - one[1]).abs().max()) for one in (states, gradients))
    off, on = (float((one - wanted).abs().max()) for one in (one_head, two_heads))
    words = (
        f"{here}: the states of the two contexts differ by at most {same:.3f}, their gradients by up to {apart:.3f}; "
        f"predictions from the state alone are off by up to {off:.3f}, with the sum of the inputs by {on:.3f}"
    )
    return Picture(figure, words)


def _predictions(here: Example, drawn: Batch) -> tuple[Tensor, Tensor, Tensor]:
    """σ(w_1ᵀx_{N+1}) by autograd, from the state with g'(0), and with the second head's g(0) g'(0) Σ x_i."""
    x, query = drawn.inputs[0, :, :-1], drawn.inputs[0, :, -1]
    y = torch.sigmoid(drawn.targets[0, :, :, 0])
    zero = torch.zeros((), dtype=torch.float64)
    value, slope = torch.sigmoid(zero), torch.sigmoid(zero) * (1 - torch.sigmoid(zero))
    alone = slope * state(x, y)
    both = alone + value * slope * x.sum(-2)
    found = (torch.sigmoid(-ETA / here.N * (g * query).sum(-1)) for g in (unscaled_gradient(x, y), alone, both))
    wanted, one_head, two_heads = found
    return wanted, one_head, two_heads
