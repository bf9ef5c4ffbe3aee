"""The GD-SSM as a layer for a model of one's own: an `nn.Module` on plain tensors, without a replica axis.

    parameter                      shape          over interleaved tokens, layer l of L (§3.2, A.2 as corrected)
    Q, Q_tilde                     (·, 3, 3)      attention weights of the first and second head
    decay, decay_tilde             (·, f, f)      diagonal recurrence A, entry by entry
    C                              (L, g, f)      output map of the first head, in place of ∓η/N
    C_tilde                        (L-1, f, f)    … of the second head, in place of η/N
    q                              (3,)           readout weights

The first axis numbers the layers: `Q[0]` is that of layer 1. The names in _tilde have one entry less, since the first
layer has no second head where W_0 = 0: `Q_tilde[0]` is that of layer 2. A layer alone has none of them.

    parameter                      shape          over constructed tokens (Proposition 1, §3.1), always one layer
    Psi                            (2f, f)        input selector
    decay                          (f,)           diagonal recurrence
    Theta                          (f, 2f)        output selector, which takes in the factor β

The recurrences are those of `window_model` and `token_model`, which have the formulas.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from operator import index
from typing import NamedTuple, SupportsIndex, get_args

import torch
from torch import Tensor, nn

from . import recurrence, token_model, window_model
from .tasks import Tokens, constructed, interleaved
from .token_model import TokenModel
from .window_model import USUAL_SAMPLES, WindowModel

FIRST_HEAD, SECOND_HEAD = ("Q", "decay", "C"), ("Q_tilde", "decay_tilde", "C_tilde")


class _Weights(NamedTuple):
    """One head of one layer with a replica axis of length 1."""

    Q: Tensor
    decay: Tensor
    C: Tensor


class GDSSM(nn.Module):
    """Predict the target of a query from N samples in context; the right weights are gradient descent from W_0 = 0.

    `features` is f, the components of x and of the query. `targets` is g, the components of y and of the prediction,
    with g ≤ f; it is f if it is left out. `layers` is L, and L layers can be L steps of gradient descent.

    `tokens` is "interleaved" (x_1, y_1, x_2, …; Propositions 2 and 3; a target of fewer than f components is padded
    with zeros in front) or "constructed" ([x_t y_t, x_{t+1}]; Proposition 1; one layer, one target component).

    The parameters start at random, as in `gdssm train`: Q, q and C (or Ψ and Θ) are normal, decays are 0.95. `samples`
    is the N that the start is scaled for, so that first predictions are mostly smaller than the targets; the layer
    takes any N, but what `torch.export` makes of it has the N of its example. The random numbers come from `generator`,
    which has to be on the CPU, or else from PyTorch's default generator (`torch.manual_seed`), as in torch.nn. `device`
    and `dtype` are as in torch.nn.

    ValueError for sizes that are not whole numbers from 1, for more target components than features, for constructed
    tokens with several layers or target components, and for a dtype that is not of floating point.

    >>> import torch
    >>> from gdssm import GDSSM
    >>> layer = GDSSM(5)
    >>> x, y, query = torch.randn(32, 10, 5), torch.randn(32, 10, 5), torch.randn(32, 5)
    >>> layer(x, y, query).shape
    torch.Size([32, 5])
    """

    decay: nn.Parameter
    Q: nn.Parameter
    C: nn.Parameter
    q: nn.Parameter
    Q_tilde: nn.Parameter
    decay_tilde: nn.Parameter
    C_tilde: nn.Parameter
    Psi: nn.Parameter
    Theta: nn.Parameter

    def __init__(
        self,
        features: SupportsIndex,
        targets: SupportsIndex | None = None,
        layers: SupportsIndex = 1,
        *,
        tokens: Tokens = "interleaved",
        samples: SupportsIndex = USUAL_SAMPLES,
        generator: torch.Generator | None = None,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        f, g = _size("features", features), _size("targets", features if targets is None else targets)
        L, N = _size("layers", layers), _size("samples", samples)
        if dtype is not None and not dtype.is_floating_point:
            raise ValueError(f"dtype is {dtype}, but parameters are real numbers: torch.float32 or torch.float64")
        if g > f:
            raise ValueError(f"targets is {g}, but a target has no more components than the {f} features")
        if tokens not in get_args(Tokens):
            raise ValueError(f"tokens is {tokens!r}, but has to be 'interleaved' or 'constructed'")
        if tokens == "constructed" and (g, L) != (1, 1):
            raise ValueError("constructed tokens are for targets=1 and layers=1")
        self.features, self.targets, self.layers = f, g, L
        self.tokens, self.samples = tokens, N
        self.constructed_for: int | None = None
        shapes: dict[str, tuple[int, ...]]
        if tokens == "constructed":
            shapes = {"Psi": (2 * f, f), "Theta": (f, 2 * f), "decay": (f,)}
        else:
            shapes = {"Q": (L, 3, 3), "decay": (L, f, f), "C": (L, g, f), "q": (3,)}
            if L > 1:
                shapes |= {"Q_tilde": (L - 1, 3, 3), "decay_tilde": (L - 1, f, f), "C_tilde": (L - 1, f, f)}
        for name, shape in shapes.items():
            setattr(self, name, nn.Parameter(torch.empty(shape, device=device, dtype=dtype)))
        self.reset_parameters(generator)

    def reset_parameters(self, generator: torch.Generator | None = None) -> None:
        """Start again at random, from this generator (on the CPU) or from PyTorch's default one."""
        model: WindowModel | TokenModel
        if self.tokens == "constructed":
            model = TokenModel(self.features, dtype=torch.float64)
        else:
            model = WindowModel(self.features, self.layers, dtype=torch.float64)
        model.initialise([generator], self.samples)
        self._take(model, 0)

    @classmethod
    def construction(
        cls,
        features: SupportsIndex,
        samples: SupportsIndex,
        rate: float | Sequence[float] | Tensor,
        targets: SupportsIndex | None = None,
        *,
        tokens: Tokens = "interleaved",
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> GDSSM:
        """Return the paper's construction as corrected: gradient descent on 1/(2N) Σ_i ‖Wᵀx_i - y_i‖² from W_0 = 0.

        `rate` is the learning rate of one step, or a sequence of rates: a step, and a layer, for each of them.
        One step is Proposition 2 (Proposition 1 over constructed tokens), several steps are Proposition 3.

        N is part of the weights, which divide a sum over the context by it. So on M samples the layer computes the
        steps on these M samples with the rates times M/N (P1, P2: "the factor for N samples kept at every step"). The
        first call with another number than N warns of that (UserWarning, once for each number; compiled code does not).
        `constructed_for` is N, also after training; set it to None if contexts of other lengths are meant.

        ValueError as for `GDSSM`, and for no rate at all.

        >>> import torch
        >>> from gdssm import GDSSM
        >>> layer = GDSSM.construction(features=3, samples=4, rate=0.5, dtype=torch.float64)
        >>> x, y, query = (torch.randn(*shape, 3, dtype=torch.float64) for shape in ((4,), (4,), ()))
        >>> W = torch.zeros(3, 3, dtype=torch.float64, requires_grad=True)
        >>> loss = ((x @ W - y) ** 2).sum() / (2 * 4)
        >>> (gradient,) = torch.autograd.grad(loss, W)
        >>> torch.allclose(layer(x, y, query), query @ (W - 0.5 * gradient))
        True
        """
        rates = torch.as_tensor(rate, dtype=torch.float64).reshape(-1).tolist()
        made = cls(
            features, targets, len(rates), tokens=tokens, samples=samples,
            generator=torch.Generator(), device=device, dtype=dtype,
        )  # fmt: skip
        features, samples = made.features, made.samples
        made.constructed_for = samples
        factors = torch.tensor([float(one) / samples for one in rates], dtype=torch.float64)
        with torch.no_grad():
            for parameter in made.parameters():
                parameter.zero_()
            made.decay.fill_(1)
            identity = torch.eye(features, dtype=torch.float64)
            if tokens == "constructed":
                made.Psi[:features] = -identity
                made.Theta[:, features:] = -factors * identity
                return made
            made.q[2] = 1
            maps = factors[:, None, None] * identity
            outputs = maps[:, features - made.targets :]
            if len(rates) == 1:  # o = -η/N Z C_N q with Q = -e₂e₁ᵀ (Proposition 2)
                made.Q[:, 1, 0], made.C[:] = -1, -outputs
            else:  # V_l = V_{l-1} - η/N (V_{l-1} Z̃ - Z) with Q = e₂e₁ᵀ, Q̃ = e₁e₁ᵀ (Proposition 3)
                made.Q[:, 1, 0], made.C[:] = 1, outputs
                made.Q_tilde[:, 0, 0], made.decay_tilde[:], made.C_tilde[:] = 1, 1, -maps[1:]
        return made

    @classmethod
    def of_replica(cls, model: WindowModel | TokenModel, replica: int = 0, samples: int = USUAL_SAMPLES) -> GDSSM:
        """Return one replica of a model of the trainer as a layer, with its weights, dtype and device.

        ValueError for a model whose W_0 is an input. IndexError if there is no such replica.
        """
        if not model.from_zero:
            raise ValueError("a layer starts at W_0 = 0, and W_0 is an input of this model")
        features = model.features
        tokens: Tokens = "constructed" if isinstance(model, TokenModel) else "interleaved"
        like = next(model.parameters())
        made = cls(
            features, 1 if tokens == "constructed" else features, model.layers, tokens=tokens, samples=samples,
            generator=torch.Generator(), device=like.device, dtype=like.dtype,
        )  # fmt: skip
        made._take(model, replica)
        return made

    @torch.no_grad()
    def _take(self, model: WindowModel | TokenModel, replica: int) -> None:
        """Take the weights of one replica; of an output map as many rows as there are target components."""
        if isinstance(model, TokenModel):
            found = {name: value[replica] for name, value in model.named_parameters()}
        else:
            pairs = [model.layer(index) for index in range(model.layers)]
            found = {"q": model.q[replica]}
            for names, heads in (
                (FIRST_HEAD, [head for head, _ in pairs]),
                (SECOND_HEAD, [head for _, head in pairs if head is not None]),
            ):
                for name, source in zip(names, FIRST_HEAD, strict=True):
                    if heads:
                        found[name] = torch.stack([getattr(head, source)[replica] for head in heads])
            found["C"] = found["C"][:, self.features - self.targets :]
        for name, parameter in self.named_parameters():
            parameter.copy_(found[name])

    def extra_repr(self) -> str:
        """Return what the layer was made with."""
        return (
            f"features={self.features}, targets={self.targets}, layers={self.layers}, "
            f"tokens={self.tokens!r}, samples={self.samples}"
        )

    def forward(self, x: Tensor, y: Tensor, query: Tensor) -> Tensor:
        """Return the predictions (…, g) for inputs x (…, N, f), targets y (…, N, g) and queries (…, f).

        … are any number of batch axes, also none, the same in x, y and the query. ValueError for shapes that do not
        fit, TypeError for what is no tensor or has another dtype than the parameters.
        """
        self._check(x, y, query)
        self._count(x.shape[-2], frames=4)  # with the two of nn.Module
        inputs = torch.cat((x, query.unsqueeze(-2)), dim=-2)
        if self.tokens == "constructed":
            tokens = _flat(constructed(inputs, y))
            found = token_model.predict(*self._selectors(), tokens)[0]
        else:
            padded = nn.functional.pad(y, (self.features - self.targets, 0))
            windows = recurrence.windows(_flat(inputs), _flat(padded))
            found = window_model.predict(self._heads(), self.q.unsqueeze(0), windows)[0][0].mT
        return found.reshape(*query.shape[:-1], self.targets)

    def interleave(self, x: Tensor, y: Tensor, query: Tensor) -> Tensor:
        """Return the tokens x_1, y_1, x_2, …, y_N, query: (…, 2N+1, f); shapes and errors as for the layer."""
        self._check(x, y, query)
        return interleaved(torch.cat((x, query.unsqueeze(-2)), dim=-2), y)

    def over_tokens(self, tokens: Tensor) -> Tensor:
        """Return the output at every window, (…, N, g), for tokens x_1, y_1, x_2, …, x_{N+1} of shape (…, 2N+1, f).

        Output t is the prediction at x_{t+1} from the samples 1 … t, and the last one is what the layer gives for the
        last token as query. The recurrence runs token by token, as an SSM does. Over constructed tokens the target is
        the last component of its token, and the others are not read. ValueError for a shape that does not fit,
        TypeError for what is no tensor or has another dtype than the parameters.

        >>> import torch
        >>> from gdssm import GDSSM
        >>> layer = GDSSM(5, targets=2, layers=3, dtype=torch.float64)
        >>> x, y, query = (torch.randn(shape, dtype=torch.float64) for shape in ((10, 5), (10, 2), (5,)))
        >>> every = layer.over_tokens(layer.interleave(x, y, query))
        >>> every.shape
        torch.Size([10, 2])
        >>> torch.allclose(every[-1], layer(x, y, query))
        True
        """
        self._require_tensors(tokens=tokens)
        f, shape = self.features, tuple(tokens.shape)
        if len(shape) < 2 or shape[-1] != f or shape[-2] < 3 or shape[-2] % 2 == 0:
            raise ValueError(f"tokens have the shape {shape}, but (…, 2N+1, {f}) is needed, with N at least 1")
        self._count(shape[-2] // 2, frames=2)
        flat = _flat(tokens)
        if self.tokens == "constructed":
            made = constructed(flat[:, :, 0::2], flat[:, :, 1::2, f - 1 :])
            found = token_model.predict_at_every_token(*self._selectors(), made)
        else:
            V_0 = flat.new_zeros(*flat.shape[:2], self.targets, f)
            found = window_model.predict_at_every_window(self._heads(), self.q.unsqueeze(0), flat, V_0)
        return found.reshape(*shape[:-2], shape[-2] // 2, self.targets)

    def _check(self, x: Tensor, y: Tensor, query: Tensor) -> None:
        """TypeError for no tensor or another dtype than the layer's, ValueError for shapes that do not fit."""
        self._require_tensors(x=x, y=y, query=query)
        f, g, shape = self.features, self.targets, tuple(x.shape)
        if len(shape) < 2 or shape[-1] != f or shape[-2] < 1:
            raise ValueError(f"x has the shape {shape}, but (…, N, {f}) is needed, with N at least 1")
        for name, value, wanted in (("y", y, (*shape[:-1], g)), ("query", query, (*shape[:-2], f))):
            if tuple(value.shape) != wanted:
                raise ValueError(f"{name} has the shape {tuple(value.shape)}, but {wanted} is needed for x of {shape}")

    def _require_tensors(self, **given: Tensor) -> None:
        own = self.decay.dtype
        for name, value in given.items():
            if not isinstance(value, Tensor):
                raise TypeError(
                    f"{name} is of type {type(value).__name__}, but a tensor is needed: torch.as_tensor({name})"
                )
            if not value.is_floating_point():
                raise TypeError(f"{name} has the dtype {value.dtype}, but real numbers are needed: {name}.to({own})")
            if value.dtype != own and not _autocasts(value.device.type):
                raise TypeError(
                    f"{name} has the dtype {value.dtype}, but the layer's parameters have {own}: {name}.to({own}) or "
                    f"layer.to({value.dtype})"
                )

    def _count(self, samples: int, frames: int) -> None:
        """Warn where the weights of a construction meet another number of samples than they divide by.

        The line that is named is the caller's, which is so many frames above.
        """
        if self.constructed_for is not None and samples != self.constructed_for and not torch.compiler.is_compiling():
            warnings.warn(
                f"the context has {samples} samples, and this construction divides by N = {self.constructed_for}: its "
                f"rates are {samples}/{self.constructed_for} of those given; "
                f"GDSSM.construction(…, samples={samples}, …) has the rates as given",
                stacklevel=frames + 1,
            )

    def _selectors(self) -> tuple[Tensor, Tensor, Tensor]:
        return self.Psi.unsqueeze(0), self.Theta.unsqueeze(0), self.decay.unsqueeze(0)

    def _heads(self) -> list[tuple[_Weights, _Weights | None]]:
        """Return the heads of each layer, with a replica axis of length 1."""

        def head(names: tuple[str, ...], index: int) -> _Weights:
            return _Weights(*(getattr(self, name)[index : index + 1] for name in names))

        seconds = [None, *(head(SECOND_HEAD, index) for index in range(self.layers - 1))]
        return [(head(FIRST_HEAD, index), second) for index, second in enumerate(seconds)]


def _size(name: str, given: SupportsIndex) -> int:
    """Return a size as an integer, which may be one of NumPy; ValueError for what is no whole number from 1."""
    try:
        size = index(given)
    except TypeError:
        size = 0
    if size < 1:
        raise ValueError(f"{name} is {given!r}, but has to be a whole number of at least 1")
    return size


def _autocasts(device: str) -> bool:
    """Does autocast choose the dtypes there?"""
    return torch.amp.is_autocast_available(device) and torch.is_autocast_enabled(device)


def _flat(value: Tensor) -> Tensor:
    """All batch axes as one, after a replica axis of length 1: (…, n, m) gives (1, B, n, m)."""
    return value.unsqueeze(0).flatten(0, -3).unsqueeze(0)
