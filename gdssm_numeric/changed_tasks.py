"""Test tasks whose data follow another law than those of training: x = A u, u of independent entries, W rescaled.

A model trained on a `Task` is tested on a `ChangedTask` with correlated, collinear or heavy-tailed inputs or with
larger weights. Sizes, scale, number of samples and label noise are changed in the `Task` itself. Names of axes as in
`tasks`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor

from .tasks import Batch, Targets, Task, Tokens

Law = Literal["uniform", "normal", "laplace", "student"]
Mixing = tuple[tuple[float, ...], ...]

#: Degrees of freedom of Student's law. Its 8th moment is finite, and with it the variance of one step's squared error
#: and the mean, though not the variance, of two steps'.
DEGREES = 9
#: Decimals of the numbers of a mixing matrix, so that exact arithmetic can have the same matrix.
DECIMALS = 6


@dataclass(frozen=True)
class ChangedTask:
    """A task with inputs x = A u and weights W of deviation `weights`; ValueError for what does not exist.

    The entries of u are independent, of the law named (that of the task if there is none) and of the variance of the
    task's inputs: scale²/3 if they are uniform, scale² if normal. A is `mixing`, f × r by rows, or the identity. With
    all defaults the draws are the task's, to the bit.
    """

    task: Task
    law: Law | None = None
    mixing: Mixing | None = None
    weights: float = 1.0

    def __post_init__(self) -> None:
        if self.law is not None and self.law not in get_args(Law):
            raise ValueError(f"laws are {', '.join(get_args(Law))}")
        if not 0 < self.weights < math.inf:
            raise ValueError("the deviation of the weights is positive")
        if self.mixing is not None:
            widths = {len(row) for row in self.mixing}
            if len(self.mixing) != self.features or len(widths) != 1 or widths == {0}:
                raise ValueError("a mixing matrix has one row for each feature, all of one length")

    @property
    def features(self) -> int:
        return self.task.features

    @property
    def samples(self) -> int:
        return self.task.samples

    @property
    def targets(self) -> Targets:
        return self.task.targets

    @property
    def tokens(self) -> Tokens:
        return self.task.tokens

    @property
    def outputs(self) -> int:
        return self.task.outputs

    @property
    def variance(self) -> float:
        """The variance of an entry of u."""
        square = self.task.scale**2
        return square / 3 if self.task.inputs == "uniform" else square

    def draw(self, batch: int, generators: Sequence[torch.Generator], dtype: torch.dtype = torch.float32) -> Batch:
        """`batch` tasks from each generator, on the generators' device, as `Task.draw`."""
        R, device = len(generators), generators[0].device
        mixing = None if self.mixing is None else torch.tensor(self.mixing, dtype=dtype, device=device)
        entries = self.features if mixing is None else mixing.shape[1]
        u = torch.empty(R, batch, self.samples + 1, entries, dtype=dtype, device=device)
        W = torch.empty(R, batch, self.features, self.outputs, dtype=dtype, device=device)
        for r, own in enumerate(generators):
            self._fill(u[r], own)
            W[r].normal_(0, self.weights, generator=own)
        x = u if mixing is None else u @ mixing.mT
        y = x @ W
        targets = y[:, :, :-1]
        if self.task.noise:
            shaken = torch.empty_like(targets)
            for r, own in enumerate(generators):
                shaken[r].normal_(0, self.task.noise**0.5, generator=own)
            targets = targets + shaken
        return Batch(x, targets, y[:, :, -1])

    def _fill(self, u: Tensor, own: torch.Generator) -> None:
        """Fill u with independent entries."""
        law, deviation = self.law or self.task.inputs, self.variance**0.5
        if law == "uniform":
            # √3 · scale/√3 would not be the scale to the last bit.
            bound = self.task.scale if self.task.inputs == "uniform" else 3**0.5 * self.task.scale
            u.uniform_(-bound, bound, generator=own)
        elif law == "normal":
            u.normal_(0, deviation, generator=own)
        elif law == "laplace":
            u.copy_(deviation * 0.5**0.5 * _laplace(u.uniform_(generator=own)))
        else:
            u.normal_(generator=own)
            squares = torch.zeros_like(u)
            for _ in range(DEGREES):
                squares += torch.empty_like(u).normal_(generator=own).square()
            u.mul_(deviation * ((DEGREES - 2) / squares).sqrt())  # √(ν/χ²) · √((ν-2)/ν), the second for variance 1


def _laplace(uniform: Tensor) -> Tensor:
    """Numbers of density ½ exp(-|z|), of variance 2, from uniform ones in [0, 1).

    Each half of the interval gives one sign, and its position v in that half, in [0, 1), gives |z| = -log(1 - v): the
    inverse distribution function with the lower half reversed. v is exact and below 1, so |z| is finite.
    """
    doubled = 2 * uniform
    upper = doubled >= 1
    size = -torch.log1p(-(doubled - upper.to(doubled)))
    return size.where(upper, -size)


def correlated(features: int, condition: float, own: torch.Generator) -> Mixing:
    """Return A = U diag(s)^½ Uᵀ, f × f, with U uniform (Haar) among the orthogonal matrices.

    The eigenvalues s of the covariance A Aᵀ are geometric, their largest `condition` times their smallest, their mean
    1: inputs keep their mean square. ValueError unless features ≥ 1 and condition ≥ 1, or for one feature and another
    condition than 1.
    """
    if features < 1 or not 1 <= condition < math.inf or (features == 1 and condition != 1):
        raise ValueError("features and condition start at 1, and one feature has condition 1")
    steps = torch.arange(features, dtype=torch.float64) / max(1, features - 1)
    spectrum = condition**-steps
    U = _orthogonal(features, own)
    return _rounded(U * (spectrum / spectrum.mean()).sqrt() @ U.mT)


def collinear(features: int, rank: int, own: torch.Generator) -> Mixing:
    """Return A = √(f/r) times r orthonormal columns, uniform (Haar), f × r: inputs in a subspace of dimension r.

    The mean square of an input stays what it is for the identity. ValueError unless 1 ≤ rank ≤ features.
    """
    if not 1 <= rank <= features:
        raise ValueError("the rank is between 1 and the number of features")
    return _rounded((features / rank) ** 0.5 * _orthogonal(features, own)[:, :rank])


def _orthogonal(size: int, own: torch.Generator) -> Tensor:
    """Draw an orthogonal matrix uniformly: Q of a normal matrix QR where R has a positive diagonal."""
    normal = torch.empty(size, size, dtype=torch.float64, device=own.device).normal_(generator=own)
    Q, R = torch.linalg.qr(normal)
    return (Q * R.diagonal().sign()).cpu()


def _rounded(matrix: Tensor) -> Mixing:
    return tuple(tuple(round(float(entry), DECIMALS) for entry in row) for row in matrix)
