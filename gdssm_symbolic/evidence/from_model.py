"""Counterexamples whose data come from a model, such as targets y_i = W_*ᵀ x_i, as the paper assumes them.

A model is a definition of data by other data. The equation is refuted with the model among its meanings. So the
counterexample gives W_* and the inputs, and the targets follow from them.
"""

from __future__ import annotations

from fractions import Fraction

import sympy

from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import App, Name, names
from gdssm_symbolic.kernel.work import TooMuchWork, Work

from .counterexamples import Counterexample, Refuted
from .evaluation import Cell, Evaluator, Matrix, cells_read
from .search import ANYWHERE, refute_where

#: How many steps the search with a model may take, at the sizes of a counterexample that is known; some seconds.
STEPS = 5_000_000


def with_model(found: Refuted | None, model: Definition) -> Refuted | None:
    """Return a counterexample to the same equation with data of the model, or `found` if none is found.

    The sizes are those of `found`, which is also returned if it reads nothing that the model defines.
    """
    if found is None or not reads(found.counterexample, model.name):
        return found
    known = found.counterexample
    meanings, sizes = (*known.meanings, model), dict(known.sizes)
    try:
        return refute_where(ANYWHERE, known.equation, meanings, fixed=sizes, work=Work(STEPS)) or found
    except TooMuchWork:
        return found


def reads(counterexample: Counterexample, name: Name) -> bool:
    """Return whether the counterexample gives values of this name."""
    return any(given == name for (given, _), _ in counterexample.data)


def models(counterexample: Counterexample) -> tuple[Definition, ...]:
    """Return the definitions of columns, by an index, in which every name is given by the counterexample."""
    given = {name for (name, _), _ in counterexample.data}
    return tuple(
        meaning
        for meaning in counterexample.meanings
        if isinstance(meaning, Definition)
        and meaning.indices
        and not meaning.parameters
        and meaning.name.shape[1] == 1
        and meaning.name.arity == 1
        and names(meaning.body).keys()
        and all(name in given or name.takes for name in names(meaning.body))
    )


def from_models(counterexample: Counterexample) -> dict[Cell, Matrix]:
    """Return the values that the models define, as far as the equation reads them, by name and index."""
    made = models(counterexample)
    others = tuple(meaning for meaning in counterexample.meanings if meaning not in made)
    sizes = {symbol: Fraction(value) for symbol, value in counterexample.sizes}
    values = sizes | dict(counterexample.scalars)
    given = dict(counterexample.data)
    sides = counterexample.equation.left, counterexample.equation.right
    names_made = {meaning.name for meaning in made}
    wanted = [cell for cell in cells_read(sides, others, values) if cell[0] in names_made] if made else []

    def data(name: Name, indices: tuple[int, ...], rows: int, columns: int) -> Matrix:
        return [list(row) for row in given.get((name, indices), ((Fraction(0),) * columns,) * rows)]

    evaluate = Evaluator(values, data, counterexample.meanings)
    return {(name, at): evaluate(App(name, tuple(map(sympy.Integer, at)))) for name, at in wanted}
