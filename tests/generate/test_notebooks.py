"""The notebooks: built and run anew they are what is committed, they say what the report says, and can be wrong."""

from __future__ import annotations

import ast
import copy
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest

from derivations.claim import Outcome
from derivations.claims import CLAIMS
from derivations.experiments.verdicts import JUDGES
from derivations.generate.notebooks import (
    EXACT,
    FOLDER,
    IMAGE,
    NUMBER,
    SOURCES,
    TOUR,
    built,
    close,
    differences,
    executed,
    judged_in,
    left_out,
    main,
    shown_by,
    sources,
)
from derivations.report.notebook_display import headline, introduction, overview, reading, readings, why
from gdssm_symbolic.writing.documents import write_markdown

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sources()
#: The notebooks that judge no claim: what their last cell but one says, and what the last one.
NO_CLAIM = {
    "07_figures_1_to_3.ipynb": (r"fig2 A: agrees", r"fig2 A: (disagrees|not converged)"),
    "08_figures_4_and_5.ipynb": (r"fig4 A: agrees", r"fig4 A: (disagrees|not converged)"),
    "09_shifts.ipynb": (r"GD-SSM, 1 layer: 1 step", r"GD-SSM, 1 layer: ridge 1"),
    "10_recurrences.ipynb": (r"Proved:", r"Refuted:"),
}
#: The notebooks that begin with an Example; the others show results whose sizes they name.
WITH_SIZES = [name for name, source in NOTEBOOKS.items() if "Example(" in source.read_text("utf-8")]
#: What a cell may show of claims, by the name that it calls.
SHOWN = {show.__name__: show for show in (headline, introduction, overview, reading, readings, why)}


def committed(name: str) -> Any:
    if not (FOLDER / name).is_file():
        pytest.fail(f"notebooks/{name} is not there: make notebooks writes it")
    return nbformat.read(FOLDER / name, as_version=4)


def markdown(notebook: Any) -> dict[str, str]:
    """The Markdown that a cell shows, by its source."""
    return {
        cell.source: output.data["text/markdown"]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "text/markdown" in output.get("data", {})
    }


