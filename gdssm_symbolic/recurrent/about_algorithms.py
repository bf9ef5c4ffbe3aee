"""What a claim asks that says which algorithm a state runs: that it is the iterate, for every number of tokens."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.functions import show_equal
from gdssm_symbolic.kernel.definitions import Meaning, Recurrence
from gdssm_symbolic.kernel.expressions import Name, Zero, names
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.unused_letters import fresh, letters_of

from .about_formulas import about_formula
from .algorithms import run, written
from .claims import AlgorithmClaim, FormulaClaim, SolverClaim
from .induction import calculation
from .layer import RecurrentLayer, State, meanings_of
from .letters import counter
from .questions import Question, about_product, known_of, letters_of_meanings, theorem_stating, usual_attempts
from .relation import MultipleOf, relations
from .unrolled import unrolling

#: What the sums of ridge regression are called.
SQUARES, TARGETS = ("H", "L", "G", "K"), ("R", "B", "Y", "V")


def about_algorithm(layer: RecurrentLayer, claim: AlgorithmClaim, defined: Sequence[Meaning]) -> Question:
    """That the state is the iterate of the algorithm after every number of tokens."""
    state = next(one for one in layer.states if one.name == claim.state)
    taken = letters_of(*layer.exprs, *written(claim), claim.point())
    algorithm = run(claim, state, taken)
    equation, n = algorithm.equation, algorithm.variable
    states = (*meanings_of(layer.states), *meanings_of(algorithm.states))
    meanings = (*states, *algorithm.definitions, *claim.products, *defined)
    gradients = tuple(loss.is_gradient() for loss in algorithm.losses)
    known = known_of(layer.inverses, layer.states, n, meanings, taken)
    attempts = usual_attempts(equation, n, meanings, f"the state ${state.name.text}$ is the iterate", known)

    def with_what_is_kept() -> Theorem:
        """The state is the iterate, and other states are multiples of what else the algorithm keeps."""
        iterate = {state.name: MultipleOf(algorithm.states[0].name)}
        definitions = (*algorithm.definitions, *defined)
        found = relations(layer.states, algorithm.states, n, definitions, iterate, layer.inverses, known)
        return theorem_stating(next(found).theorems, equation)

    def from_closed_forms() -> Theorem:
        """What the state is made of are other states, and these are sums over the tokens."""
        forms = list[Theorem]()
        for other in layer.states:
            with suppress(ProofError, OutsideLanguage):
                forms.append(unrolling(other, layer, taken, claim.products))
        return calculation(equation, (*meanings, *forms), "the state in closed form", known=known)

    further = (with_what_is_kept,) if len(algorithm.states) > 1 else ()
    last = (from_closed_forms,) if len(layer.states) > 1 else ()
    return Question(equation, meanings, (*further, *attempts, *last), gradients, layer.inverses)


def about_solver(layer: RecurrentLayer, claim: SolverClaim, defined: Sequence[Meaning]) -> Iterator[Question]:
    """Equations at a token, or a formula; or that the state is the iterate, at a token or, if it is one, after n."""
    if claim.formula is not None:
        formula = FormulaClaim(claim.formula.left, claim.formula.right, claim.products)
        question = about_formula(layer, formula, defined)
        with_sums = partial(_with_sums_as_states, layer, claim, question.equation, defined)
        yield replace(question, attempts=(with_sums, *question.attempts))
        return
    meanings = (*meanings_of(layer.states), *claim.meanings, *claim.products, *defined)
    title = f"the state ${claim.state.text}$ is the iterate"
    if claim.equations:
        known = known_of(layer.inverses, (), t, meanings, letters_of(*layer.exprs))
        for equation in claim.equations:
            one_step = partial(calculation, equation, meanings, title, known=known)
            yield Question(equation, meanings, (one_step,), inverses=layer.inverses)
        return
    iterate = claim.meanings[0]
    taken = letters_of(*layer.exprs) | letters_of_meanings(claim.meanings)
    n = counter(taken) if isinstance(iterate, Recurrence) else t
    equation = Equation(claim.state[n], iterate.name[n])
    attempts = (
        usual_attempts(equation, n, meanings, title) if n != t else (partial(calculation, equation, meanings, title),)
    )
    yield Question(equation, meanings, attempts, inverses=layer.inverses)


def _with_sums_as_states(
    layer: RecurrentLayer, claim: SolverClaim, equation: Equation, defined: Sequence[Meaning]
) -> Theorem:
    """Ridge regression with its two sums as states H and R: W H = R by induction, and then the sums are put in.

    They are states of the layer, or are added to these. Raises ProofError or OutsideLanguage if it is not proved so.
    """
    penalty, x, y, forgetting = (claim.given.get(key, 1) for key in ("penalty", "input", "target", "forgetting"))
    taken = letters_of(*layer.exprs, *equation.parts) | letters_of_meanings(claim.products)
    sums = list[State]()
    for letters, start, added in ((SQUARES, penalty, x * x.T), (TARGETS, Zero(*claim.state.shape), y * x.T)):
        name = Name(fresh(letters, taken), added.shape, arity=1)
        taken.add(name.text)
        sums.append(State(name, start, forgetting * name[t - 1] + added))
    larger = replace(layer, states=(*layer.states, *sums))
    unrolled = [form for one in larger.states if (form := _unrolled(one, larger, claim, taken)) is not None]
    of_squares, of_targets = (_first_equal(unrolled, one) for one in sums)
    n = counter(taken)
    meanings = (*meanings_of(larger.states), *claim.products, *defined)
    squares, targets = (next(iter(names(form.equation.left))) for form in (of_squares, of_targets))
    known = known_of(layer.inverses, larger.states, n, meanings, taken)
    solved = about_product(
        Equation(claim.state[n] * squares[n], targets[n]), n, meanings, known, taken, "the regression"
    )
    lines = (
        Step(claim.state[t] * squares[t], (of_squares,)),
        Step(solved.product.name[t], (solved.product,)),
        Step(targets[t], (solved.source,)),
        Step(equation.right, (of_targets,)),
    )
    return check(Calculation(equation.left, lines), f"the state ${claim.state.text}$ solves the regression")


def _unrolled(state: State, layer: RecurrentLayer, claim: SolverClaim, taken: Collection[str]) -> Theorem | None:
    with suppress(ProofError, OutsideLanguage):
        return unrolling(state, layer, taken, claim.products)
    return None


def _first_equal(unrolled: Sequence[Theorem], state: State) -> Theorem:
    """The first of the states that is the same sum as this one, which is among them if it has been unrolled."""
    own = next((one for one in unrolled if state.name in names(one.equation.left)), None)
    if own is None:
        raise ProofError(f"{state.name.text} is not unrolled")
    total = own.equation.right
    alike = (one for one in unrolled if one.equation.right.shape == total.shape)
    return next(one for one in alike if show_equal(one.equation.right, total).equal)
