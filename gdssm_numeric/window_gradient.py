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

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor

from .tasks import Batch

#: So many numbers of the three columns of some windows are worked on at a time: what stays in a core's cache.
AT_A_TIME = 2**17


class _Part:
    """Some windows, begin … end - 1, and views of the memory that all parts share."""

    def __init__(self, begin: int, end: int, room: _Room) -> None:
        count, f, B = end - begin, room.features, room.batch
        columns, entries = 3 * count * f * B, count * f * f
        self.begin, self.end, self.after = begin, end, room.samples - end
        self.windows, self.one, self.other, self.mixed = (
            one[:columns].view(3, count, f, B) for one in (room.windows, room.one, room.other, room.mixed)
        )
        self.own = room.own[len(room.own) - count :]  # Aᵏ⁻¹ … A, 1
        self.thrice, self.products = (one[: 3 * entries].view(3, count, f, f) for one in (room.thrice, room.products))
        self.derived = room.derived[: entries - f * f].view(count - 1, f * f)
        self.exponents = torch.arange(count - 1, 0, -1, dtype=room.own.dtype).unsqueeze(0)


class _Room:
    """The memory in which the products of one replica are taken; only the largest part of the windows has to fit."""

    def __init__(self, features: int, samples: int, batch: int, dtype: torch.dtype) -> None:
        self.features, self.samples, self.batch = features, samples, batch
        most = max(1, AT_A_TIME // (3 * features * max(features, batch)))
        parts = -(-samples // most)
        bounds = [samples * k // parts for k in range(parts + 1)]
        longest = -(-samples // parts)
        self.windows, self.one, self.other, self.mixed = torch.empty(
            4, 3 * longest * features * batch, dtype=dtype
        ).unbind()
        self.own = torch.ones(longest, features, features, dtype=dtype)
        self.square = torch.empty(features, features, dtype=dtype)
        self.thrice, self.products = torch.empty(2, 3 * longest * features**2, dtype=dtype).unbind()
        self.derived = torch.empty(longest * features**2, dtype=dtype)
        self.parts = [_Part(begin, end, self) for begin, end in pairwise(bounds)]
        self.inputs = torch.empty(samples + 1, features, batch, dtype=dtype)  # x_t
        # y_t: where there is one part, these are its second columns
        self.targets = self.parts[0].windows[1] if parts == 1 else torch.empty_like(self.inputs[1:])
        self.at: _Part | None = None  # the part whose windows are there
        self.of: Tensor | None = None  # the decay whose powers are in `own`
        self.times: tuple[Tensor, _Part] | None = None  # … and in `thrice`

    def take(self, batch: Batch) -> None:
        """Put the tasks last, so that products with powers of the decay are products of matrices."""
        self.at = self.of = self.times = None
        for mine, theirs in ((self.inputs, batch.inputs), (self.targets, batch.targets)):
            mine.view(-1, self.batch).copy_(theirs[0].reshape(self.batch, -1).mT)

    def gone_through(self, *, back: bool = False) -> Iterator[_Part]:
        """Yield the parts, from the first or from the last, each with its windows in place."""
        for part in reversed(self.parts) if back else self.parts:
            if self.at is not part:
                part.windows[0] = self.inputs[part.begin : part.end]
                part.windows[2] = self.inputs[part.begin + 1 : part.end + 1]
                if len(self.parts) > 1:
                    part.windows[1] = self.targets[part.begin : part.end]
                self.at = part
            yield part

    def powers(self, decay: Tensor, part: _Part) -> Tensor:
        """Return the powers Aᴺ⁻ᵗ of a part's windows three times over, (3 K, f, f), by doubling as in `recurrence`."""
        if self.of is not decay:
            own, square, done = self.own, self.square.copy_(decay), 1
            while done < len(own):
                count = min(done, len(own) - done)
                torch.mul(own[len(own) - count :], square, out=own[len(own) - done - count : len(own) - done])
                square.mul_(square)
                done += count
            self.of = decay
        if self.times is None or self.times[0] is not decay or self.times[1] is not part:
            part.thrice.copy_(part.own * decay.pow(part.after) if part.after else part.own)
            self.times = decay, part
        return part.thrice.flatten(0, 1)


class _Head:
    """One head of one replica: its weights, and where their gradient is written."""

    def __init__(self, name: str, weights: Mapping[str, Tensor], changes: Mapping[str, Tensor]) -> None:
        self.Q, self.decay, self.C = (weights[f"{name}.{own}"] for own in ("Q", "decay", "C"))
        self.of_Q, self.of_decay, self.of_C = (changes[f"{name}.{own}"] for own in ("Q", "decay", "C"))

    def read(self, room: _Room, vector: Tensor) -> Tensor:
        """Return Z_N r, (f, B)."""
        found = None
        for part in room.gone_through():
            powers = room.powers(self.decay, part)
            torch.mul(part.windows, vector, out=part.one)
            torch.bmm(powers, part.one.flatten(0, 1), out=part.other.flatten(0, 1))
            torch.mm(self.Q.mT, part.windows.view(3, -1), out=part.mixed.view(3, -1))
            found = _sum(part.mixed.mul_(part.other), found)
        assert found is not None
        return found

    def gradient(self, room: _Room, vector: Tensor, change: Tensor) -> Tensor:
        """Return the gradient in r from the one in Z_N r, `change`; write those in Q and the decay."""
        found = None
        for part in room.gone_through(back=True):
            powers = room.powers(self.decay, part)
            one, other, mixed = (column.view(3, -1) for column in (part.one, part.other, part.mixed))
            torch.mul(part.windows, change, out=part.one)  # w_i ⊙ u
            torch.mm(self.Q.mT, one, out=mixed)  # m_j ⊙ u
            torch.bmm(powers.mT, part.one.flatten(0, 1), out=part.other.flatten(0, 1))  # g_i
            torch.mul(part.windows, vector, out=part.one)  # w_j ⊙ r
            torch.bmm(part.mixed.flatten(0, 1), part.one.flatten(0, 1).mT, out=part.products.flatten(0, 1))
            self._write_decay(part, part.products.sum(dim=0), add=found is not None)
            if found is None:
                torch.mm(other, one.mT, out=self.of_Q)
            else:
                self.of_Q.addmm_(other, one.mT)
            torch.mm(self.Q.mT, other, out=mixed)  # Σ_i Q_ij g_i
            found = _sum(part.mixed.mul_(part.windows), found)
        assert found is not None
        return found

    def _write_decay(self, part: _Part, change: Tensor, *, add: bool) -> None:
        """Write the gradient in A from those in Aⁿ⁺ᵏ⁻¹ … Aⁿ, (K, f, f), by the product rule; n windows come after."""
        decay, n = self.decay, part.after
        torch.mul(part.own[1:].flatten(1), change[:-1].flatten(1), out=part.derived)
        if not n and not add:
            torch.mm(part.exponents, part.derived, out=self.of_decay.view(1, -1))
            return
        inner = torch.mm(part.exponents, part.derived).view_as(decay)
        if n:
            inner = decay.pow(n) * inner + n * decay.pow(n - 1) * (part.own * change).sum(dim=0)
        self.of_decay.copy_(self.of_decay + inner if add else inner)


def _sum(columns: Tensor, before: Tensor | None) -> Tensor:
    """Return the sum over windows and columns, (f, B), added to what was found before."""
    found = columns.sum(dim=(0, 1))
    return found if before is None else before.add_(found)


class WindowGradient:
    """Loss and gradient for batches of one shape; its memory is used again for each of them, and for each replica."""

    def __init__(self, features: int, samples: int, batch: int, layers: int, dtype: torch.dtype) -> None:
        self.layers, self._room = layers, _Room(features, samples, batch, dtype)

    def __call__(self, weights: Mapping[str, Tensor], changes: Mapping[str, Tensor]) -> Callable[[Batch], Tensor]:
        """Return what computes the mean squared error of one replica on a batch, and writes its gradient to `changes`.

        Both have the model's parameters by name, without the axis of replicas; the batch has it, of length 1.
        """
        heads = [
            (
                _Head(f"heads.{index}", weights, changes),
                _Head(f"second_heads.{index - 1}", weights, changes) if index else None,
            )
            for index in range(self.layers)
        ]
        return partial(self._loss, heads, weights["q"].unsqueeze(0), changes["q"].unsqueeze(0))

    def _loss(self, heads: list[tuple[_Head, _Head | None]], q: Tensor, of_q: Tensor, batch: Batch) -> Tensor:
        room = self._room
        room.take(batch)
        last = torch.stack((room.inputs[-2], room.targets[-1], room.inputs[-1])).view(3, -1)  # C_N, (3, f B)
        vector = (q @ last).view(room.features, room.batch)  # r = C_N q
        output = None
        read = []
        for first, second in reversed(heads):
            z = first.read(room, vector)
            output = first.C @ z if output is None else output.addmm_(first.C, z)
            z_tilde = None if second is None else second.read(room, vector)
            read.append((first, second, vector, z, z_tilde))
            if second is not None and z_tilde is not None:
                vector = torch.addmm(vector, second.C, z_tilde)
        assert output is not None
        error = output.sub_(batch.wanted[0].mT)
        loss = error.square().mean()
        error *= 2 / error.numel()
        change: Tensor | None = None  # the gradient in r
        for first, second, vector, z, z_tilde in reversed(read):
            of_vector = first.gradient(room, vector, first.C.mT @ error)
            torch.mm(error, z.mT, out=first.of_C)
            if change is not None and second is not None and z_tilde is not None:
                of_vector += change + second.gradient(room, vector, second.C.mT @ change)
                torch.mm(change, z_tilde.mT, out=second.of_C)
            change = of_vector
        assert change is not None
        torch.mm(change.view(1, -1), last.mT, out=of_q)
        return loss
