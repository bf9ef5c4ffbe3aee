"""The order in which symbols are listed for a reader."""

from __future__ import annotations

from collections.abc import Iterable

import sympy


def in_reading_order(symbols: Iterable[sympy.Symbol]) -> list[sympy.Symbol]:
    """Return the symbols in order: small letters before capitals, indices by number (f, l, n, t, L, N; μ_2, μ_10)."""

    def place(symbol: sympy.Symbol) -> tuple[object, ...]:
        letters, _, index = symbol.name.partition("_")
        return not symbol.name.islower(), letters, int(index) if index.isdecimal() else -1, index

    return sorted(symbols, key=place)
