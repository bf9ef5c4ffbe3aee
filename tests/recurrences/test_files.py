"""Recurrence files: the gallery, the templates, and every kind of bad input."""

from __future__ import annotations

import re
import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sympy
from broken_files import broken, outcome
from hypothesis import given, settings
from hypothesis import strategies as st
from running import call, one_document

from derivations.constructions.toml_file import TEMPLATES as CONSTRUCTIONS
from derivations.errors import InputError
from derivations.recurrences import by_name
from derivations.recurrences.check import check
from derivations.recurrences.templates import TEMPLATES
from derivations.recurrences.toml_file import is_recurrence, load, stated
from gdssm_symbolic.recurrent.claims import (
    ALGORITHMS,
    AlgorithmClaim,
    ChunkClaim,
    FormulaClaim,
    SameAsClaim,
)
from gdssm_symbolic.recurrent.solvers import SOLVERS
from gdssm_symbolic.writing.printing import to_text

GALLERY = sorted((Path(__file__).parents[2] / "recurrences").glob("*.toml"))
DELTA = (Path(__file__).parents[2] / "recurrences" / "deltanet.toml").read_text("utf-8")
SAME = (Path(__file__).parents[2] / "recurrences" / "deltanet_rows.toml").read_text("utf-8")
TITANS = """
[data]
k = "m"
v = "d"
alpha = "1"
eta = "1"
theta = "1"

[layer]
M = { shape = "d m", start = "0", update = "(1 - alpha) M + U'" }
U = { shape = "d m", start = "0", update = "eta U - theta (M k - v) k^T" }
output = "M k"

[claim]
formula = "M[t] k"
"""

FILE_WITH_GATES = """
[data]
k = "m"
v = "d"
P = "1"
D = "m m"

[layer]
S = { shape = "d m", start = "0", update = "P S D + v k^T" }

[claim]
formula = "FORMULA"
"""


def read(text: str) -> Any:
    return stated(tomllib.loads(text))


@pytest.mark.parametrize("file", GALLERY, ids=lambda file: file.stem)
def test_the_gallery_comes_out_as_expected(file: Path) -> None:
    found = load(str(file))
    assert found.expected
    assert check(found).verdict.value == found.expected


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_templates_are_proved(name: str) -> None:
    assert check(read(TEMPLATES[name])).verdict.value == "proved"


def test_what_is_read_of_an_algorithm() -> None:
    found = read(DELTA.replace('rate = "beta"', 'rate = "beta"\nright = "2 I"\ndecay = "1/2 S"\nsteps = 2'))
    (state,), claim = found.layer.states, found.claim
    assert to_text(state.recurrence) == "S_0 = 0,  S_t = S_{t−1} (I − β_t k_t k_tᵀ) + β_t v_t k_tᵀ for t ≥ 1"
    assert to_text(found.layer.output) == "S_t q_t"
    assert isinstance(claim, AlgorithmClaim)
    assert (claim.name, claim.state, claim.point.arity) == ("online gradient descent", state.name, 0)
    assert (to_text(claim.loss), to_text(claim.rate)) == ("(1/2) ‖S k_t − v_t‖²", "β_t")
    assert {key: to_text(value) for key, value in claim.options.items()} == {
        "decay": "(1/2) S",
        "right": "2 I_m",
        "steps": "2",
    }
    assert claim.further == ()


def test_several_losses_at_a_token() -> None:
    claim = read(DELTA.replace('loss = "1/2 |S k - v|^2"', 'loss = ["1/2 |S k - v|^2", "<v, S k>"]')).claim
    assert [(to_text(loss), to_text(rate)) for loss, rate in claim.further] == [("v_tᵀ S k_t", "β_t")]


def test_several_losses_are_no_step_of_other_algorithms() -> None:
    """All but the first were left out, in silence."""
    found = read(DELTA.replace('loss = "1/2 |S k - v|^2"', 'loss = ["1/2 |S k - v|^2", "<v, S k>"]'))
    with pytest.raises(InputError, match="proximal step takes one step at a token, with one loss"):
        check(replace(found, claim=replace(found.claim, name="proximal step")))


def test_what_is_read_of_the_other_claims() -> None:
    same = read(SAME).claim
    assert isinstance(same, SameAsClaim)
    assert same.relation is not None
    assert [to_text(one) for one in same.relation] == ["M_t = S_tᵀ"]
    chunk = read(TEMPLATES["chunk"])
    assert isinstance(chunk.claim, ChunkClaim)
    assert chunk.layer.states[0].start is None
    assert chunk.claim.length == sympy.Symbol("C", integer=True, nonnegative=True)
    assert to_text(chunk.claim.right) == "γ^C S_t + Σ_{i=1..C} γ^{C−i} v_{i+t} k_{i+t}ᵀ"
    formula = read(TEMPLATES["formula"].replace('of = "output"', 'of = "S"').replace("<k[i], q> v[i]", "v[i] k[i]^T"))
    assert isinstance(formula.claim, FormulaClaim)
    assert to_text(formula.claim.left) == "S_t"


