"""What can be read off trained parameters: the products and decays on which every prediction depends.

A layer's scale is shared between Q, q and C, so none of them is identified alone. For one layer these are:

    C̄ Q⊗q   C̄ Q_ij q_k with C̄ = tr C / f: the coefficient of Σ_t (C_t e_i)_a (C_t e_j)·(C_N e_k)      (R, 27)
    decay                                                                                          (R, f²)
    C / C̄                                                                                          (R, f²)

and over constructed tokens, ΨΘ, the coefficient of Σ_t (c_t)_p (c_N)_s (R, 4f²), with the decays (R, f). Where
one sample or one feature makes two of those sums the same, only the sum of their coefficients is identified; label
noise tells apart some of those that are the same without it (`OPTG`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import torch
from torch import Tensor

from . import recurrence
from .tasks import EVALUATION, Task, generator
from .token_model import TokenModel
from .window_model import WindowModel

#: Data on which features are compared: enough of them that two different ones do not agree by chance.
COMPARED = 16


@dataclass(frozen=True)
class Quantity:
    """One kind of identified numbers: a name, labels of its entries (indices from 1), values (R, n)."""

    name: str
    labels: tuple[str, ...]
    values: Tensor


@torch.no_grad()
def identified(model: WindowModel | TokenModel, samples: int, *, noisy: bool = False) -> list[Quantity]:
    """The identified quantities of a model of one layer that starts at W_0 = 0; ValueError for a deeper one.

    `noisy` says that the labels of its tasks have noise.
    """
    if model.layers != 1 or not model.from_zero:
        raise ValueError("the single numbers of several layers are not identified")
    if isinstance(model, TokenModel):
        found = [_merged("ΨΘ", model.Psi @ model.Theta, _token_sums(model.features, samples))]
        decays = _entries("decay", model.decay)
        return [*found, decays] if samples > 1 else found
    head, _ = model.layer(0)
    mean = head.C.diagonal(dim1=1, dim2=2).mean(dim=1)
    tensor = torch.einsum("r,rij,rk->rijk", mean, head.Q, model.q)
    found = [_merged("C̄ Q⊗q", tensor, _window_sums(model.features, samples, noisy))]
    if samples > 1:  # with one sample the state is never multiplied by its decay
        found.append(_entries("decay", head.decay))
    if model.features > 1:  # C / C̄ is 1 by definition otherwise
        found.append(_entries("C / C̄", head.C / mean[:, None, None]))
    return found


def _labels(shape: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(f"({','.join(map(str, index))})" for index in product(*(range(1, size + 1) for size in shape)))


def _entries(name: str, values: Tensor) -> Quantity:
    return Quantity(name, _labels(tuple(values.shape[1:])), values.detach().flatten(1))


def _merged(name: str, values: Tensor, sums: Tensor | None) -> Quantity:
    """The coefficients (R, …) of the sums (n, data); those of equal sums are added up under the first one's label."""
    labels, flat = _labels(tuple(values.shape[1:])), values.flatten(1)
    if sums is None:
        return Quantity(name, labels, flat.detach() + 0.0)  # and no -0
    first: list[int] = []
    owner: list[int] = []
    for row in sums:
        same = [index for index in first if torch.allclose(sums[index], row, rtol=1e-9, atol=1e-12)]
        if not same:
            first.append(len(owner))
        owner.append(first.index(same[0]) if same else len(first) - 1)
    merged = flat.new_zeros(len(flat), len(first)).index_add_(1, torch.tensor(owner, device=flat.device), flat)
    return Quantity(name, tuple(labels[index] for index in first), merged)


def _window_sums(features: int, samples: int, noisy: bool) -> Tensor | None:
    """The 27 sums on a few tasks, (27, data), for decay 1; None where they are different (`OPTG`): f, N ≥ 2."""
    if features > 1 and samples > 1:
        return None
    batch = Task(features, samples, noise=float(noisy)).draw(COMPARED, [generator(0, 0, EVALUATION)], torch.float64)
    (seen,) = recurrence.windows(batch.inputs, batch.targets)  # (3, N, f, B)
    return torch.einsum("inab,jncb,kcb->ijkab", seen, seen, seen[:, -1]).flatten(0, 2).flatten(1)


def _token_sums(features: int, samples: int) -> Tensor | None:
    """The 4f² sums on a few tasks, (4f², data), for decay 1; None where no two are the same: N ≥ 2."""
    if samples > 1:
        return None
    task = Task(features, samples, "scalar", "constructed")
    tokens = task.draw(COMPARED, [generator(0, 0, EVALUATION)], torch.float64).constructed()[0]  # (B, N, 2f)
    return torch.einsum("bnp,bs->psb", tokens, tokens[:, -1]).flatten(0, 1)
