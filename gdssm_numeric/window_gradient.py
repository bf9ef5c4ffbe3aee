"""Loss and gradient of one replica of the model over windows, by formulas: fast on a CPU, in bounded memory.

What autograd finds for `window_model.predict`, to rounding. With w_j = C_t e_j for the three columns of a window,
m_j = C_t Q e_j, powers P_t = Aᴺ⁻ᵗ and products ⊙ entry by entry, a head reads (`recurrence`)

    z = Z_N r = Σ_t Σ_j m_j ⊙ P_t (w_j ⊙ r).

Let u be the gradient of the loss in z, and g_i = P_tᵀ (w_i ⊙ u). Then the gradients in Q, r and P_t are

    dQ_ij = Σ_t ⟨g_i, w_j ⊙ r⟩,    dr = Σ_t Σ_ij Q_ij g_i ⊙ w_j,    dP_t = Σ_j (m_j ⊙ u) (w_j ⊙ r)ᵀ,

so that nothing of the way there has to be kept, and the windows can be gone through a few at a time. Each product is
taken for one replica alone, in the same memory: the bits of a replica do not depend on those beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor

from .recurrence import gradient_of_powers, powers
from .tasks import Batch

#: So many numbers of the three columns of some windows are worked on at a time: what stays in a core's cache.
AT_A_TIME = 2**17


class _Part(NamedTuple):
    """Some windows: their columns (3, K, f, B), and how many windows come after the last of them."""

    windows: Tensor
    after: int

    @property
    def flat(self) -> Tensor:
        """Return the columns as (3, K f B)."""
        return self.windows.view(3, -1)


class WindowGradient:
    """Loss and gradient for batches of one shape; its memory is used again for each of them."""

    def __init__(self, features: int, samples: int, batch: int, layers: int, dtype: torch.dtype) -> None:
        self.features, self.samples, self.batch, self.layers = features, samples, batch, layers
        most = max(1, AT_A_TIME // (3 * features * max(features, batch)))
        count = -(-samples // most)
        self._bounds = [samples * k // count for k in range(count + 1)]
        longest = -(-samples // count)
        column = longest * features * batch
        self._inputs = torch.empty(samples + 1, features, batch, dtype=dtype)  # x_t
        self._targets = torch.empty(samples, features, batch, dtype=dtype)  # y_t
        self._windows, self._first, self._second, self._third = torch.empty(4, 3 * column, dtype=dtype).unbind()
        self._products = torch.empty(3 * longest * features**2, dtype=dtype)

    def __call__(self, weights: Mapping[str, Tensor], batch: Batch, gradient: Mapping[str, Tensor]) -> Tensor:
        """Return the mean squared error, and write its gradient.

        `weights` and `gradient` have the model's parameters by name, without the axis of replicas; the batch has it,
        of length 1.
        """
        self._take(batch)
        heads = [
            (_names(f"heads.{index}"), _names(f"second_heads.{index - 1}") if index else None)
            for index in range(self.layers)
        ]
        q = weights["q"]
        last = torch.stack((self._inputs[-2], self._targets[-1], self._inputs[-1]))  # C_N, (3, f, B)
        vector = (q @ last.view(3, -1)).view(self.features, self.batch)
        output = torch.zeros_like(vector)
        read = []
        for first, second in reversed(heads):
            z = self._read(weights, first, vector)
            output.addmm_(weights[first["C"]], z)
            z_tilde = None
            if second is not None:
                z_tilde = self._read(weights, second, vector)
            read.append((first, second, vector, z, z_tilde))
            if second is not None and z_tilde is not None:
                vector = torch.addmm(vector, weights[second["C"]], z_tilde)
        error = output.sub_(batch.wanted[0].mT)
        loss = error.square().mean()
        error *= 2 / error.numel()
        change = torch.zeros_like(vector)  # the gradient in r
        for first, second, vector, z, z_tilde in reversed(read):
            onwards = change
            if second is not None and z_tilde is not None:
                torch.mm(change, z_tilde.mT, out=gradient[second["C"]])
                onwards = change + self._gradient(weights, second, vector, weights[second["C"]].mT @ change, gradient)
            torch.mm(error, z.mT, out=gradient[first["C"]])
            change = onwards + self._gradient(weights, first, vector, weights[first["C"]].mT @ error, gradient)
        torch.mv(last.view(3, -1), change.view(-1), out=gradient["q"])
        return loss

    def _take(self, batch: Batch) -> None:
        """Put the tasks last, so that products with powers of the decay are products of matrices."""
        for mine, theirs in ((self._inputs, batch.inputs), (self._targets, batch.targets)):
            mine.view(-1, self.batch).copy_(theirs[0].reshape(self.batch, -1).mT)
        self._at: int | None = None  # the part whose windows are there

    def _parts(self) -> Iterator[_Part]:
        for begin, end in pairwise(self._bounds):
            windows = self._windows[: 3 * (end - begin) * self.features * self.batch]
            windows = windows.view(3, end - begin, self.features, self.batch)
            if self._at != begin:
                windows[0], windows[1] = self._inputs[begin:end], self._targets[begin:end]
                windows[2] = self._inputs[begin + 1 : end + 1]
                self._at = begin
            yield _Part(windows, self.samples - end)

    def _powers(self, decay: Tensor, part: _Part) -> tuple[Tensor, Tensor]:
        """Return the powers Aᵏ⁻¹ … 1 of K windows, (K, f, f), and three times those that count all windows after."""
        own = powers(decay.unsqueeze(0), part.windows.shape[1])[0]
        whole = own * decay.pow(part.after) if part.after else own
        thrice = self._products[: 3 * whole.numel()].view(3, *whole.shape).copy_(whole)
        return own, thrice.view(-1, *decay.shape)

    def _room(self, buffer: Tensor, part: _Part) -> Tensor:
        """Return a buffer in the shape of a part's windows."""
        return buffer[: part.windows.numel()].view(part.windows.shape)

    def _read(self, weights: Mapping[str, Tensor], head: Mapping[str, str], vector: Tensor) -> Tensor:
        """Return Z_N r, (f, B)."""
        found = torch.zeros_like(vector)
        for part in self._parts():
            read, columns, mixed = (self._room(one, part) for one in (self._first, self._second, self._third))
            torch.mul(part.windows, vector, out=read)
            _, thrice = self._powers(weights[head["decay"]], part)
            torch.bmm(thrice, read.flatten(0, 1), out=columns.flatten(0, 1))
            torch.mm(weights[head["Q"]].mT, part.flat, out=mixed.view(3, -1))
            found += columns.mul_(mixed).sum(dim=(0, 1))
        return found

    def _gradient(
        self,
        weights: Mapping[str, Tensor],
        head: Mapping[str, str],
        vector: Tensor,
        change: Tensor,
        gradient: Mapping[str, Tensor],
    ) -> Tensor:
        """Return the gradient in r from the one in Z_N r, `change`; write those in Q and the decay."""
        Q, decay = weights[head["Q"]], weights[head["decay"]]
        found = torch.zeros_like(vector)
        for part in self._parts():
            one, other, mixed = (self._room(room, part) for room in (self._first, self._second, self._third))
            own, thrice = self._powers(decay, part)
            torch.mul(part.windows, change, out=one)  # w_i ⊙ u
            torch.mm(Q.mT, one.view(3, -1), out=mixed.view(3, -1))  # m_j ⊙ u
            torch.bmm(thrice.mT, one.flatten(0, 1), out=other.flatten(0, 1))  # g_i
            read = torch.mul(part.windows, vector, out=one)  # w_j ⊙ r
            of_powers = torch.bmm(mixed.flatten(0, 1), read.flatten(0, 1).mT, out=thrice)
            of_powers = of_powers.view(3, *own.shape).sum(dim=0)
            accumulate = part.after + own.shape[0] < self.samples
            of_decay, of_Q = _of_decay(own, decay, part.after, of_powers), other.view(3, -1) @ read.view(3, -1).mT
            for name, value in ((head["decay"], of_decay), (head["Q"], of_Q)):
                gradient[name].copy_(gradient[name] + value if accumulate else value)
            torch.mm(Q.mT, other.view(3, -1), out=mixed.view(3, -1))  # Σ_i Q_ij g_i
            found += mixed.mul_(part.windows).sum(dim=(0, 1))
        return found


def _names(head: str) -> dict[str, str]:
    """Return the names of a head's parameters in the model."""
    return {name: f"{head}.{name}" for name in ("Q", "decay", "C")}


def _of_decay(own: Tensor, decay: Tensor, after: int, change: Tensor) -> Tensor:
    """Return the gradient in A from those in Aⁿ⁺ᵏ⁻¹ … Aⁿ, (K, f, f), by the product rule; n windows come after.

    `own` are Aᵏ⁻¹ … A, 1.
    """
    inner = gradient_of_powers(own, change)
    if not after:
        return inner
    return decay.pow(after) * inner + after * decay.pow(after - 1) * (own * change).sum(dim=0)
