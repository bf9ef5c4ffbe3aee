"""What a claim asks that says which algorithm a state runs: that it is the iterate, for every number of tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial

from gdssm_symbolic.kernel.definitions import Meaning, Recurrence
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory.least_squares import t

from .about_formulas import about_formula
from .algorithms import run, written
from .claims import AlgorithmClaim, FormulaClaim, SolverClaim
from .induction import calculation
from .layer import RecurrentLayer, meanings_of
from .letters import counter, letters_of
from .questions import Question, known_of, letters_of_meanings, theorem_stating, usual_attempts
from .relation import MultipleOf, relations
from .unrolled import unrolling


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
        yield about_formula(layer, FormulaClaim(claim.formula.left, claim.formula.right, claim.products), defined)
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