def test_a_product_over_tokens_has_one_name_in_a_claim() -> None:
    """Also where it is written in another way; and no letter of the file is its name."""
    text = FILE_WITH_GATES.replace(
        "FORMULA", "prod(j = 1..t, P[j]) sum(i = 1..t, prod(r = t..i+1, 1 P[r]) v[i] k[i]^T) prod(j = t..1, D[j])"
    )
    claim = read(text).claim
    assert isinstance(claim, FormulaClaim)
    assert to_text(claim.right) == "Π_{0,t} (Σ_{i=1..t} Π_{i,t} v_i k_iᵀ) G_{0,t}"
    assert [to_text(one) for one in claim.products] == [
        "Π_{j,j} = 1,  Π_{j,t} = Π_{j,t−1} P_t for j ≥ 0, t ≥ j + 1",
        "G_{j,j} = I_m,  G_{j,t} = D_t G_{j,t−1} for j ≥ 0, t ≥ j + 1",
    ]


def test_a_letter_of_both_layers_is_marked() -> None:
    text = SAME.replace("\nM = {", "\nS = {").replace("M", "S").replace('relation = "S = S^T"\n', "")
    found = read(text)
    assert to_text(found.claim.other.output) == "S̃_tᵀ q_t"
    assert check(found).verdict.value == "proved"


@pytest.mark.parametrize("mark", ["\N{COMBINING TILDE}", "\N{COMBINING CIRCUMFLEX ACCENT}", "\N{COMBINING MACRON}"])
def test_the_mark_of_a_letter_of_both_layers_is_of_no_other_letter(mark: str) -> None:
    """The datum S̃ was taken for the state S of the second layer, and both outputs for the same."""
    still = 'S = { shape = "d m", start = "0", update = "S" }'
    data = f'"S{mark}" = "d m"\nq = "m"'
    layers = f'[layer]\n{still}\noutput = "S{mark} q"\n[other]\n{still}\noutput = "S q"'
    found = read(f'[data]\n{data}\n{layers}\n[claim]\nsame_as = "other"')
    assert isinstance(found.claim, SameAsClaim)
    assert found.claim.other.states[0].name.text != f"S{mark}"
    assert check(found).verdict.value == "refuted"


def test_a_marked_letter_of_both_layers_has_another_mark() -> None:
    hat = "S\N{COMBINING CIRCUMFLEX ACCENT}"
    found = read(
        re.sub(r"\bS\b", hat, SAME.replace("M", "S"))
        .replace(f"{hat} = {{", f'"{hat}" = {{')
        .replace(f'relation = "{hat} = {hat}^T"\n', "")
    )
    assert check(found).verdict.value == "proved"


def test_the_states_of_the_second_layer_can_be_told_from_the_other_letters() -> None:
    text = SAME.replace("M", "k_1").replace('relation = "k_1 = S^T"\n', "")
    with pytest.raises(InputError, match="k_1 can be read in two ways"):
        read(text)


def test_indices_of_entries_and_reciprocals_have_different_letters() -> None:
    data = 'k = "m"\na = "m"\nb = "m"\nc = "m"\np = "1"\nr = "1"\nrho = "1"\nbeta = "1"'
    update = "S + diag(k) diag(a) (b + c) p r rho / beta"
    formula = "sum(i = 1..t, diag(a[i]) diag(k[i]) (b[i] + c[i]) p[i] r[i] rho[i] / beta[i])"
    layer = f'S = {{ shape = "m", start = "0", update = "{update}" }}'
    found = read(f'[data]\n{data}\n[layer]\n{layer}\n[claim]\nformula = "{formula}"')
    assert check(found).verdict.value == "proved"


class Unprinted(Mapping[str, object]):
    """A mapping that does not print what is in it."""

    def __init__(self, entries: Mapping[str, object]) -> None:
        self.entries = entries

    def __getitem__(self, key: str) -> object:
        return self.entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


class Hidden(str):
    def __repr__(self) -> str:
        return "…"


@pytest.mark.parametrize(("table", "word"), [(dict, str), (Unprinted, str), (dict, Hidden)])
def test_letters_are_seen_in_any_mapping(table: Any, word: Any) -> None:
    """The datum r was taken for the reciprocal of β where a mapping does not print its entries."""

    def update(formula: str) -> Any:
        return table({"S": table({"shape": "d m", "start": "0", "update": word(formula)})})

    data = table({"k": "m", "v": "d", "beta": "1", word("r"): "1"})
    sections = {"data": data, "layer": update("S + v k^T / beta"), "other": update("S + r v k^T")}
    found = stated(table({**sections, "claim": table({"same_as": "other"})}))
    assert check(found).verdict.value == "refuted"


