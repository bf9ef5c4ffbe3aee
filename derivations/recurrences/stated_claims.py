"""What a layer is said to be: the section [claim] of a recurrence file, and [other], which belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import sympy

from derivations.errors import InputError
from derivations.toml_table import meant, shortened
from gdssm_symbolic.kernel.expressions import ONE, Expr, Name, free_symbols, names, substitute
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.well_defined import require_well_defined
from gdssm_symbolic.recurrent.claims import (
    ALGORITHMS,
    AlgorithmClaim,
    ChunkClaim,
    Claim,
    FormulaClaim,
    SameAsClaim,
    SolverClaim,
)
from gdssm_symbolic.recurrent.layer import RecurrentLayer, meanings_of
from gdssm_symbolic.recurrent.products import Products
from gdssm_symbolic.recurrent.solvers import (
    MOST_WRITTEN_OUT,
    SOLVERS,
    conjugate_gradients,
    newton_schulz,
    recursive_least_squares,
    ridge_regression,
)
from gdssm_symbolic.recurrent.weights import is_linear
from gdssm_symbolic.theory.least_squares import t

from .by_name import template_about
from .declared import Declared
from .faults import is_
from .grammar import canonical, word
from .layers import read_layer
from .meant import Family, Place
from .tables import CLAIMS, as_list, as_text, require_keys, section
from .values import NUMBER

#: The matrices by which a gradient is multiplied: the side, and which of the sizes of the state they have.
SIDES: Mapping[str, int] = MappingProxyType({"left": 0, "right": 1})
MOST_STEPS = 6  # at a token, of all losses: each doubles the terms of a proof


@dataclass(frozen=True)
class ClaimReader:
    """Reads what a file claims of a layer; every error names its key."""

    declared: Declared
    file: Mapping[str, object]

    def claim(self, layer: RecurrentLayer, states: Mapping[str, Name]) -> Claim:
        table = section(self.file, "claim")
        kinds = [kind for kind in CLAIMS if kind in table]
        if len(kinds) != 1:
            near = meant(next(iter(table)), CLAIMS, "claims") if table else ""
            told = f"here are {' and '.join(kinds)}" if kinds else near if near[:3] == "did" else "here is none of them"
            raise InputError("claim", f"a claim has exactly one of {', '.join(CLAIMS)}; {told}")
        if "other" in self.file and kinds != ["same_as"]:
            raise InputError("other", 'a second layer belongs to a claim with same_as = "other"')
        if kinds == ["same_as"]:
            return self.same_as(table, layer, states)
        self.declared.products = Products()
        match kinds[0]:
            case "algorithm":
                solves = isinstance(table["algorithm"], str) and table["algorithm"] in SOLVERS
                claim: AlgorithmClaim | SolverClaim | FormulaClaim | ChunkClaim = (
                    self.solver(table, layer, states) if solves else self.algorithm(table, states)
                )
            case "formula":
                claim = self.equal_to(table, layer, states)
            case _:
                claim = self.chunk(table, states)
        return replace(claim, products=tuple(self.declared.products.used))

    def algorithm(self, table: Mapping[str, object], states: Mapping[str, Name]) -> AlgorithmClaim:
        title = table["algorithm"]
        if not isinstance(title, str) or title not in ALGORITHMS:
            known = (*ALGORITHMS, *SOLVERS)
            about = template_about(str(title))
            instead = meant(about if about in known else str(title), known, "algorithms", every=True)
            raise InputError("claim.algorithm", f"unknown algorithm {shortened(str(title))}; {instead}")
        takes = ALGORITHMS[title]
        require_keys("claim", table, ("algorithm", "loss", "rate", *takes.needed), takes.optional)
        points = {letter: Name(name.text, name.shape) for letter, name in states.items()}
        at_points = Place("the loss", {letter: point() for letter, point in points.items()})
        losses = [
            self.declared.formula("claim.loss", one, at_points, NUMBER, "a loss", **states)
            for one in as_list("claim.loss", table["loss"])
        ]
        found = [letter for letter, point in points.items() if any(point in names(loss) for loss in losses)]
        if len(found) != 1:
            told = f"the loss contains {' and '.join(found) or 'none'}"
            raise InputError("claim.loss", f"the one state in a loss is what the algorithm changes; {told}")
        if len(losses) > 1 and not takes.several:
            raise InputError("claim.loss", f"{title} takes one step at a token, with one loss; here are {len(losses)}")
        (letter,) = found
        state, point = states[letter], points[letter]
        at_point = Place("the rate", {letter: point()})
        rates = [
            self.declared.formula("claim.rate", one, at_point, NUMBER, "a rate", **states)
            for one in as_list("claim.rate", table["rate"])
        ]
        if len(rates) not in (1, len(losses)):
            raise InputError("claim.rate", f"one rate, or as many as losses, of which there are {len(losses)}")
        steps = self.steps(table.get("steps", 1), losses=len(losses))
        first, *further = zip(losses, rates if len(rates) > 1 else rates * len(losses), strict=True)
        options: dict[str, Expr | sympy.Integer] = {}
        for key in (*takes.needed, *takes.optional):
            if key not in table:
                continue
            if key == "steps":
                options[key] = sympy.Integer(steps)
            elif key == "decay":
                place = Place("the decay", {letter: point()})
                options[key] = self.declared.formula(
                    "claim.decay", table[key], place, state.shape, state.text, **states
                )
            elif key in SIDES:
                side = (state.shape[SIDES[key]],) * 2
                told = f"what stands {key} of the gradient"
                options[key] = self.declared.formula(f"claim.{key}", table[key], Place(told), side, told, **states)
            else:
                options[key] = self.number(key, table[key], states)
        return AlgorithmClaim(title, state, point, *first, MappingProxyType(options), tuple(further))

    def solver(self, table: Mapping[str, object], layer: RecurrentLayer, states: Mapping[str, Name]) -> SolverClaim:
        try:
            return self.method(table, layer, states)
        except OutsideLanguage as error:  # of what the method divides by
            raise InputError("claim", f"cannot be stated: {error}") from None

    def method(self, table: Mapping[str, object], layer: RecurrentLayer, states: Mapping[str, Name]) -> SolverClaim:
        title = str(table["algorithm"])
        takes = SOLVERS[title]
        require_keys("claim", table, ("algorithm", *takes.needed), ("of", *takes.optional))
        if "of" not in table and len(states) > 1:
            raise InputError("claim.of", f"missing; the states are {', '.join(states)}")
        name = states[self.state_named("claim.of", table.get("of", next(iter(states))), states)]
        rows, columns = name.shape
        if "target" in takes.needed:
            return self.least_squares(title, table, name, states)
        inverts = "vector" not in takes.needed
        if columns != (rows if inverts else ONE):
            needed = "an inverse is square" if inverts else "a solution is a column"
            raise InputError("claim.of", f"{name.text} is {rows}×{columns}, and {needed}")
        at_t = {letter: one[t] for letter, one in states.items()}
        place = Place("the matrix") if inverts else Place("the equation", at_t, frozenset([t]))
        matrix = self.declared.formula("claim.matrix", table["matrix"], place, (rows, rows), "the matrix", **states)
        if inverts:
            state = next(one for one in layer.states if one.name == name)
            iterate = newton_schulz(state, matrix, self.declared.divisors.new)
            return SolverClaim(title, name, {"matrix": matrix}, (iterate.recurrence,))
        vector = self.declared.formula("claim.vector", table["vector"], place, name.shape, "the vector", **states)
        steps = self.steps(table.get("steps", 1), MOST_WRITTEN_OUT)
        updates, new, reciprocal = (
            meanings_of(layer.states),
            self.declared.divisors.new,
            self.declared.divisors.reciprocal,
        )
        meanings = conjugate_gradients(matrix, vector, steps, updates, new, reciprocal)
        return SolverClaim(title, name, {"matrix": matrix, "vector": vector, "steps": sympy.Integer(steps)}, meanings)

    def least_squares(
        self, title: str, table: Mapping[str, object], name: Name, states: Mapping[str, Name]
    ) -> SolverClaim:
        """Ridge regression, or its recursive form: the state times the input is compared with the target."""
        rows, columns = name.shape

        def column(key: str, size: sympy.Expr) -> Expr:
            return self.declared.formula(
                f"claim.{key}", table[key], Place(f"the {key}"), (size, ONE), f"the {key}", **states
            )

        x, y = column("input", columns), column("target", rows)
        forgetting = self.number("forgetting", table["forgetting"], states) if "forgetting" in table else None
        given = {"input": x, "target": y, **({} if forgetting is None else {"forgetting": forgetting})}
        if "penalty" in table:
            place, square = Place("the penalty"), (columns, columns)
            penalty = self.declared.formula("claim.penalty", table["penalty"], place, square, "the penalty", **states)
            if t in free_symbols(penalty):
                raise InputError("claim.penalty", "contains nothing of token t, as it is the same for all")
            assert self.declared.products is not None
            self.declared.products.taken |= self.declared.divisors.taken
            index = sympy.Symbol(self.declared.divisors.new("ijrs"), integer=True)
            equation = ridge_regression(name, penalty, x, y, forgetting, self.declared.products, index)
            return SolverClaim(title, name, {"penalty": penalty, **given}, formula=equation)
        inverse = states[self.state_named("claim.inverse", table["inverse"], states)]
        if inverse.shape != (columns, columns):
            raise InputError("claim.inverse", f"{inverse.text} is not {columns}×{columns}, as {name.text} needs")
        equations = recursive_least_squares(name, inverse, x, y, forgetting, self.declared.divisors.reciprocal)
        return SolverClaim(title, name, {"inverse": inverse[t], **given}, equations=equations)

    def number(self, key: str, value: object, states: Mapping[str, Name]) -> Expr:
        return self.declared.formula(f"claim.{key}", value, Place(f"the {key}"), NUMBER, f"the {key}", **states)

    def steps(self, value: object, most: int = MOST_STEPS, losses: int = 1) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            raise InputError("claim.steps", f"not a number from 1 to {most}")
        if value * losses > most:
            raise InputError("claim.loss", f"more than {most} steps at a token: {value * losses}")
        return value

    def same_as(self, table: Mapping[str, object], layer: RecurrentLayer, states: Mapping[str, Name]) -> SameAsClaim:
        require_keys("claim", table, ("same_as",), ("relation",))
        if table["same_as"] != "other":
            raise InputError("claim.same_as", 'is "other", the layer in the section [other]')
        other, theirs = read_layer(self.declared, "other", section(self.file, "other"), states)
        if other.output.shape != layer.output.shape:
            told = f"{is_('the output', other.output)}, and {is_('that of the first layer', layer.output)}"
            raise InputError("other.output", told)
        if "relation" not in table:
            return SameAsClaim(other)
        both = {**states, **{letter if letter not in states else name.text: name for letter, name in theirs.items()}}
        place = Place("a relation", {letter: name[t] for letter, name in both.items()}, frozenset([t]))
        texts = as_list("claim.relation", table["relation"])
        with self.declared.divisors.apart() as powers:
            equations = [self.declared.equation("claim.relation", text, place, **both) for text in texts]
        require_values_at_0("claim.relation", powers)
        return SameAsClaim(other, tuple(equations), tuple(powers))

    def equal_to(self, table: Mapping[str, object], layer: RecurrentLayer, states: Mapping[str, Name]) -> FormulaClaim:
        require_keys("claim", table, ("formula",), CLAIMS["formula"])
        of = table.get("of", "output")
        left = layer.output if of == "output" else states[self.state_named("claim.of", of, states, "output")][t]
        told = "the output" if of == "output" else str(of)
        weights = self.weights(table)
        right = self.declared.formula("claim.formula", table["formula"], anywhere(states), left.shape, told, **states)
        if weights is not None:
            self.require_linear(right, weights)
        return FormulaClaim(left, right, weights=weights)

    def weights(self, table: Mapping[str, object]) -> Name | None:
        """The numbers of which a formula says that there are some, if there are any."""
        if "weights" not in table:
            return None
        letter = self.declared.new_letter("claim.weights", as_text("claim.weights", table["weights"]))
        family = Family(Name(letter, NUMBER, arity=1))
        self.declared.letters[letter] = family
        return family.name

    def require_linear(self, formula: Expr, weights: Name) -> None:
        """Raise InputError unless a formula is linear in its weights, and has some."""
        divided = (one.of for one in self.declared.divisors.inverses)
        factors = (one.body for one in (self.declared.products.used if self.declared.products else ()))
        if not is_linear(formula, weights) or any(weights in names(one) for one in (*divided, *factors)):
            raise InputError("claim.weights", f"the formula is not linear in {weights.text}")
        if weights not in names(formula):
            raise InputError("claim.weights", f"no {weights.text}[i] stands in the formula")

    def chunk(self, table: Mapping[str, object], states: Mapping[str, Name]) -> ChunkClaim:
        require_keys("claim", table, ("chunk",), ("of", "length"))
        if "of" not in table and len(states) > 1:
            raise InputError("claim.of", f"missing; the states are {', '.join(states)}")
        state = states[self.state_named("claim.of", table.get("of", next(iter(states))), states)]
        letter = self.declared.new_letter("claim.length", as_text("claim.length", table.get("length", "C")))
        length = sympy.Symbol(word(letter), integer=True, nonnegative=True)
        self.declared.letters[letter] = length
        with self.declared.divisors.apart() as powers:
            right = self.declared.formula(
                "claim.chunk", table["chunk"], anywhere(states), state.shape, state.text, **states
            )
        return ChunkClaim(state, length, right, powers=tuple(powers))

    def state_named(self, key: str, value: object, states: Mapping[str, Name], *more: str) -> str:
        letter = canonical(value) if isinstance(value, str) else ""
        if letter not in states:
            raise InputError(key, f"{shortened(str(value))} is no state; {meant(letter, (*states, *more), 'states')}")
        return letter


def require_values_at_0(key: str, powers: Iterable[Expr]) -> None:
    """Raise InputError if what is claimed from t = 0 on divides by whole numbers of which one may be 0 then."""
    start = sympy.Symbol(t.name, integer=True, nonnegative=True)
    for power in powers:
        try:
            require_well_defined(substitute(power, {t: start}))
        except OutsideLanguage as error:
            raise InputError(key, f"is claimed from t = 0 on, where {error}") from None


def anywhere(states: Mapping[str, Name]) -> Place:
    """A formula with the states at t, or at any step that it names."""
    return Place("the formula", {letter: name[t] for letter, name in states.items()}, None)
