"""Identities and zeros that are cut into blocks, where they meet matrices that are cut.

**Rule.** Let the sizes m_1, …, m_k, all ≥ 0, add up to n. Then I_n is the block matrix with I_{m_1}, …, I_{m_k} on its
diagonal and zeros beside it. So is a sum of multiples of I_n, block by block. A zero matrix is a block matrix of zeros,
however it is cut.

The sizes are those of a matrix in the same expression, which the gate has shown to be ≥ 0. Any other matrix stays as
it is cut: two that are cut differently are refused by the kernel.
"""

from __future__ import annotations

from dataclasses import replace

from gdssm_symbolic.kernel.linear_forms import ONE, ZERO, Linear
from gdssm_symbolic.kernel.monomials import Combination, NormalForm
from gdssm_symbolic.kernel.normal_form import Normaliser
from gdssm_symbolic.kernel.rules import Rule

CUT = Rule("cut", "$I$ is the block matrix of smaller identities, and $0$ that of zeros", "extensions/cuts.py")

Sizes = tuple[Linear, ...]


class WithCuts(Normaliser):
    """Brings expressions to normal form in which an identity or a zero meets matrices in blocks."""

    def multiply(self, left: NormalForm, right: NormalForm) -> NormalForm:
        """Return the product, with a factor that is a multiple of I, or 0, cut like the other."""
        if not (left.is_number or right.is_number) and left.columns != right.rows:
            left = self._cut(left, left.rows if _is_zero(left) else right.rows, right.rows)
            right = self._cut(right, left.columns, right.columns if _is_zero(right) else left.columns)
        return super().multiply(left, right)

    def add(self, forms: list[NormalForm]) -> NormalForm:
        """Return the sum, with terms that are multiples of I, or 0, cut like the term of the most blocks."""
        most = max(forms, key=lambda form: len(form.rows) * len(form.columns))
        if len(most.rows) == len(most.columns) == 1:
            return super().add(forms)
        return super().add([self._cut(form, most.rows, most.columns) for form in forms])

    def _cut(self, form: NormalForm, rows: Sizes, columns: Sizes) -> NormalForm:
        """Return a multiple of I, or 0, in blocks of these sizes, if they add up to its own; else the form itself."""
        whole = len(form.rows) == len(form.columns) == 1 and len(rows) * len(columns) > 1
        if not whole or (sum(rows, ZERO), sum(columns, ZERO)) != (*form.rows, *form.columns):
            return form
        ((block,),) = form.blocks
        if block and not (rows == columns and _of_identities(block)):
            return form
        self.used.add(CUT)

        def part(r: int, c: int) -> Combination:
            """One block; the identity of size 1 is the number 1."""
            return {m._replace(body=() if rows[r] == ONE else ((),)): k for m, k in block.items()} if r == c else {}

        blocks = (tuple(part(r, c) for c, _ in enumerate(columns)) for r, _ in enumerate(rows))
        return replace(form, blocks=tuple(blocks), rows=rows, columns=columns)


def _of_identities(block: Combination) -> bool:
    """Return whether a combination is of multiples of I, and of no other matrix."""
    return all(m.body == ((),) for m in block)


def _is_zero(form: NormalForm) -> bool:
    return not any(block for row in form.blocks for block in row)
