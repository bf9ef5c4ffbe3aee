"""Formulas of recurrence files: what each rule of the grammar reads, and what is said of each error."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from derivations.recurrences.build import Builder
from derivations.recurrences.grammar import FormulaError
from derivations.recurrences.meant import Family, Meant, Place
from gdssm_symbolic.kernel.expressions import ONE, Name, Shape
from gdssm_symbolic.recurrent.products import Products
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.printing import to_text

m, d, B = (sympy.Symbol(letter, integer=True, positive=True) for letter in "mdB")
S = Name("S", (d, m), arity=1)
LETTERS: dict[str, Meant] = {
    "m": m,
    "d": d,
    "B": B,
    "k": Family(Name("k", (m, ONE), arity=1)),
    "v": Family(Name("v", (d, ONE), arity=1)),
    "β": Family(Name("β", (ONE, ONE), arity=1)),
    "K": Family(Name("K", (m, ONE), arity=2), B),
    "A": Name("A", (m, m)),
    "γ": sympy.Symbol("gamma"),
    "S": S,
}
FORMULA = Place("the formula", {"S": S[t]}, None)
UPDATE = Place("the update of S", {"S": S[t - 1]}, frozenset([t - 1]), lambda _: S[t - 1] * LETTERS["A"]())  # type: ignore[operator]
PAGE = Path(__file__).parents[2] / "docs" / "recurrences.md"
((BLOCK),) = re.findall(r"```formulas\n(.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL)
DOCUMENTED = [tuple(re.split(r" {2,}", line, maxsplit=1)) for line in BLOCK.splitlines()]


def read(text: str, shape: Shape | None = None, place: Place = FORMULA) -> str:
    """What is printed of a formula, or why it is refused."""
    try:
        return to_text(Builder(LETTERS, place, products=Products()).expression(text, shape, "S"))
    except FormulaError as error:
        return f"refused: {error}"


@pytest.mark.parametrize(("text", "printed"), DOCUMENTED, ids=[text for text, _ in DOCUMENTED])
def test_the_page_says_what_is_read(text: str, printed: str) -> None:
    assert read(text) == printed


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("S*k", "S k"),
        ("S @ k", "S k"),
        ("S·k − v", "S k - v"),
        ("+S k", "S k"),
        ("--v", "v"),
        ("v - -v", "v + v"),
        ("(v)", "v"),
        ("v (k)^T", "v k^T"),
        ("v k^T/2 m", "1/2 m v k^T"),
        ("2*-v", "-2 v"),
        ("‖k‖²", "|k|^2"),
        ("⟨k, k⟩ v", "<k, k> v"),
        ("|k|^2", "k^T k"),
        ("|k^T|^2", "k^T k^T^T"),
        ("|S|^2", "<S, S>"),
        ("<S, S>", "tr(S^T S)"),
        ("|beta|^2", "beta beta"),
        ("A³", "A^3"),
        ("A^(2)", "A^2"),
        ("A^m", "A^(m)"),
        ("gamma^-1 v", "1/gamma v"),
        ("gamma^(2 t - m + 1)", "γ^(1 - m + 2 t)"),
        ("I k", "I(m) k"),
        ("S I", "S I(m)"),
        ("S I (A + I)", "S (A + I(m))"),
        ("S (I + I)", "S (I(m) + I(m))"),
        ("S (2 I)^T", "S (2 I(m))^T"),
        ("beta I + A", "beta I(m) + A"),
        ("A + 0", "A + sum(i = 1..0, A)"),
        ("sum(i = 1..t, 0) + A", "sum(i = 1..t, A - A) + A"),
        ("[A, 0; 0, I(d)] [k; v]", "[A, k 0 v^T; v 0 k^T, I(d)] [k; v]"),
        ("[I, k] ", "[I(m), k]"),
        ("[k, k, k] [0; 0; 1]", "k"),
        ("A [k, k] [0; 1]", "A k"),
        ("S ([1])", "S"),
        ("0 v", "v 0"),
        ("S[t]", "S"),
        ("k[t]", "k"),
        ("K[t, 1]", "K[1]"),
        ("sum(i = 1 .. t, k[i])", "sum(i = 1…t, k[i])"),
        ("Σ(i = 1..t, k[i])", "sum(i = 1..t, k[i])"),
        ("prod(j = 1..3, K[j] K[j]^T)", "K[1] K[1]^T K[2] K[2]^T K[3] K[3]^T"),
        ("prod(j = 3..1, K[j] K[j]^T)", "K[3] K[3]^T K[2] K[2]^T K[1] K[1]^T"),
        ("prod(j = t-1..t+1, k[j] k[j]^T)", "k[t-1] k[t-1]^T k k^T k[t+1] k[t+1]^T"),
        ("prod(j = t..t, A)", "A"),
        ("prod(j = 1..t, gamma) S", "gamma^t S"),
        ("prod(j = t..1, I(m))", "I(m)"),
    ],
)
def test_other_ways_to_write_it(text: str, same: str) -> None:
    """Both are read, and are equal where they are not the same expression."""
    from gdssm_symbolic.checker import check
    from gdssm_symbolic.kernel.proofs import Calculation, Step

    left, right = (Builder(LETTERS, FORMULA, products=Products()).expression(one, None, "S") for one in (text, same))
    if left != right:
        check(Calculation(left, (Step(right),)))


def test_a_zero_has_the_shape_that_is_needed() -> None:
    assert to_text(Builder(LETTERS, FORMULA).expression("0", (d, m), "S").shape[0]) == "d"
    assert read("I", (m, m)) == "I_m"
    assert read("0 - 0", (d, m)) == "0 − 0"


def test_a_product_that_fits_only_with_its_brackets() -> None:
    assert read("A (v^T v)") == "A ‖v_t‖²"
    assert read("k (v^T (S k))") == "k_t v_tᵀ S_t k_t"


BAD = {
    "": "a value is missing at the end",
    "S +": "a value is missing at the end",
    "(S": "a bracket ( is not closed",
    "S)": ") stands where nothing was opened for it",
    "()": "a value is missing before )",
    "* S": "'*' is no part of a formula",
    "S # k": "'#' is no part of a formula, after 'S'",
    "0.5 S": "write 1/2 for 0.5",
    "S.k": "floating-point",
    "S**2": "powers are written with ^, not with **",
    "2 3 S": "two numbers without a sign between: 2 3",
    "S = k": "a formula has no =",
    "A^": "after ^ stands T",
    "A^*": "after ^ stands T",
    "2^3^2": "needs brackets",
    "prod(j = t+1..t, A)": "from t + 1 to t is no factor or two; write 1, or the two factors",
    "prod(j = 1..t, beta[t])": "beta[t] depends on t, and a factor on j alone",
    "sum(i = 1..t, prod(j = i+1..t, beta[i]))": "beta[i] depends on i, and a factor on j alone",
    "prod(j = 1..B, |K[j]|^2)": "|K[j]|^2 depends on t",
    "prod(j = 1..t, S[j]^T S[j])": "a factor is made of data and constants, and S[j]^T S[j] contains a state",
    "prod(j = 0..t, beta[j])": "tokens are numbered from 1, and 0 may be less",
    "prod(j = m..t, beta[j])": "it is not known which of m and t is larger",
    "prod(j = 1..t, k[j])": "k[j] is m×1, and only square matrices have a product over tokens",
    "prod(j = 1..100, A)": "",
    "prod(j = 1..101, A)": "a product of more than 100 factors",
    "prod(t = 1..m, A)": "the index of a product cannot be t",
    "|k|": "of a norm only the square can be stated: |x|^2",
    "|k|^3": "of a norm only the square",
    "|k": "a norm | is not closed",
    "<k k>": "an inner product is written as <x, y>",
    "<k, k": "an inner product < is not closed",
    "[A, k; k]": "different numbers of entries",
    "[A": "a bracket [ is not closed",
    "sum(i, k)": "sum is written as sum(i = 1..t, …)",
    "sum(1 = 1..t, k)": "sum is written as sum(i = 1..t, …)",
    "sum i": "sum is written as sum(i = 1..t, …)",
    "tr A": "tr takes a bracket, as in tr(A)",
    "k[1": "the index of k is not closed with ]",
    "A[k, k]": "A is a constant and has no index; a product is written with *",
    "k [t-1]": "k [t-1]: an index has no space before it; a product is k ([t-1])",
    "(A + k k^T)^10": "more than 1000 terms, multiplied out",
    "(A + I) " * 10: "more than 1000 terms, multiplied out",
    "A'": "a prime marks the new value of a state; the transpose is A^T",
    "A^T'": "the transpose is ^T",
    "S'": "only an update tells the new value of a state from the old",
    "S k": "",
    "S v": "S v: S is d×m and v is d×1, so S^T v would fit",
    "v k": "v k: v is d×1 and k is m×1, so v k^T would fit",
    "k^T S^T v k": "",
    "S (k + v)": "terms of different sizes: k is m×1 and v is d×1",
    "1 - beta k k^T": "terms of different sizes: 1 is a number and beta k k^T is m×m; write I for 1",
    "S - S^T": "terms of different sizes: S is d×m and S^T is m×d, so S in place of S^T or S^T in place of S would",
    "I - beta <k, k>": "I stands beside beta <k, k>, which is a number; write 1 there",
    "k I": "I stands where a number is needed; write 1",
    "tr(S)": "S is d×m, and only a square matrix has a trace",
    "tr(I)": "the size of I is not known here; write I(m)",
    "I": "the size of I is not known here",
    "|I|^2": "the size of I is not known here",
    "I(k)": "k is no whole number",
    "I(0)": "the size of I is made of sizes, such as I(m)",
    "I(t)": "the size of I is made of sizes, such as I(m)",
    "k^2": "k is m×1, and only a square matrix has powers",
    "S^-1": "S is d×m, and only a square matrix has powers",
    "inv(S)": "S is d×m, and only a square matrix has an inverse",
    "inv(A - A)": "a division by zero",
    "k/(beta - beta)": "a division by zero",
    "sum(i = 1..t, k / (beta + beta[i]))": "(beta + beta[i]) depends on i and t",
    "A^(1/2)": "(1/2) is no whole number made of t, indices and sizes",
    "A^k": "k is no whole number made of t, indices and sizes",
    "A^65": "an exponent above 64",
    "((A^8)^8)^8": "an exponent above 64",
    "(1 - gamma)^t": "",
    "2^t": "",
    "0^-1": "a division by zero",
    "v/0": "a division by zero",
    "v/(gamma - gamma)": "a division by zero",
    "v/A": "A is m×m, and nothing is divided by a matrix",
    "<k, v>": "<k, v>: k is m×1 and v is d×1",
    "[A, v]": "v is d×1, but row 1 is m high",
    "K": "K has B members a token: K[j] is one, as in sum(j = 1..B, …)",
    "K[1, 2, 3]": "K has two indices, the token and the number of the member",
    "k[1, 2]": "k has one index, the token",
    "k[k]": "k is no whole number",
    "gamma[1]": "γ is a number and has no index",
    "S[1, 2]": "S has one index, the token",
    "sum(t = 1..m, k[t])": "the index of a sum cannot be t, which stands for the number of the token",
    "sum(k = 1..m, k[k])": "the index of a sum cannot be k, which has a meaning already",
    "sum(i = 1..t, sum(i = 1..t, k[i]))": "the index of a sum cannot be i, which has a meaning already",
    "sum(i = 3..1, k[i])": "a sum from 3 to 1 has a negative number of terms",
    "sum(i = t..t-2, k[i])": "has a negative number of terms",
    "sum(i = 1..t, k[i]) + k[i]": "unknown letter i",
    "kk": "unknown letter kk; write a product with spaces: k k",
    "Sk": "write a product with spaces: S k",
    "βvk": "write a product with spaces: β v k",
    "k_t": "unknown letter k_t; write k[t]",
    "gama": "unknown letter gama; did you mean gamma?",
    "zzzz(k)": "unknown letter zzzz; the letters are m, d, B, k, v, β, K, A, γ, S",
    "softmax(k)": "softmax is no function here; declare its value as a letter of the data",
    "S_{t-1}": "a token is written in square brackets: S[t-1]",
    "½ v": "½ is no part of a formula; write 1/2",
    "|k|^2^3": "a power of a power needs brackets",
    "||k||^2": "a norm has one line on each side: |x|^2",
    "‖‖k‖‖^2": "a norm has one line on each side",
    "sum(i = 1..t, foo(k[i], v[i]))": "no function foo is known; the functions are tr, inv, diag, ones, sum, prod",
    "diag(prod(j = 1..t, k[j]))": "the product of its entries is that of diag(k[j])",
    "trr(A)": "unknown letter trr; did you mean tr?",
    "T": "T stands for ^T, the transpose",
    "s k": "did you mean S?",
    "__import__('os')": "'_' is no part of a formula",
    "k[(t + m + d + B)^64]": "is no whole number made of t, indices and sizes",
    "S\n  v": "S v: S is d×m",
    "x" * 3_000: "unknown letter xxx",
    "S (" + "v + " * 90 + "v)": "v + v + v",
    "+".join(f"1/{10**39 + n}" for n in range(80)) + " v": "a number of more than 2000 bits|more than 100 parts|terms",
    "(" + "+".join(f"1/{10**39 + n}" for n in range(80)) + ") v": "a number of more than 2000 bits",
    "9" * 41: "a number of more than 40 digits",
    "١": "digits are 0 to 9",
    "(" * 100 + "k" + ")" * 100: "nested more than 30 deep",
    "(" * 4_000: "nested more than 30 deep",
    "k" * 5_000: "longer than 4000 characters",
    "A" + "^T" * 1_000: "nested more than 30 deep",
    "-" * 3_000 + "k": "",
    " + ".join(["k"] * 1_000): "more than 100 parts",
    "A " * 1_000: "more than 100 parts",
    "|(" * 12 + "beta" + ")|^2" * 12: "more than 3000 parts, with new values and squares written out",
    "((9999999999^60)^1)^1 k": "a number of more than 2000 bits",
}


@pytest.mark.parametrize(("text", "reason"), BAD.items(), ids=[f"{n}: {text[:20]}" for n, text in enumerate(BAD)])
def test_what_is_no_formula_is_refused_quickly_with_a_reason(text: str, reason: str) -> None:
    started = time.perf_counter()
    told = read(text)
    assert time.perf_counter() - started < 2
    if not reason:
        assert not told.startswith("refused")
        return
    assert told.startswith("refused: ")
    assert any(one in told for one in reason.split("|") if one) or reason in told, told
    assert "\n" not in told
    assert len(told) < 400


def test_equal_divisors_have_one_name() -> None:
    """Also where they are written in two ways, or at the index of a sum; what is another at t has another name."""
    text = "v/(1 + <k, k>) + v/(|k|^2 + 1) + sum(i = 1..t, v[i]/(1 + k[i]^T k[i])) + v/(1 + k[t-1]^T k[t-1])"
    assert read(text) == "v_t r_t + v_t r_t + Σ_{i=1..t} v_i r_i + v_t ρ_t"
    assert read("A^-2 k + inv(A) k + inv(gamma) k") == "X^2 k_t + X k_t + (1/γ) k_t"


def test_a_loss_is_not_divided_by_its_parameter() -> None:
    """Its gradient would be wrong: the reciprocal would be taken for a constant."""
    loss = Place("the loss", {"S": Name("S", (d, m))()})
    assert "contains S, on which the loss depends" in read("|S k|^2 / (1 + |S k|^2)", place=loss)
    assert read("|S k|^2 / (1 + <k, k>)", place=loss) == "(S k_t)ᵀ S k_t r_t"


def test_the_shape_of_the_place_is_told() -> None:
    assert read("S k", (d, m)) == "refused: S k is d×1, and S is d×m"
    assert read("k v^T", (d, m)) == "refused: k v^T is m×d, and S is d×m, so v k^T would fit"
    assert read("S", (ONE, ONE)) == "refused: S is d×m, and S is a number"


OF_PAPERS = {
    "k k^t": "k k^T",
    "A^t k k^t": "A^T k k^T",
    "S (I - βkkᵀ) + βvkᵀ": "S (I - β k kᵀ) + β v kᵀ",
    "betakk^T": "beta k k^T",
    r"k_t k_t^\top": "k k^T",
    "k_tk_t^T": "k k^T",
    r"S_{t-1} (I - \beta_t k_t k_t^\top) + \beta_t v_t k_t^{\top}": "S[t-1] (I - beta k k^T) + beta v k^T",
    "S_{t−1}k_{t−1}": "S[t−1] k[t−1]",
    "kₜkₜᵀ": "k kᵀ",
    "Sₜ₋₁ k": "S[t-1] k",
    r"v \odot v": "v ⊙ v",
    r"\frac{1}{2} \left\lVert S k_t - v_t \right\rVert_2^2": "1/2 | S k - v |^2",
    "½ ‖S k_t − v_t‖²": "1/2 ‖S k − v ‖²",
    r"\sum_{i=1}^t \gamma^{t-i} v_i k_i^\intercal + S": "sum(i = 1..t, gamma^(t-i) v[i] k[i]^T) + S",
    r"(\sum_{i=1}^{B} \mathbf{K}_i K_i^{T}) k": "(sum(i = 1..B, K[i] K[i]^T)) k",
    "(I_m - A) k.T**2": "",
    r"\alpha k": "",
    "S_t-1": "",
    "A^t": None,
    "(S k - v)^2": "",
}


@pytest.mark.parametrize(("text", "here"), OF_PAPERS.items())
def test_how_papers_write_it_is_told_as_it_is_read(text: str, here: str | None) -> None:
    told = read(text)
    assert told.startswith("refused: ") == (here is not None)
    assert told.partition("in full: ")[2] == (here or "")
    assert not here or not read(here).startswith("refused")


def test_a_square_of_a_column_is_that_of_its_norm() -> None:
    assert read("(S k - v)^2").endswith("the square of its norm is |S k - v|^2")


@given(
    st.lists(
        st.sampled_from([*"SkvAβt_{}^()\\|[]+- ", "_t", "_{t-1}", "\\top", "\\sum_{i=1}^t ", "sum{", "ₜ"]), max_size=12
    )
)
@settings(max_examples=200, deadline=2_000)
def test_no_text_as_in_papers_fails_in_another_way(words: list[str]) -> None:
    assert read("".join(words))


MEANT = {
    "S v": "",
    "S + beta k": "",
    "k v^T": "v k^T",
    "S + beta k v^T": "beta v k^T in place of beta k v^T",
    "S - k v^T + 2 k v^T": "v k^T in place of k v^T and 2 v k^T in place of 2 k v^T",
    "S - beta k (S k - v)^T": "beta (S k - v) k^T in place of beta k (S k - v)^T",
    "S - v^T k": "v k^T",
    "S - beta (S k - v) k": "(S k - v) k^T",
    "S - beta (S k - v)^T k^T": "(S k - v) k^T",
    "(I - beta k k^T) S + beta v k^T": "S (I - beta k k^T)",
    "(I - beta k k^T) S + beta k v^T": "S (I - beta k k^T) and beta v k^T in place of beta k v^T",
    "S + beta k k^T S": "beta S k k^T",
    "S + sum(i = 1..t, k[i] v[i]^T)": "sum(i = 1..t, v[i] k[i]^T) in place of sum(i = 1..t, k[i] v[i]^T)",
    "S + S (k^T k - A)": "k k^T in place of k^T k",
    "S + k v^T / beta": "v k^T/beta in place of k v^T / beta",
}


@pytest.mark.parametrize(("text", "meant"), MEANT.items())
def test_a_change_is_named_only_if_the_whole_formula_then_fits(text: str, meant: str) -> None:
    told = read(text, (d, m))
    assert told.startswith("refused: ")
    assert told.partition(", so ")[2] == (f"{meant} would fit" if meant else "")


@given(st.lists(st.sampled_from(["S", "k", "v", "k^T", "v^T", "S^T", "A", "(v)"]), min_size=2, max_size=4))
@settings(max_examples=100, deadline=None)
def test_every_product_that_is_named_fits(factors: list[str]) -> None:
    told = read(" ".join(factors), (d, m)).removeprefix("refused: ")
    if ", so " not in told:
        return
    part = told.split(": ")[0].split() if ": " in told else factors
    for new in told.partition(", so ")[2].removesuffix(" would fit").split(" or "):
        places = [n for n in range(len(factors)) if factors[n : n + len(part)] == part]
        whole = [[*factors[:n], new, *factors[n + len(part) :]] for n in places] + [[new]]
        assert any(not read(" ".join(one), (d, m)).startswith("refused") for one in whole), told


def test_an_update_knows_old_and_new_values() -> None:
    assert read("S' + S", place=UPDATE) == "S_{t−1} A + S_{t−1}"
    assert read("S[t-1]", place=UPDATE) == "S_{t−1}"
    assert read("S[t]", place=UPDATE) == "refused: S[t] in the update of S: the state there is S[t - 1]"
    assert read("S k", place=Place("the rate")) == "refused: S is a state, and the rate contains none"


WORDS = [*"SkvKAmdBtiI", "beta", "γ", "^T", "^2", "^-1", "^(t-i)", "'", "+", "-", "*", "/", "(", ")", "[", "]", "[t-1]"]
WORDS += [
    ",",
    ";",
    "|",
    "|^2",
    "<",
    ">",
    "..",
    "=",
    "sum(i = 1..t, ",
    "prod(j = t..1, ",
    "prod(",
    "tr(",
    "inv(",
    "diag(",
    "0",
    "1",
    "2",
    " ",
]
WORDS += ["⊙", "_", ".", "ᵀ", "²", "é", "\x00", "9999999999999999"]


@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join) | st.text(max_size=60))
@settings(max_examples=600, deadline=2_000)
def test_random_texts_are_read_or_refused(text: str) -> None:
    told = read(text)
    assert told
    assert "\n" not in told or "\n" in text


matrices = st.deferred(
    lambda: st.one_of(
        st.sampled_from(("S", "v k^T", "S A")),
        st.tuples(matrices, st.sampled_from((" + ", " - ")), matrices).map("".join).map("({})".format),
        st.tuples(st.sampled_from(("2*", "beta ", "gamma^2 ", "1/m ", "<k, k> ")), matrices).map("".join),
        st.tuples(matrices, st.sampled_from((" A", " (I - k k^T)", " I", " A^T", "^T^T"))).map("".join),
    )
)


@given(matrices)
@settings(max_examples=200, deadline=2_000)
def test_what_fits_is_read(text: str) -> None:
    """Random formulas that fit are d×m, and end up as they were written, with spaces and signs apart."""
    try:
        expression = Builder(LETTERS, FORMULA).expression(text, (d, m), "S")
    except FormulaError as error:
        reason = str(error)
        assert re.search("nested|parts|exponent", reason), reason
        return
    assert expression.shape == (d, m)
