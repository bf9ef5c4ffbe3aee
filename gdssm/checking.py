"""Constructions and recurrences of one's own: prove or refute them, and state them in Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike, fspath

from derivations.cli.check import load
from derivations.cli.unroll import construction_of
from derivations.constructions.check import Checked as CheckedConstruction
from derivations.constructions.check import check as check_construction
from derivations.constructions.toml_file import Construction
from derivations.constructions.unroll import Unrolled
from derivations.constructions.unroll import unroll as unroll_construction
from derivations.errors import InputError
from derivations.recurrences.check import Checked as CheckedRecurrence
from derivations.recurrences.check import check as check_recurrence
from derivations.recurrences.equations import CheckedEquation
from derivations.recurrences.toml_file import Stated, stated
from gdssm_symbolic.evidence.modular import TRIALS
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.layers import GradientDescent, Layer
from gdssm_symbolic.recurrent.identities.decide import decide_equation
from gdssm_symbolic.writing.evaluated import evaluated


@evaluated
def check(
    what: Equation | Stated | Construction | Layer | str | PathLike[str],
    progress: Callable[[int, int], None] | None = None,
    *,
    goal: GradientDescent | None = None,
) -> CheckedEquation | CheckedRecurrence | CheckedConstruction:
    """Prove or refute that a layer is the algorithm it is said to be, or an equation, for all sizes, lengths and data.

    In an equation, what `decide` refuses gets a name with its recurrence: powers of products and of numbers, sums whose
    bounds depend on the index of another sum, an index as a factor, A**-1. Such an equation is proved by induction.

    The layer is a recurrence (see `recurrence`), a layer of the paper, or the path of a file that states one of them;
    - is standard input. `gdssm check --template` prints such a file. Printed, the answer is the verdict; in a notebook,
    that on a recurrence is set in LaTeX. Its `latex` is for a paper, its `markdown` for a page, its `proof()` the proof
    line by line.

    A layer of the paper has integers and exact SymPy scalars as entries, rational in η, N and f: Q is 3×3 and q is 3×1,
    as rows. It is compared with `goal`; if that is left out, with one step from W_0 = 0 or, for two heads, with every
    number of steps from any W_0. `progress` is called now and then with the steps that the search for a counterexample
    to it took, and the most it may.

    Raises:
        InputError: there is no such file, it states no layer, or its claim cannot be stated.
        ValueError: an entry of a layer is no rational function of η, N and f, or is not shown to have no pole; or a
            layer with one head is compared with something else than one step from 0.
        OutsideLanguage: a part of an equation has no value everywhere, or there is no name for it; TooMuchWork, a
            kind of it, if an equation has more than 1,024 terms when its sums and powers are written out.
        TypeError: a file, a recurrence or an equation, which states its own goal, is given another; or `what` is of
            another class, such as a subclass of `Equation`, or was not finished.

    >>> import gdssm, sympy
    >>> print(gdssm.check(gdssm.WindowLayer()))
    proved
        claim     −(η/N) Z_N C_N q = (0 − η ∇ℒ_N(0))ᵀ x_{N+1}
        where     C_t = [x_t  y_t  x_{t+1}] for t ≥ 1;
                  Z_0 = 0,  Z_t = Z_{t−1} + C_t Q C_tᵀ for t ≥ 1;
                  ∇ℒ_t(W) = (1/t) Σ_{i=1..t} x_i (Wᵀ x_i − y_i)ᵀ for t ≥ 1, W ∈ R^{f×f}
        holds     For all f, N ≥ 1, all η, all x_i ∈ R^f, y_i ∈ R^f
        by sizes  both sides agree at f = 2, N = 1, …, 5 (5 points)
        computes  −(η/N) Z_N C_N q = (η/N) Σ_{i=1..N} y_i x_iᵀ x_{N+1}
    >>> n = sympy.Symbol("n", integer=True, nonnegative=True)
    >>> A, B = gdssm.Name("A", (gdssm.f, gdssm.f))(), gdssm.Name("B", (gdssm.f, gdssm.f))()
    >>> print(gdssm.check(gdssm.Equation((A * B) ** n * A, A * (B * A) ** n)))
    proved
        claim     (A B)^n A = A (B A)^n
        that is   P_n A = A R_n
        where     P_0 = I_f,  P_t = P_{t−1} A B for t ≥ 1; R_0 = I_f,  R_t = R_{t−1} B A for t ≥ 1
        holds     For all f ≥ 1 and n ≥ 0, all A ∈ R^{f×f}, B ∈ R^{f×f}
    >>> checked = gdssm.check(gdssm.WindowLayer(Q=[[0, 1, 0], [0, 0, 0], [0, 0, 0]]))  # Q as the paper prints it
    >>> checked.verdict.value, checked.evidence
    ('refuted', 'f = 1, N = 1, η = 1; W_* = 1, x_1 = 1, x_2 = 1, so y_1 = 1: −1 ≠ 1')
    >>> r"\\nabla" in checked.latex  # for a paper, as show(…).latex is
    True
    """
    if isinstance(what, str | PathLike):
        path = fspath(what)
        try:
            return check(load(path), progress, goal=goal)
        except InputError as error:
            raise error.within(path) from None
    if isinstance(what, Equation):
        if goal is not None:
            raise TypeError("an equation states its own claim")
        return CheckedEquation(decide_equation(what))
    if not isinstance(what, Stated):
        return check_construction(what, progress, goal=goal)
    if goal is not None:
        raise TypeError("a recurrence states its own claim")
    return check_recurrence(what)


@evaluated
def unroll(
    what: Construction | Layer | str | PathLike[str],
    features: int,
    samples: int,
    steps: int | None = None,
    *,
    goal: GradientDescent | None = None,
    modular: bool = False,
    trials: int = TRIALS,
    seed: int = 0,
) -> Unrolled:
    """Unroll a construction at one size, token by token, and compare it with gradient descent, exactly.

    `what` is a layer of the paper, compared with `goal` as in `check`, or the path of a construction file, or P1, P2 or
    P3 for the corrected construction. `steps` is needed if the construction is for every number of them. Both sides are
    written out as polynomials; with `modular` they are evaluated at so many random points (`trials`), each modulo a
    random prime of 61 bits. If they agree there, that is no proof: `error` bounds the probability of it for sides that
    differ. If they differ, `differs_at` names an entry, and that is certain.

    InputError if the size is too large to be written out, or something given cannot be used.

    >>> import gdssm
    >>> print(gdssm.unroll("P3", 3, 4, 2))
    exact-at-sizes
        at        f = 3, N = 4, L = 2
        claim     V_2 C_N q = W_2ᵀ x_{N+1}
        agree     in all entries, as polynomials
    >>> found = gdssm.unroll(gdssm.TwoHeadLayer(), 40, 100, 5, modular=True)
    >>> found.verdict.value, found.chance
    ('probable', '5.7e-33')
    >>> gdssm.unroll(gdssm.TwoHeadLayer(rate=gdssm.eta), 40, 100, 5, modular=True).differs_at
    1
    """
    if isinstance(what, str | PathLike):
        if goal is not None:
            raise TypeError("a construction file states its own goal")
        what = construction_of(fspath(what))
    return unroll_construction(
        what, features, samples, steps, goal=goal, at_random_points=modular, trials=trials, seed=seed
    )


@evaluated
def recurrence(
    *,
    layer: Mapping[str, object],
    claim: Mapping[str, object],
    data: Mapping[str, object] | None = None,
    constants: Mapping[str, object] | None = None,
    output: str | None = None,
    other: Mapping[str, object] | None = None,
) -> Stated:
    """State a recurrent layer and what it is said to be, for `check`, in the words of a recurrence file.

    The arguments are the sections of such a file, with the same keys and formulas: `data` and `constants` give letters
    their shapes, `layer` the states, each with shape, start and update, and `claim` says what the layer is. `output` is
    that of the layer. The keys of a claim are

        algorithm      what a state is updated by; `gdssm check --help` lists the names
        loss, rate     of the algorithms that descend: lists of them are several steps at a token
        momentum       a number, of heavy ball and of momentum
        decay          such as "alpha S", from where an online step is taken in place of S
        left, right    square matrices A and B by which the gradient G is multiplied: a step is -rate A G B
        steps          so many steps in place of one: a whole number, not a text
        forgetting     of ridge regression and recursive least squares: a number by which old tokens count less
        penalty        of ridge regression: a square matrix A, such as lambda I; W (A + sum k k^T) is sum v k^T
        weights        a letter: the formula holds with some numbers w[i] for it; they are found, or shown not to exist
        matrix, vector, inverse, input, target    of the other algorithms, whose templates explain them
        formula        the output at every token, or with `of` a state
        chunk          a state, named by `of`, C tokens later, made of the state S now; `length` renames C
        same_as        "other": the layer in `other` has the same output, where its states start as `relation` says
        relation       an equation of states such as "M = S^T", or a list; it is claimed, too, for every token

    docs/recurrences.md, in the repository and in the source archive, describes the formulas by examples; their words
    are

        beta v k^T       a product, with spaces; ^T is the transpose. Also k/2, 2 I, A^2, inv(A)
        k[t-1]           the data at another token; k alone is that at token t
        S'               in an update the new value of another state; S alone is the value before the token
        |x|^2, <x, y>    the square of a norm, and an inner product
        tr(A), diag(g)   a trace, and the matrix with the column g on its diagonal
        g ⊙ x            a product entry by entry, also written g .* x; ones(m) is a column of ones
        sum(i = 1..t, v[i] k[i]^T)    a sum over tokens
        prod(j = t..1, A[j])          a product over tokens, in the order of the bounds; in a claim
        [A, v; k^T, 1]   a matrix of blocks, row by row
        I, I(m), 0       the size fits what stands around, or is given

    Raises InputError, which names the key, if a section, a formula or a shape is wrong.

    >>> import gdssm
    >>> deltanet = gdssm.recurrence(
    ...     data={"k": "m", "v": "d", "q": "m", "beta": "1"},
    ...     layer={"S": {"shape": "d m", "start": "0", "update": "S (I - beta k k^T) + beta v k^T"}},
    ...     output="S q",
    ...     claim={"algorithm": "online gradient descent", "loss": "1/2 |S k - v|^2", "rate": "beta"},
    ... )
    >>> print(deltanet)
    The layer
    <BLANKLINE>
        S_0 = 0,  S_t = S_{t−1} (I − β_t k_t k_tᵀ) + β_t v_t k_tᵀ
    <BLANKLINE>
    output S_t q_t
    <BLANKLINE>
    is said to be: online gradient descent, rate β_t, loss (1/2) ‖S k_t − v_t‖²
    >>> checked = gdssm.check(deltanet)
    >>> checked.verdict.value
    'proved'
    >>> print(checked.proof())  # doctest: +ELLIPSIS
    Theorem 1: the gradient of ℒ
    ...
    """
    if output is not None:
        if "output" in layer:
            raise InputError("output", "given twice, as an argument and in the layer")
        layer = {**layer, "output": output}
    sections = {"data": data, "constants": constants, "layer": layer, "other": other, "claim": claim}
    given = {key: section for key, section in sections.items() if section is not None}
    _require_text_keys("", given)
    return stated(given)


def _require_text_keys(where: str, table: Mapping[str, object]) -> None:
    """Raise InputError if a key of a table, or of one in it, is no text, as it is in every file."""
    for key, value in table.items():
        if not isinstance(key, str):
            raise InputError(where, f"the key {key!r} is not a text")
        if isinstance(value, Mapping):
            _require_text_keys(f"{where}.{key}".lstrip("."), value)