@pytest.mark.long
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_and_is_what_is_committed(name: str) -> None:
    """Built and executed once: sources and exact outputs to the letter, measured numbers by tolerance, no errors."""
    fresh = executed(built(NOTEBOOKS[name]))
    assert differences(committed(name), fresh) == [], "make notebooks writes the notebooks anew"
    outputs = [output for cell in fresh.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_agrees_with_the_report(name: str, outcomes: dict[str, Outcome]) -> None:
    """What a committed cell shows of a claim is what the claim's outcome says; no part of a claim is left out."""
    found = set()
    for source, output in markdown(committed(name)).items():
        match ast.parse(source).body[-1]:
            case ast.Expr(ast.Call(func=ast.Name(id=show), args=arguments)) if show in SHOWN:
                claims = [argument.id for argument in arguments if isinstance(argument, ast.Name)]
                ids = [argument.value for argument in arguments if isinstance(argument, ast.Constant)]
                assert output == SHOWN[show](*(outcomes[claim] for claim in claims), *ids)._repr_markdown_(), source
                found |= {(show, claim) for claim in claims}
            case ast.Expr(ast.Attribute(value=ast.Name(id=claim), attr="statement")):
                statement = outcomes[claim].statement
                assert statement is not None
                assert output == write_markdown(statement.document())
                found.add(("statement", claim))
    judged = judged_in(NOTEBOOKS[name])
    assert bool(judged) == (name not in NO_CLAIM)
    expected = {("overview", claim) for claim in judged if len(judged) > 1}
    if name == TOUR:
        expected |= {("statement", "P2"), ("headline", "P2"), ("reading", "P2")}
    else:
        expected |= {(show, claim) for show in ("introduction", "why") for claim in judged}
        expected |= {("readings", claim) for claim in judged if CLAIMS[claim].readings}
    assert found == expected


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_shows_a_verdict_change(name: str) -> None:
    """The last two cells with code: it holds, and after a change it does not."""
    cells = [cell for cell in committed(name).cells if cell.cell_type == "code"][-2:]
    before, after = ("".join(str(output) for output in cell.outputs) for cell in cells)
    held, changed = NO_CLAIM.get(name, (r"Proved|: fits", r"Refuted|: misses"))
    assert re.search(held, before)
    assert re.search(changed, after)
    assert not re.search(changed, before)


def test_every_panel_is_in_exactly_one_notebook() -> None:
    shown = re.findall(
        r"^panel\((.*)\)$", "\n".join(NOTEBOOKS[name].read_text("utf-8") for name in NO_CLAIM), re.MULTILINE
    )
    panels = [f'figures["{figure}"], "{letter}"' for figure in JUDGES for letter in JUDGES[figure] if figure != "shift"]
    assert sorted(shown) == sorted([*panels, *(f'shift, "{letter}"' for letter in JUDGES["shift"])])


def test_every_claim_is_in_exactly_one_notebook() -> None:
    judged = [claim for name, source in NOTEBOOKS.items() if name != TOUR for claim in judged_in(source)]
    assert sorted(judged) == sorted(CLAIMS), "every claim has its cells in one file of notebooks/sources"
    assert {path.name for path in FOLDER.glob("*.ipynb")} == set(NOTEBOOKS), "make notebooks writes them"


def test_a_claim_that_no_notebook_settles_is_not_lost(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert left_out(CLAIMS) == []
    monkeypatch.setitem(CLAIMS, "NEW", CLAIMS["P1"])
    with pytest.raises(SystemExit, match="no notebook settles NEW: "):
        main(tmp_path, [])
    assert list(tmp_path.iterdir()) == []


def test_the_tour_names_every_other_notebook_by_its_title() -> None:
    titles = {name: committed(name).cells[0].source.splitlines()[0] for name in NOTEBOOKS if name != TOUR}
    linked = re.findall(r"^- \[(.*)\]\((.*)\)$", committed(TOUR).cells[-1].source, flags=re.MULTILINE)
    assert [(name, f"# {title}") for title, name in linked] == list(titles.items())
    assert all(f"]({TOUR})" in committed(name).cells[0].source for name in titles)


def test_the_cells_are_checked_as_other_code_is() -> None:
    """Ruff finds a name that no cell defines, and mypy is told to read the sources."""
    path = SOURCES / "99_undefined.py"
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--stdin-filename", str(path), "-"]
    done = subprocess.run(command, cwd=ROOT, input="# %%\nundefined\n", capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "F821" in done.stdout
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert SOURCES.relative_to(ROOT).as_posix() in settings["tool"]["mypy"]["files"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_committed_notebook_is_small_and_has_nothing_that_changes(name: str) -> None:
    assert committed(name).metadata == built(NOTEBOOKS[name]).metadata
    ids = [cell.id for cell in committed(name).cells]
    text = (FOLDER / name).read_text("utf-8")
    assert len(text.encode()) < 300_000
    assert not re.search(r"iopub|\"execution\"|/home/|/work/|/tmp/", text)
    assert ids == [f"{name.removesuffix('.ipynb')}-{number:02d}" for number in range(1, len(ids) + 1)]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_picture_has_words_for_who_cannot_see_it(name: str) -> None:
    """In the output, and where MyST-NB looks for them when it makes the site."""
    pictures = [(cell, output) for cell in committed(name).cells for output in images(cell)]
    assert pictures
    for cell, output in pictures:
        alt = output.metadata[IMAGE]["alt"]
        assert len(alt) > 20
        assert cell.metadata == {"mystnb": {"image": {"alt": alt}}}
    for cell in committed(name).cells:
        assert images(cell) or cell.metadata == {}


def images(cell: Any) -> list[Any]:
    return [output for output in cell.get("outputs", []) if IMAGE in output.get("data", {})]


# ---- one object has the sizes --------------------------------------------------------------------

#: Calls in which numbers are no sizes: the entries of a layer.
ENTRIES = {"entries"}
#: What is told of claims does not depend on sizes, and takes the longest.
TOLD = {*SHOWN, "judge", "decided", "judged", "check", "which_algorithms", "committed_run", "learned", "loss_curves"}


@pytest.mark.parametrize("name", WITH_SIZES)
def test_no_cell_below_the_first_has_sizes_of_its_own(name: str) -> None:
    assert own_sizes(NOTEBOOKS[name].read_text("utf-8")) == []


def own_sizes(source: str) -> list[str]:
    """The calls that are given a whole number by place or as a size; the first Example alone may be."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    called = {call: ast.unparse(call.func).rpartition(".")[2] for call in calls}
    first = min((call for call in calls if called[call] == "Example"), key=lambda call: call.lineno)
    inside = {part for call in calls if called[call] in ENTRIES for part in ast.walk(call)}
    return [ast.unparse(call) for call in calls if call is not first and call not in inside and _has_number(call)]


def _has_number(call: ast.Call) -> bool:
    """A whole number, or a sequence with one in it, is given; the stride and the layers of a model are no sizes."""
    given = [*call.args, *(one.value for one in call.keywords if one.arg not in ("stride", "layers"))]
    parts = (part for value in given for part in (value.elts if isinstance(value, ast.Tuple | ast.List) else [value]))
    return any(isinstance(part, ast.Constant) and type(part.value) is int for part in parts)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("draw(here, 3)", 1),
        ("draw(features=3)", 1),
        ("draw((3, 4))", 1),
        ("show(draw(Example(f=3, N=4, seed=0)))", 1),
        ("replace(here, N=here.N + 1)", 0),
        ("layer(Q=entries([[0, 1]]), stride=1)", 0),
    ],
)
def test_a_size_in_another_cell_is_found(line: str, found: int) -> None:
    assert len(own_sizes(f"here = Example(f=3, N=4, seed=0)\n{line}\n")) == found


@pytest.mark.long
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", WITH_SIZES)
def test_other_sizes_change_every_number_and_every_picture(name: str) -> None:
    """The one cell with sizes is edited, and the notebook run: the tour as a whole, of the others the pictures."""
    notebook = built(NOTEBOOKS[name])
    if name != TOUR:
        notebook.cells = [cell for cell in notebook.cells if not calls(cell).intersection(TOLD)]
    (edited,) = [cell for cell in notebook.cells if "Example(" in cell.source]
    edited.source, count = re.subn(r"Example\(f=\d+, N=\d+, seed=\d+\)", "Example(f=4, N=7, seed=3)", edited.source)
    assert count == 1
    fresh = executed(notebook)
    before = {cell.id: cell for cell in committed(name).cells}
    followed = set()
    for cell in fresh.cells:
        if cell.cell_type != "code" or not re.search(r"\b(here|model)\b", cell.source):
            continue
        for new, old in zip(cell.outputs, before[cell.id].outputs, strict=True):
            followed.add(cell.id)
            assert shown_by(new) != shown_by(old), cell.source
            if images(cell):
                assert new.data[IMAGE] != old.data[IMAGE], cell.source
                assert "N = 7" in new.data["text/plain"], cell.source
                assert set(re.findall(r"\bf = \d+", new.data["text/plain"])) <= {"f = 4"}, cell.source
    assert len(followed) == (7 if name == TOUR else 3 if "architecture" in name else 1)


def calls(cell: Any) -> set[str]:
    """The functions that a cell calls."""
    if cell.cell_type != "code":
        return set()
    nodes = ast.walk(ast.parse(cell.source))
    return {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}


def altered(name: str, change: Any) -> list[str]:
    """What the comparison finds in a copy whose first output that can be changed is."""
    original = committed(name)
    copied = copy.deepcopy(original)
    assert differences(original, copied) == []
    assert any(change(output) for cell in copied.cells if cell.cell_type == "code" for output in cell.outputs)
    return differences(original, copied)


def one_more(text: str) -> str:
    """The text with one added to the first digit that allows it."""
    return re.sub(r"[1-8]", lambda digit: str(int(digit[0]) + 1), text, count=1)


def test_an_altered_number_is_found() -> None:
    def printed(output: Any) -> bool:
        if "text" in output:
            output.text = one_more(output.text)
        return "text" in output

    def exact(output: Any) -> bool:
        data = output.get("data", {})
        if "text/markdown" in data:
            data["text/markdown"] = one_more(data["text/markdown"])
        return "text/markdown" in data

    def picture(output: Any) -> bool:
        return output.get("data", {}).pop(IMAGE, None) is not None

    for change in (printed, exact, picture):
        assert altered(TOUR, change)
    copied = committed(TOUR)
    copied.cells[0].source += " "
    assert differences(committed(TOUR), copied) == ["00_tour-01: the source"]
    copied.cells.pop()
    assert len(differences(committed(TOUR), copied)) == 2


def digits_altered(text: str, *, measured: bool) -> Iterator[str]:
    """The text with one digit altered: each digit of every integer, and of a measured number the first that is not 0.

    The further digits of a measured number may be within tolerance. What is exact has no measured numbers.
    """
    for number in NUMBER.finditer(text):
        places = [at for at in range(*number.span()) if text[at].isdigit()]
        if measured and not number[0].lstrip("-").isdigit():
            places = [next((at for at in places if text[at] != "0"), places[0])]
        for at in places:
            yield f"{text[:at]}{(int(text[at]) + 5) % 10}{text[at + 1 :]}"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_digit_altered_anywhere_is_found(name: str) -> None:
    """In the source of a cell, in a formula or a table, in what a cell printed: one digit, and the test fails."""
    tried = {"source": 0, "exact": 0, "printed": 0}

    def found(kind: str, cell: Any, holder: Any, key: str) -> None:
        original, whole = holder[key], copy.deepcopy(cell)
        for changed in digits_altered(original, measured=kind == "printed"):
            holder[key] = changed
            assert differences(SimpleNamespace(cells=[whole]), SimpleNamespace(cells=[cell])), (cell.id, changed)
            tried[kind] += 1
        holder[key] = original

    for cell in committed(name).cells:
        found("source", cell, cell, "source")
        for output in cell.get("outputs", []):
            for kind, value in output.get("data", {}).items():
                if isinstance(value, str) and kind.startswith("text/"):
                    found("exact" if kind in EXACT else "printed", cell, output.data, kind)
            if "text" in output:
                found("printed", cell, output, "text")
    assert tried["source"]
    assert tried["exact"] or name in NO_CLAIM
    assert tried["printed"] or name not in {TOUR, *NO_CLAIM}


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("c = 0.441", "c = 0.442", True),
        ("c = 0.441", "c = 0.451", False),
        ("c = -0.001  yes", "c = 0.000 yes", True),
        ("c = 0.441 yes", "c = 0.441 no", False),
        ("(15/34,)", "(15/35,)", False),
        ("(68250/137171,)", "(68250/137172,)", False),
        ("1000 of 1000", "1000 of 1001", False),
        ("c = 1.000", "c = 1", False),
        ("1e-16", "1e-3", True),
    ],
)
def test_numbers_are_compared_by_tolerance(old: str, new: str, same: bool) -> None:
    assert close(old, new) is same