def test_new_values_are_written_out() -> None:
    states = {state.name.text: to_text(state.update) for state in read(TITANS).layer.states}
    assert states["M"] == "(1 − α_t) M_{t−1} + η_t U_{t−1} − θ_t (M_{t−1} k_t − v_t) k_tᵀ"


def test_greek_letters_and_their_names_are_the_same() -> None:
    words, letters = read(DELTA), read(DELTA.replace("beta =", '"β" =').replace('"beta"', '"β"'))
    assert words == letters


@pytest.mark.parametrize("letter", ["key", "value", "place", "shape", "self"])
def test_a_state_may_be_called_like_a_key(letter: str) -> None:
    assert check(read(re.sub(r"\bS\b", letter, DELTA))).verdict.value == "proved"


def test_the_letters_do_not_matter() -> None:
    assert check(read(DELTA.replace("beta", "g").replace('"m"', '"n"').replace("d m", "d n"))).verdict.value == "proved"


def changed(old: str, new: str, of: str = DELTA) -> str:
    assert old in of
    return of.replace(old, new)


def update(text: str) -> str:
    return changed("S (I - beta k k^T) + beta v k^T", text)


def loss(text: str) -> str:
    return changed("1/2 |S k - v|^2", text)


def two_losses(algorithm: str) -> str:
    """DeltaNet, as another algorithm with two losses."""
    more = "".join(f'\n{key} = "0"' for key in ALGORITHMS[algorithm].needed)
    text = changed('"online gradient descent"', f'"{algorithm}"{more}')
    return changed('loss = "1/2 |S k - v|^2"', 'loss = ["1/2 |S k - v|^2", "<v, S k>"]', text)


