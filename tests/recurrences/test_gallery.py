"""The gallery: its page is what the files say, and no verdict depends on a layer's letters or on how it is written."""

from __future__ import annotations

import random
import re
import string
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from derivations.generate import gallery
from derivations.recurrences.check import check
from derivations.recurrences.grammar import LETTER, RESERVED, canonical
from derivations.recurrences.toml_file import Stated, load, stated
from gdssm_symbolic.kernel.definitions import Recurrence
from gdssm_symbolic.kernel.expressions import Add, App, Expr, Mul, Name, Transpose
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.recurrent.claims import AlgorithmClaim, ChunkClaim, Claim, FormulaClaim, SameAsClaim, SolverClaim
from gdssm_symbolic.recurrent.layer import State

FOLDER = Path(__file__).parents[2] / "recurrences"
GALLERY = sorted(FOLDER.glob("*.toml"))
#: Those whose claim is about one state.
ONE_STATE = [file for file in GALLERY if len(load(str(file)).layer.states) == 1]
each_file = pytest.mark.parametrize("file", GALLERY, ids=lambda file: file.stem)


# ---- the page ----------------------------------------------------------------------------------


def test_the_page_has_a_row_for_each_file_with_its_verdict() -> None:
    """That each file comes out as it says is the test of the files."""
    page = (FOLDER / "README.md").read_text("utf-8")
    column = gallery.HEADER.index("verdict")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| [")]
    told = {re.findall(r"\((\w+)\.toml\)", row[0])[0]: row[column].strip("*") for row in rows}
    assert told == {file.stem: load(str(file)).expected for file in GALLERY}, "make gallery writes it anew"
    assert page.startswith(gallery.HEAD)


def test_a_row_is_what_was_decided() -> None:
    name = "deltanet_rate_dropped"
    found = load(str(FOLDER / f"{name}.toml"))
    row = gallery.page({name: found}).splitlines()[-1]
    assert row in (FOLDER / "README.md").read_text("utf-8").splitlines(), "make gallery writes it anew"
    assert "| refuted |" in row
    with pytest.raises(SystemExit, match=name):
        gallery.page({name: replace(found, expected="proved")})


# ---- other letters -----------------------------------------------------------------------------


def letters(table: Mapping[str, Any]) -> list[str]:
    """The letters of data, constants, states, sizes, and of the length of a chunk or of weights."""
    found = {table["claim"][key] for key in ("length", "weights") if key in table["claim"]}
    for section in ("data", "constants", "layer", "other"):
        for letter, entry in table.get(section, {}).items():
            if letter != "output":
                found.add(letter)
                shape = f"{entry['shape']} {entry.get('count', '')}" if isinstance(entry, Mapping) else str(entry)
                found.update(re.findall(LETTER, shape))
    return sorted(map(canonical, found))


def renamed(table: Mapping[str, Any], draw: random.Random) -> dict[str, Any]:
    """The same file with other letters."""
    if "chunk" in table["claim"]:
        table = {**table, "claim": {"length": "C", **table["claim"]}}
    own = letters(table)
    indices = set(re.findall(r"(?:sum|prod)\((\w+) *=", str(table)))
    words = "rho", "sigma", "kappa", "omega", "mu", "Gamma", "Psi"
    pool = [one for one in (*string.ascii_letters, *words) if one not in indices | RESERVED.keys()]
    new = dict(zip(own, draw.sample([one for one in pool if canonical(one) not in own], len(own)), strict=True))

    def text(value: Any) -> Any:  # of a text, a list or a table
        if isinstance(value, Mapping):
            return {key: text(one) for key, one in value.items()}
        if isinstance(value, list):
            return list(map(text, value))
        return (
            re.sub(LETTER, lambda found: new.get(canonical(found[0]), found[0]), value)
            if value is str(value)
            else value
        )

    found = dict[str, Any]()
    for section in {*table} - {"expected", "source", "note"}:
        for key, value in table[section].items():
            letter = key if section == "claim" or key == "output" else text(key)
            found.setdefault(section, {})[letter] = value if key in ("algorithm", "same_as") else text(value)
    return found


@each_file
def test_the_letters_do_not_matter(file: Path) -> None:
    table = tomllib.loads(file.read_text("utf-8"))
    other = renamed(table, random.Random(file.stem))
    assert not set(letters(table)) & set(letters(other))
    assert check(stated(other)).verdict.value == table["expected"]


@pytest.mark.parametrize("letter", ["W_0", "H"])
@pytest.mark.parametrize("of", ["k", "m", "beta"])
def test_letters_that_a_proof_would_choose_itself_do_not_matter(letter: str, of: str) -> None:
    """The iterate W had the value W_0 at 0, and H was the direction of a differential beside a size H."""
    text = (FOLDER / "deltanet.toml").read_text("utf-8")
    assert check(stated(tomllib.loads(re.sub(rf"\b{of}\b", letter, text)))).verdict.value == "proved"


@pytest.mark.parametrize(("of", "letter", "size"), [("V", "j", "f"), ("A", "W_j", "f"), ("Y", "k", "j")])
def test_indices_of_sums_in_a_proof_are_no_letters_of_the_file(of: str, letter: str, size: str) -> None:
    """The kernel calls the index of a sum inside a sum over i j, whatever is called so; or k, if j is a size."""
    text = (FOLDER / "gd_ssm_two_heads.toml").read_text("utf-8")
    text = re.sub(rf"\b{of}\b", letter, re.sub(r"\bf\b", size, text))
    assert check(stated(tomllib.loads(text))).verdict.value == "proved"


# ---- the state transposed, and the terms of its update regrouped -----------------------------------


def replaced(expr: Expr, name: Name, new: Name) -> Expr:
    """The expression in which a state, or a parameter, is the transpose of another."""
    if isinstance(expr, App) and expr.name == name:
        return Transpose(App(new, expr.indices))
    return expr.mapped(lambda part: replaced(part, name, new))


def regrouped(expr: Expr) -> Expr:
    """The terms of each sum in the other order, and the first sum in each product multiplied out."""
    expr = expr.mapped(regrouped)
    match expr:
        case Add(terms=terms):
            return Add(terms[::-1])
        case Mul(factors=factors):
            for k, factor in enumerate(factors):
                if isinstance(factor, Add):
                    return Add(tuple(Mul((*factors[:k], term, *factors[k + 1 :])) for term in factor.terms))
    return expr


def transposed(found: Stated) -> Stated:
    """The same layer and claim for the transpose of its state, with another update."""
    (state,) = found.layer.states
    name = Name(f"{state.name.text}'", state.name.shape[::-1], arity=1)

    def of(expr: Expr) -> Expr:
        return replaced(expr, state.name, name)

    start = None if state.start is None else Transpose(state.start)
    turned = State(name, start, Transpose(of(regrouped(state.update))))
    inverses = tuple(replace(one, of=of(one.of)) for one in found.layer.inverses)
    layer = replace(found.layer, states=(turned,), output=of(found.layer.output), inverses=inverses)
    return replace(found, layer=layer, claim=turned_claim(found.claim, state.name, name))


def turned_claim(claim: Claim, name: Name, new: Name) -> Claim:
    match claim:
        case AlgorithmClaim():
            return turned_algorithm(claim, new)
        case SameAsClaim(relation=relation):
            told = relation and tuple(Equation(*(replaced(side, name, new) for side in one.parts)) for one in relation)
            return replace(claim, relation=told)
        case FormulaClaim(left=left, right=right):
            return replace(claim, left=replaced(left, name, new), right=replaced(right, name, new))
        case ChunkClaim():
            return replace(claim, state=new, right=Transpose(replaced(claim.right, name, new)))
        case SolverClaim(meanings=(Recurrence() as iterate, *_)):
            kept = Name(f"{iterate.name.text}'", iterate.name.shape[::-1], arity=1)
            body = Transpose(replaced(iterate.body, iterate.name, kept))
            turned = replace(iterate, name=kept, initial=new[0], body=body)
            return replace(claim, state=new, meanings=(turned,))
    raise TypeError(f"{type(claim).__name__} is turned nowhere here")


def turned_algorithm(claim: AlgorithmClaim, new: Name) -> AlgorithmClaim:
    point = Name(new.text, new.shape)

    def of(expr: Expr) -> Expr:
        return replaced(expr, claim.point, point)

    sides = {"left": "right", "right": "left"}
    options = {
        sides.get(key, key): value if key == "steps" else Transpose(of(value)) if value.shape != (1, 1) else of(value)
        for key, value in claim.options.items()
    }
    further = tuple((of(loss), of(rate)) for loss, rate in claim.further)
    return replace(
        claim, state=new, point=point, loss=of(claim.loss), rate=of(claim.rate), options=options, further=further
    )


@pytest.mark.parametrize("file", ONE_STATE, ids=lambda file: file.stem)
def test_how_the_state_is_kept_and_written_does_not_matter(file: Path) -> None:
    found = load(str(file))
    other = transposed(found)
    assert str(other) != str(found)
    assert check(other).verdict.value == found.expected
