"""Counterexamples whose data come from a model, such as targets y_i = W_*ᵀ x_i, as the paper assumes them.

A model is a definition of data by other data. The equation is refuted with the model among its meanings. So the
counterexample gives W_* and the inputs, and the targets follow from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import flint
import sympy

from gdssm_symbolic.extensions.conversions import rational, ring
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import App, Name, names
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.work import TooMuchWork, Work

from .counterexamples import Counterexample, Refuted, data_needed, free_of, refuted_at
from .evaluation import Cell, Evaluator, Matrix, at_data, cells_read, filled, fraction
from .search import ANYWHERE, refute_where

#: How many steps the search with a model may take, at the sizes of a counterexample that is known; some seconds.
STEPS = 5_000_000


def with_model(found: Refuted | None, model: Definition) -> Refuted | None:
    """Return a counterexample to the same equation with data of the model, or `found` if none is found.

    The sizes are those of `found`, which is also returned if it reads nothing that the model defines.
    """
    if found is None or not reads(found.counterexample, model.name):
        return found
    try:
        return in_model(found.counterexample, model) or found
    except TooMuchWork:
        return found


def in_model(known: Counterexample, model: Definition) -> Refuted | None:
    """Return a counterexample to the same equation at the same sizes with data of the model, or None if none is found.

    The data are those of `known` if they come from the model. Otherwise, others are drawn. Raises TooMuchWork if that
    takes more than STEPS steps.
    """
    meanings, sizes, work = (*known.meanings, model), dict(known.sizes), Work(STEPS)
    data = _explained(known, model, work)
    if data is not None:
        return refuted_at(known.equation, meanings, sizes, known.scalars, data, known.any_factor)
    return refute_where(ANYWHERE, known.equation, meanings, fixed=sizes, work=work)


def _explained(known: Counterexample, model: Definition, work: Work) -> dict[Cell, Matrix] | None:
    """Return the data of a counterexample with weights of the model in place of the values that they explain.

    The weights are the names without an index that the counterexample does not give. None if no weights give the values
    or the model is not linear in them. Other names that it does not give are 0.
    """
    meanings, given = (*known.meanings, model), dict(known.data)
    values = {symbol: Fraction(value) for symbol, value in known.sizes} | dict(known.scalars)
    if free_of(known.equation, meanings) != values.keys():
        return None
    try:
        shapes = data_needed(known.equation, meanings, values)
    except (ArithmeticError, OutsideLanguage):  # the model has no value there
        return None
    weights = {cell: shape for cell, shape in shapes.items() if cell not in given and not cell[1]}
    kept = {cell: _rows(given.get(cell), *shape) for cell, shape in shapes.items() if cell not in weights}
    context = ring(sum(rows * columns for rows, columns in weights.values()))
    in_ring = {
        cell: [[context.constant(rational(entry)) for entry in row] for row in rows] for cell, rows in kept.items()
    }
    unknown = filled(weights, iter(context.gens()))
    evaluate = at_data(in_ring | unknown, values, meanings, lambda number: context.constant(rational(number)), work)
    explained = [(cell, matrix) for cell, matrix in known.data if cell[0] == model.name]
    remainders = [
        made - context.constant(rational(entry))
        for (name, at), matrix in explained
        for rows in zip(evaluate(App(name, tuple(map(sympy.Integer, at)))), matrix, strict=True)
        for made, entry in zip(*rows, strict=True)
    ]
    solution = _zero_of(remainders, context.nvars())
    if solution is None:
        return None
    found = kept | filled(weights, iter(solution))
    return {cell: found[cell] for cell in shapes}


def _zero_of(polynomials: Sequence[flint.fmpq_mpoly], unknowns: int) -> list[Fraction] | None:
    """Return a common zero of linear polynomials, with 0 for every unknown that they leave open, or None."""
    if any(one.total_degree() > 1 for one in polynomials):
        return None
    system = flint.fmpq_mat(len(polynomials), unknowns + 1)
    for row, one in enumerate(polynomials):
        for powers, number in one.to_dict().items():
            if any(powers):
                system[row, powers.index(1)] = number
            else:
                system[row, unknowns] = -number
    reduced, rank = system.rref()
    solution = [Fraction(0)] * unknowns
    for row in range(rank):
        pivot = next(column for column in range(unknowns + 1) if reduced[row, column] != 0)
        if pivot == unknowns:
            return None  # 0 = 1
        solution[pivot] = fraction(reduced[row, unknowns])
    return solution


def _rows(matrix: Sequence[Sequence[Fraction]] | None, rows: int, columns: int) -> Matrix:
    return [[Fraction(0)] * columns for _ in range(rows)] if matrix is None else [list(row) for row in matrix]


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
        return _rows(given.get((name, indices)), rows, columns)

    evaluate = Evaluator(values, data, counterexample.meanings)
    return {(name, at): evaluate(App(name, tuple(map(sympy.Integer, at)))) for name, at in wanted}