STATES = 'U = { shape = "d m", start = "0", update = "%s" }\noutput ='
SOLVED = TEMPLATES["conjugate gradients"]
BAD: dict[str, tuple[str, str, str]] = {
    **{
        f"{name} with two losses": (two_losses(name), "claim.loss", f"{name} takes one step at a token, with one loss")
        for name, takes in ALGORITHMS.items()
        if not takes.several
    },
    "no vector": (SOLVED.replace('vector = "q"\n', ""), "claim.vector", "missing"),
    "a vector of another size": (SOLVED.replace('vector = "q"', 'vector = "H"'), "claim.vector", "its|H is m×m"),
    "a matrix that is a column": (
        SOLVED.replace('matrix = "H + lambda I"', 'matrix = "k"'),
        "claim.matrix",
        "k is m×1",
    ),
    "a loss beside a matrix": (SOLVED + 'loss = "1"\n', "claim.loss", "unknown key"),
    "three steps": (SOLVED + "steps = 3\n", "claim.steps", "from 1 to 2"),
    "a solution that is a matrix": (SOLVED.replace('of = "x" ', 'of = "H" '), "claim.of", "a solution is a column"),
    "an inverse of another size": (
        TEMPLATES["recursive least squares"].replace('inverse = "P"', 'inverse = "W"'),
        "claim.inverse",
        "W is not m×m, as W needs",
    ),
    "a penalty of a token": (
        TEMPLATES["ridge regression"].replace('penalty = "A"', 'penalty = "A + k k^T"'),
        "claim.penalty",
        "nothing of token t",
    ),
    "a penalty of another size": (
        TEMPLATES["ridge regression"].replace('penalty = "A"', 'penalty = "k"'),
        "claim.penalty",
        "k is m×1",
    ),
    "an inverse in ridge regression": (
        TEMPLATES["ridge regression"] + 'inverse = "P"\n',
        "claim.inverse",
        "unknown key",
    ),
    "a target of another size": (
        TEMPLATES["ridge regression"].replace('target = "v"', 'target = "k"'),
        "claim.target",
        "k is m×1",
    ),
    "a matrix that is forgotten": (
        TEMPLATES["ridge regression"] + 'forgetting = "A"\n',
        "claim.forgetting",
        "A is m×m",
    ),
    "an inverse that is none": (
        TEMPLATES["recursive least squares"].replace('inverse = "P"', 'inverse = "A"'),
        "claim.inverse",
        "'A' is no state",
    ),
    "a solver without a state": (SOLVED.replace('of = "x" ', ""), "claim.of", "the states are H, x"),
    "a state in a matrix that is inverted": (
        TEMPLATES["Newton-Schulz inversion"].replace('matrix = "A"', 'matrix = "A + X"'),
        "claim.matrix",
        "X is a state, and the matrix contains none",
    ),
    "no layer": (DELTA.split("[layer]")[0], "layer", "missing; a file has the sections"),
    "no claim": (DELTA.split("[claim]")[0], "claim", "missing"),
    "an unknown section": (changed("[data]", "[dat]"), "dat", "did you mean data?"),
    "a section that is a text": ('layer = "S"\n[data]\n', "layer", "is not a table"),
    "what is expected": (changed('expected = "proved"', 'expected = "true"'), "expected", '"proved" or "refuted"'),
    "a source that is a number": (changed('source = "arXiv:2406.06484"', "source = 1"), "source", "is not a text"),
    "a shape of three": (changed('k = "m"', 'k = "m m m"'), "data.k", "one size or two"),
    "a shape of none": (changed('k = "m"', 'k = ""'), "data.k", "'' is no size"),
    "a negative size": (changed('k = "m"', 'k = "-3"'), "data.k", "'-3' is no size: sizes are letters, or 1 to 8"),
    "a size 0": (changed('k = "m"', "k = 0"), "data.k", "is no size"),
    "a large size": (changed('k = "m"', 'k = "64"'), "data.k", "sizes are letters, or 1 to 8"),
    "a large sum of sizes": (changed('k = "m"', 'k = "8+1"'), "data.k", "'8+1' is more than 8"),
    "many sizes": (changed('k = "m"', 'k = "m+m+m+m+m"'), "data.k", "a sum of more than 4 sizes"),
    "a size that is data": (changed('v = "d"', 'v = "k"'), "data.v", "k is declared already, as data.k"),
    "a float": (changed('k = "m"', "k = 0.5"), "data.k", "write 1/2 for 0.5"),
    "a boolean": (changed('k = "m"', "k = true"), "data.k", "is not a text"),
    "a reserved letter": (changed('q = "m"', 't = "m"'), "data.t", "t stands for the number of the token"),
    "a letter that is none": (changed('q = "m"', '"q-q" = "m"'), "data.q-q", "is no letter"),
    "a long letter": (changed('q = "m"', f'{"q" * 30} = "m"'), f"data.{'q' * 30}", "more than 20 characters"),
    "a word of English": (changed('q = "m"', 'of = "m"'), "data.of", "reads like an expression"),
    "a letter twice": (changed('q = "m"', 'q = "m"\n"β" = "1"'), "data.beta", "β is declared already, as data.β"),
    "a letter that reads like a member": (
        changed("[layer]", '[constants]\nk_1 = "m"\n[layer]'),
        "constants.k_1",
        "k_1 can be read in two ways",
    ),
    "a count without a shape": (changed('k = "m"', 'k = { count = "B" }'), "data.k.shape", "missing; the keys are"),
    "a state that is a text": (DELTA + '\n[layer.T2]\nx = "1"\n', "layer.T2.x", "unknown key; "),
    "a state without an update": (changed('start = "0", ', ""), "layer.S.start", "missing"),
    "a misspelled key": (changed("update =", "updat ="), "layer.S.updat", "did you mean update?"),
    "no state": (DELTA.replace(DELTA[DELTA.index("S = {") : DELTA.index("output")], ""), "layer", "has a state"),
    "the wrong state first": (update("S (I - beta k k^T) + beta k v^T"), "layer.S.update", "is m×d"),
    "an update of another shape": (update("S k"), "layer.S.update", "S k is d×1, and S is d×m"),
    "a start of another shape": (changed('start = "0"', 'start = "I"'), "layer.S.start", "it is square"),
    "a start of data": (changed('start = "0"', 'start = "v k^T"'), "layer.S.start", "nothing of token t"),
    "a start of a state": (changed('start = "0"', 'start = "S"'), "layer.S.start", "a start contains none"),
    "a state before it is there": (update("S[t]"), "layer.S.update", "the state there is S[t - 1]"),
    "a new value of itself": (update("S'"), "layer.S.update", "made of each other: S' of S'"),
    "new values in a circle": (
        changed("output =", STATES % "S'", update("U'")),
        "layer.S.update",
        "S' of U', and U' of S'",
    ),
    "an output of the old state": (changed('"S q"', '"S[t-1] q"'), "layer.output", "the state there is S[t]"),
    "an output of an unknown letter": (changed('"S q"', '"S x"'), "layer.output", "unknown letter x"),
    "no output of two states": (
        changed('output = "S q"', (STATES % "U").removesuffix("\noutput =")),
        "layer.output",
        "only a layer with one state",
    ),
    "a transpose as in Python": (update("S(I - beta*k*k.T)"), "layer.S.update", "there is no .T; the transpose is ^T"),
    "another attribute": (update("S k.t"), "layer.S.update", "write 1/2 for 0.5"),
    "a misspelled output": (changed("output =", "outptu ="), "layer.outptu", "did you mean output?"),
    "no kind of claim": (changed("algorithm =", "algoritm ="), "claim", "did you mean algorithm?"),
    "two kinds of claims": (changed("rate =", 'formula = "v"\nrate ='), "claim", "algorithm and formula"),
    "an unknown algorithm": (changed("online gradient", "onlin gradient"), "claim.algorithm", "did you mean online"),
    "an algorithm that is a number": (changed('"online gradient descent"', "1"), "claim.algorithm", "unknown"),
    "no loss": (changed('loss = "1/2 |S k - v|^2"', ""), "claim.loss", "missing"),
    "a loss that is no number": (loss("S k - v"), "claim.loss", "S k - v is d×1, and a loss is a number"),
    "a loss of no state": (loss("|v|^2"), "claim.loss", "the loss contains none"),
    "the other orientation": (
        loss("1/2 |v - k^T S|^2"),
        "claim.loss",
        "k^T S: k^T is 1×m and S is d×m, so S k would fit",
    ),
    "an unknown key of a claim": (changed("rate =", "rates ="), "claim.rates", "did you mean rate?"),
    "a rate that is a vector": (
        changed('rate = "beta"', 'rate = "k"'),
        "claim.rate",
        "k is m×1, and a rate is a number",
    ),
    "rates that do not match": (changed('rate = "beta"', 'rate = ["1", "2"]'), "claim.rate", "as many as losses"),
    "no rates": (changed('rate = "beta"', "rate = []"), "claim.rate", "from 1 to 20 entries"),
    "0 steps": (DELTA + "steps = 0\n", "claim.steps", "not a number from 1 to 6"),
    "7 steps": (changed('"1/2 |S k - v|^2"', str(["|S k|^2"] * 7)), "claim.loss", "more than 6 steps at a token: 7"),
    "losses and steps": (
        changed('"1/2 |S k - v|^2"', str(["|S k|^2"] * 2)) + "steps = 4\n",
        "claim.loss",
        "more than 6 steps at a token: 8",
    ),
    "a decay that is a number": (DELTA + 'decay = "beta"\n', "claim.decay", "beta is a number, and S is d×m"),
    "a factor of another size": (DELTA + 'left = "k k^T"\n', "claim.left", "k k^T is m×m"),
    "another layer for nothing": (DELTA + '[other]\noutput = "q"\n', "other", "belongs to a claim with same_as"),
    "same as nothing": (changed('same_as = "other"', 'same_as = "M"', SAME), "claim.same_as", 'is "other"'),
    "no other layer": (SAME.split("[other]")[0] + '[claim]\nsame_as = "other"\n', "other", "missing"),
    "outputs of two sizes": (
        changed('"S q"', '"<q, q>"', SAME),
        "other.output",
        "the output is d×1, and that of the first layer is a number",
    ),
    "a relation without =": (changed("M = S^T", "M - S^T", SAME), "claim.relation", "has one = between its sides"),
    "a relation of other sizes": (changed("M = S^T", "M = S", SAME), "claim.relation", "the sides differ in size"),
    "a relation of updates": (changed("M = S^T", "M = S'", SAME), "claim.relation", "only an update"),
    "a state of the other layer": (changed('"S q"', '"M q"', SAME), "layer.output", "unknown letter M"),
    "an unknown state": (
        changed('of = "S"', 'of = "s"', TEMPLATES["chunk"]),
        "claim.of",
        "'s' is no state; ",
    ),
    "forgetting of no value": (
        TEMPLATES["recursive least squares"] + 'forgetting = "sum(r = t..1, 0)"\n',
        "claim",
        "cannot be stated: the number of terms of the sum over r is not shown to be ≥ 0",
    ),
    "a length that is data": (changed('"C"', '"k"', TEMPLATES["chunk"]), "claim.length", "declared already"),
    "divided by a matrix": (update("S/(k k^T)"), "layer.S.update", "m×m, and nothing is divided by a matrix"),
    "many letters": (changed('q = "m"', "\n".join(f'q{n} = "m"' for n in range(50))), "data", "more than 40 letters"),
    "many states": (
        changed(
            "output =",
            "\n".join(f'U{n} = {{ shape = "m", start = "0", update = "k" }}' for n in range(9)) + "\noutput =",
        ),
        "layer",
        "more than 8 states",
    ),
    "a bomb of new values": (
        changed(
            "output =",
            "\n".join(
                f'U{n} = {{ shape = "m m", start = "0", update = "{"+".join([f"U{n + 1}" + chr(39)] * 50)}" }}'
                for n in range(6)
            )
            + '\nU6 = { shape = "m m", start = "0", update = "k k^T" }\noutput =',
        ),
        "layer.U4.update",
        "more than 3000 parts",
    ),
    "a product in a layer": (update("prod(j = 1..t, beta[j]) S"), "layer.S.update", "stands in a claim; in a layer it"),
    "a product in a relation": (
        changed('"M = S^T"', '"M = prod(j = 1..t, 2) S^T"', SAME),
        "claim.relation",
        "stands in",
    ),
    "a product of the parameter": (loss("prod(j = 1..t, <S, S>)"), "claim.loss", "<S, S> contains a state"),
    "a nested bomb": (update("(" * 1000 + "S" + ")" * 1000), "layer.S.update", "nested more than 30 deep"),
    "an output that is long when it is unrolled": (
        changed('"S q"', '"(S S^T)^16 S q"'),
        "layer.output",
        "more than 1000 terms, with the updates of states put in and multiplied out",
    ),
    "a claim that is long when it is put into an update": (
        changed("P S D + v k^T", "S S^T S", FILE_WITH_GATES).replace("FORMULA", " + ".join(["v k^T"] * 11))
        + 'of = "S"\n',
        "layer.S.update",
        "more than 1000 terms, with what the claim says of its state put in",
    ),
    "a range of 10^10 tokens": (
        loss("sum(i = 1..10000000000, |S k[i]|^2)"),
        "claim.loss",
        "a number above 128 in an in",
    ),
    "a large factor": (loss("|S k[1000 t]|^2"), "claim.loss", "1000 t: a letter times more than 4"),
    "sums within sums": (
        loss("sum(i = 1..50, sum(j = 1..50, <S k[i], S k[j]>))"),
        "claim.loss",
        "more than 1000 terms in sums within sums",
    ),
    "a state far away": (
        FILE_WITH_GATES.replace("FORMULA", "sum(i = 1..50, S[i])"),
        "claim.formula",
        "S[i]: a state more than 8 tokens later",
    ),
    "a relation that is long when it is unrolled": (
        changed("M = S^T", "M = S^T (S S^T)^8", SAME),
        "claim.relation",
        "more than 1000 terms, with the updates of states put in",
    ),
    "an escape sequence": (changed("[data]", '[data]\n"k\\u001b[2J" = "m"'), r"'data.k\x1b[2J'", "is no letter"),
    "an empty key": ('"" = 1\n' + DELTA, "''", "unknown key"),
    "a long key": (f"{'x' * 9000} = 1\n" + DELTA, f"{'x' * 77}...", "unknown key"),
    "Python": (update("__import__('os').abort()"), "layer.S.update", "is no part of a formula"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_quickly_with_a_reason(name: str) -> None:
    text, key, reason = BAD[name]
    started = time.perf_counter()
    with pytest.raises(InputError) as refused:
        read(text)
    assert time.perf_counter() - started < 2
    assert refused.value.key == key
    assert any(one in refused.value.message for one in reason.split("|")), refused.value.message
    assert "\n" not in refused.value.message
    assert len(refused.value.message) < 400


values = st.recursive(
    st.sampled_from(("m", "d m", "1", "0", "any", "S", "k", "S k", "other", "formula", "|k|^2", 0, 1, 1.5, True, "")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("shape", "start", "update", "count", "S", "k", "output", "loss")), inner, max_size=4
        )
    ),
    max_leaves=8,
)
sections = st.sampled_from(("data", "constants", "layer", "other", "claim", "expected", "source", "x"))
keys = st.sampled_from(
    ("S", "k", "v", "t", "β", "output", "algorithm", "same_as", "formula", "chunk", "of", "loss", "rate")
)


@given(st.dictionaries(sections, values | st.dictionaries(keys, values, max_size=4), max_size=5))
@settings(max_examples=300, deadline=2_000)
def test_random_tables_are_read_or_refused(table: dict[str, object]) -> None:
    try:
        stated(table)
    except InputError as error:
        assert error.key  # noqa: PT017 - some are read
        assert "\n" not in error.message  # noqa: PT017


@given(st.data())
@settings(max_examples=150, deadline=2_000)
def test_a_file_with_one_change_is_read_or_refused(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from((DELTA, SAME, TITANS, *TEMPLATES.values())))
    start = data.draw(st.integers(0, len(text) - 1))
    end = start + data.draw(st.integers(0, 4))
    inserted = data.draw(st.text(alphabet="Skvqmd t[]()^'+-*/|<>,=.01", max_size=3))
    try:
        table = tomllib.loads(text[:start] + inserted + text[end:])
    except tomllib.TOMLDecodeError:
        return
    try:
        stated(table)
    except InputError as error:
        assert error.key  # noqa: PT017 - some are read


@pytest.mark.parametrize("seed", range(20, 60, 20))
def test_files_that_went_wrong_end_in_a_verdict_or_an_error(seed: int) -> None:
    """`broken_files.py --count 10000` tries more, each with limits of time and memory."""
    for one in range(seed, seed + 20):
        outcome(broken(one))


def test_a_relation_that_gives_a_start_in_two_ways_is_refused_on_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    twice = SAME.replace('start = "0"', 'start = "any"').replace('"M = S^T"', '["M = S^T", "S = 2 M^T"]')
    (tmp_path / "twice.toml").write_text(twice, "utf-8")
    status, _, err = call(capsys, "check", str(tmp_path / "twice.toml"))
    told = "claim.relation: not shown to hold where S and M start; give them starts, or leave an equation out\n"
    assert (status, err) == (2, f"gdssm: {tmp_path / 'twice.toml'}: {told}")


def test_a_chunk_that_divides_by_a_number_of_its_first_token_is_refuted() -> None:
    """Token 0 is none of those whose numbers are assumed not to be 0, and the data there may be 0 too."""
    text = TEMPLATES["chunk"]
    table = tomllib.loads(text)
    table["data"]["a"] = "1"
    table["claim"]["chunk"] = "S / a"
    assert check(stated(table)).verdict.value == "refuted"


def test_files_are_told_apart() -> None:
    assert is_recurrence(tomllib.loads(DELTA))
    assert not is_recurrence({"tokens": "interleaved", "Q": {}})
    assert not is_recurrence({})


def test_from_the_command_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    right, wrong, bad = (tmp_path / f"{name}.toml" for name in ("right", "wrong", "bad"))
    right.write_text(DELTA, "utf-8")
    wrong.write_text(update("S (I - beta k k^T) + v k^T"), "utf-8")
    bad.write_text(update("S v"), "utf-8")
    status, out, err = call(capsys, "check", str(right))
    assert (status, err) == (0, "")
    assert "holds     For all d, m ≥ 1" in out
    status, out, _ = call(capsys, "check", str(wrong), "--json")
    document = one_document(out)
    assert (status, document["verdict"], document["counterexample"]["left"]) == (1, "refuted", [["1"]])
    status, _, err = call(capsys, "check", str(bad))
    assert status == 2
    assert err.endswith("layer.S.update: S v: S is d×m and v is d×1\n")  # S^T v is no update of S
    status, out, err = call(capsys, "check", str(right), str(bad), str(wrong), "--json")
    assert status == 2
    entries = one_document(out)["constructions"]
    assert [entry.get("verdict") for entry in entries] == ["proved", None, "refuted"]


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_from_the_command_line(capsys: pytest.CaptureFixture[str], name: str) -> None:
    status, out, _ = call(capsys, "check", "--template", *name.split())
    assert (status, out) == (0, TEMPLATES[name])
    assert one_document(call(capsys, "check", "--template", name, "--json")[1])["text"] == out


def test_an_unknown_template(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = call(capsys, "check", "--template", "onlin gradient descent")
    assert status == 2
    assert f"did you mean online gradient descent? the templates are {', '.join((*CONSTRUCTIONS, *TEMPLATES))}" in err


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("deltanet", "online gradient descent"),
        ("Delta-Net", "online gradient descent"),
        ("delta rule", "online gradient descent"),
        ("RetNet", "gradient descent"),
        ("longhorn", "proximal step"),
        ("mamba-2", "mamba2.toml"),
        ("gated DeltaNet", "gated_delta.toml"),
        ("deltanet.toml", "deltanet.toml"),
    ],
)
def test_a_layer_is_found_by_its_common_name(capsys: pytest.CaptureFixture[str], wanted: str, name: str) -> None:
    """The names stand in headings of templates, which are data, and in the gallery."""
    status, out, err = call(capsys, "check", "--template", *wanted.split())
    folder = Path(__file__).parents[2] / "recurrences"
    assert (status, out) == (0, TEMPLATES[name] if name in TEMPLATES else (folder / name).read_text("utf-8"))
    assert name in err
    assert check(read(out)).verdict.value == "proved"


@pytest.mark.parametrize("wanted", ["gla", "mamba", "gradient", "with", "one", "a", "é", "x" * 100, ".toml", "rwkv"])
def test_a_name_that_is_not_that_of_one_file_is_told_the_near_ones(
    capsys: pytest.CaptureFixture[str], wanted: str
) -> None:
    status, out, err = call(capsys, "check", "--template", wanted)
    assert (status, out) == (2, "")
    assert f"the templates are {', '.join((*CONSTRUCTIONS, *TEMPLATES))}" in err
    assert ("in the gallery are gla_chunk, " in err) == (wanted == "gla")


def test_without_the_gallery_templates_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the files of the gallery were not installed."""
    monkeypatch.setattr(by_name, "gallery", dict)
    assert by_name.named("mamba2") is None
    found = by_name.named("deltanet")
    assert found is not None
    assert found.name == "online gradient descent"
    assert by_name.in_gallery("gla") == []


def test_the_gallery_is_released_where_it_is_looked_for() -> None:
    root = Path(__file__).parents[2]
    wheel = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    ((source, target),) = wheel["force-include"].items()
    assert (root / target, root / source) == by_name.FOLDERS
    assert by_name.gallery().keys() == {file.stem for file in (root / source).glob("*.toml")}


def test_words_of_several_headings_are_no_name() -> None:
    assert by_name.template_about("delta rule") == "online gradient descent"
    assert by_name.template_about("one step") is None


def test_an_algorithm_called_by_the_name_of_a_layer_is_told_its_own() -> None:
    with pytest.raises(InputError, match=r"unknown algorithm 'DeltaNet'; did you mean online gradient descent\?"):
        read(changed("online gradient descent", "DeltaNet"))


def test_every_algorithm_that_is_decided_has_a_template() -> None:
    assert {*ALGORITHMS, *SOLVERS} <= TEMPLATES.keys()


def test_help_lists_every_template(capsys: pytest.CaptureFixture[str]) -> None:
    """And so every algorithm, as above: a name is not to be found by guessing a wrong one."""
    flat = " ".join(call(capsys, "check", "--help")[1].replace("│", " ").split())
    assert f"said to be: {', '.join(TEMPLATES)}; or left out: P2" in flat
    assert all(name in flat for name in CONSTRUCTIONS)


def test_an_unknown_algorithm_is_told_all_that_there_are() -> None:
    every = f"the algorithms are {', '.join((*ALGORITHMS, *SOLVERS))}"
    for name, near in (("onlin gradient descent", "did you mean online gradient descent? "), ("xyz", "")):
        with pytest.raises(InputError, match=re.escape(f"unknown algorithm '{name}'; {near}{every}")):
            read(changed("online gradient descent", name))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("start =", "init =", "did you mean start?"),
        ('beta = "1"', 'beta = "scalar"', 'the shape of a number is "1"'),
        ("algorithm =", "xyz =", "one of algorithm, same_as, formula, chunk; here is none of them"),
    ],
)
def test_words_of_others_are_told_the_word_here(old: str, new: str, reason: str) -> None:
    assert old in DELTA
    with pytest.raises(InputError, match=re.escape(reason)):
        read(DELTA.replace(old, new))


def test_keys_that_may_be_left_out_are_told_apart() -> None:
    with pytest.raises(InputError, match=r"missing; the keys are algorithm, loss, rate, momentum, and perhaps decay$"):
        read(TEMPLATES["heavy ball"].replace('rate = "theta"', ""))
    with pytest.raises(InputError, match="unknown key; the keys are algorithm, loss, rate, and perhaps decay, left,"):
        read(DELTA + 'xyz = "1"\n')
    with pytest.raises(InputError, match=r"missing; the keys are shape, start, update$"):
        read(changed(', start = "0"', ""))


@pytest.mark.parametrize("key", ["shape", "start", "update"])
def test_a_state_without_its_letter_is_told_that_it_has_one(key: str) -> None:
    table = tomllib.loads(DELTA)
    table["layer"] = {key: table["layer"]["S"][key]}
    with pytest.raises(InputError, match=r'each state has a letter: S = \{ shape = "d m"') as refused:
        stated(table)
    assert refused.value.key == "layer"
    named_so = {"shape": "d m", "start": "0", "update": f"{key} + v k^T"}  # it may be the letter, too
    assert stated({**table, "layer": {key: named_so}, "claim": {"formula": "sum(i = 1..t, v[i] k[i]^T)"}})


def test_a_file_without_a_claim_is_told_what_a_claim_is() -> None:
    with pytest.raises(InputError, match="say what the layer is, by one of algorithm, same_as, formula, chunk"):
        read(DELTA.split("[claim]")[0])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('shape = "d m"', 'shape = "m d"', 'all fits with the shape "d m" of S'),
        ('v = "d"', 'v = "m"', 'all fits with the shape "d" of v'),
        ('q = "m"', 'q = "d"', 'so S^T q would fit; all fits with the shape "m" of q'),
        ("beta v k^T", "beta v v^T", ""),
        ('"S q"', '"v S q"', "so v^T S would fit"),
    ],
)
def test_a_shape_is_named_only_if_the_whole_file_then_fits(old: str, new: str, told: str) -> None:
    with pytest.raises(InputError) as refused:
        read(changed(old, new))
    if told:
        assert refused.value.message.endswith(told)
    assert "all fits" in told or "all fits" not in refused.value.message
