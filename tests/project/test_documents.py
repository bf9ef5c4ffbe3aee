"""README.md, ERRATA.md and docs/: generated parts are what a run gives, code and commands run, links exist."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from textwrap import dedent

import jsonschema
import pytest

import derivations
import gdssm_symbolic
from derivations.claim import Outcome, Verdict
from derivations.claims import CLAIMS, proposition_2
from derivations.cli import app
from derivations.generate import citation, errata, picture, readme, results, speed
from derivations.generate.marked import MarkedPart
from derivations.json_document import schema
from derivations.paper.references import bibliography
from derivations.report.json_report import trust
from derivations.sizes import of_theorem
from derivations.training import committed
from derivations.training.prediction import prediction
from gdssm_symbolic.writing.printing import to_text
from gdssm_symbolic.writing.rule_list import RULES

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = [ROOT / "README.md", *DOCS]
#: Pages that people write, and which link to files and name commands.
LINKED = [*PAGES, ROOT / "CONTRIBUTING.md"]
CITATION = citation.loaded(ROOT / "CITATION.cff")

#: The longest README and the widest lines of tables that are pleasant to read.
MOST_LINES = 150
WIDEST_IN_README, WIDEST_IN_DOCS = 100, 130


def name(path: Path) -> str:
    return path.name


def is_renewed(part: MarkedPart, document: str, content: str) -> bool:
    """Does the document have this content in the part?"""
    text = (ROOT / document).read_text("utf-8")
    return part.renewed(text, content) == text


def test_the_readme_shows_what_verify_finds(outcomes: dict[str, Outcome]) -> None:
    headlines = [next(iter(one.theorems_by_id.items())) for one in outcomes.values()]
    found = [
        replace(one, sizes={name: of_theorem(theorem)})
        for one, (name, theorem) in zip(outcomes.values(), headlines, strict=True)
    ]
    assert is_renewed(readme.VERDICTS, "README.md", readme.verdicts(found)), "make readme writes it anew"
    assert is_renewed(readme.DETAILS, "docs/claims.md", readme.details(found)), "make readme writes it anew"


def test_a_document_without_the_comments_is_refused() -> None:
    part = MarkedPart("claims")
    for text in ("no comments", part.begin, part.end):
        with pytest.raises(ValueError, match="claims: begin"):
            part.renewed(text, "x")


def test_nothing_is_written_of_a_claim_that_is_not_as_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(CLAIMS["P1"], expected_verdict=Verdict.REFUTED)
    monkeypatch.setattr(readme, "CLAIMS", {"P1": wrong})
    with pytest.raises(SystemExit, match="not as expected: P1"):
        readme.judged()


def test_the_mark_tells_kernel_from_extensions(outcomes: dict[str, Outcome]) -> None:
    marks = {outcome.claim.id: trust(outcome) for outcome in outcomes.values()}
    assert {marks[claim] for claim in ("P1", "P2", "P3", "A4", "STEP", "DIM")} == {"K"}
    assert {marks[claim] for claim in ("P4", "STRIDE", "LIMIT", "OPT1")} == {"K+"}
    assert set(marks.values()) == {"K", "K+"}


def test_the_errata_are_what_a_run_gives(outcomes: dict[str, Outcome]) -> None:
    assert errata.page(outcomes.values()) == (ROOT / "ERRATA.md").read_text("utf-8"), "make readme writes it anew"


def test_the_training_page_shows_the_committed_results() -> None:
    found = committed.loaded(ROOT / "results")
    assert found
    for result in found.values():
        jsonschema.validate(result, schema(result["schema"]))
        assert result["fits"]
        setting = result["configuration"]
        assert (setting["scale"], setting["noise"], setting["seed"]) == (1, 0, 0)
        sizes = setting["features"], setting["samples"], setting["layers"]
        again = prediction(*sizes, setting["inputs"], Fraction(1), Fraction(0))
        assert result["predicted"]["coefficients"] == again["coefficients"]
        assert result["predicted"]["loss"] == again["loss"]
    assert is_renewed(results.RESULTS, "docs/training.md", results.tables(found)), "make readme writes it anew"


def test_the_training_page_shows_the_measured_speed() -> None:
    found = speed.measured(ROOT / "benchmarks")
    assert is_renewed(speed.SPEED, "docs/training.md", speed.section(found)), "make readme writes it anew"
    if found is not None:
        assert speed.drawn(found) == (ROOT / "benchmarks" / speed.PICTURE).read_bytes()


def test_the_readme_says_how_much_is_trusted() -> None:
    assert is_renewed(readme.ROOMS_TABLE, "docs/trust.md", readme.rooms()), "make readme writes it anew"
    assert f"{len(RULES)} named rules" in README


def test_the_example_in_the_help_of_the_exact_engine_runs(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [line for line in (gdssm_symbolic.__doc__ or "").splitlines() if line.startswith("    ")]
    exec(compile(dedent("\n".join(lines)), "help(gdssm_symbolic)", "exec"), {})
    proved, refuted, computed = re.split(r"^(?=Refuted:|−\(η/N\) Z_N)", capsys.readouterr().out, flags=re.MULTILINE)
    assert "Theorem: the last output" in proved
    assert "at f = 1, N = 1, η = 1" in refuted
    assert computed == "−(η/N) Z_N C_N q = −(η/N) Σ_{i=1..N} x_i x_{N+1}ᵀ y_i\n"


def test_the_kernel_stays_small_enough_to_be_read() -> None:
    kernel = readme.ROOMS[0]
    assert kernel.inside == ("kernel/", "checker.py")
    # 1,800 but for what keeps out objects that pretend to be of a listed class, which nothing outside could do.
    assert sum(map(readme.code_lines, kernel.modules)) <= 1_850


def test_the_rooms_are_all_of_the_code() -> None:
    """Each module is in one room, and no room is empty."""
    rooms = [room.modules for room in readme.ROOMS]
    assert all(rooms)
    held = [file for modules in rooms for file in modules]
    tops = ("gdssm", "derivations", "gdssm_symbolic", "gdssm_numeric")
    found = (file for top in tops for file in (ROOT / top).rglob("*.py") if file.name != "__init__.py")
    assert sorted(held) == sorted(found)


@pytest.mark.parametrize(("added", "lines"), [("# a comment\n", 0), ("\n\n\n", 0), ("x = (\n    1\n)\n", 3)])
def test_lines_of_code_are_counted_without_comments(added: str, lines: int, tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(Path(__file__).read_text("utf-8") + added, "utf-8")
    assert readme.code_lines(module) == readme.code_lines(Path(__file__)) + lines > lines


def test_docstrings_are_no_lines_of_code() -> None:
    module = ROOT / "derivations" / "generate" / "__init__.py"
    assert module.read_text("utf-8").startswith('"""')
    assert readme.code_lines(module) == 0


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) < MOST_LINES


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_lines_of_tables_can_be_read(page: Path) -> None:
    widest = WIDEST_IN_README if page.name == "README.md" else WIDEST_IN_DOCS
    rows = [line for line in page.read_text("utf-8").splitlines() if line.startswith("|")]
    seen = [re.sub(r"\]\([^)]*\)", "]", row) for row in rows]  # the address of a link is not displayed
    assert [row for row in seen if len(row) > widest] == []


def test_the_decided_headline_is_shown() -> None:
    headline = to_text(proposition_2.statement().equation)
    assert headline in README
    assert headline in (ROOT / "docs" / "claims.md").read_text("utf-8")


def test_the_code_of_the_pages_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Our own text, each page by itself, run as a reader would, in a folder that holds a trained run."""
    (tmp_path / "my-run").mkdir()
    shutil.copy(ROOT / "results" / "f5_N10" / "result.json", tmp_path / "my-run")
    monkeypatch.chdir(tmp_path)
    pages = [page for page in PAGES if "```python" in page.read_text("utf-8")]
    assert {"README.md", "layer.md", "python.md"} <= {page.name for page in pages}
    for page in pages:
        names: dict[str, object] = {"__name__": page.stem}
        for block in re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), flags=re.DOTALL):
            exec(compile(block, page.name, "exec"), names)
        if page.name in ("README.md", "python.md"):
            printed = capsys.readouterr().out
            assert printed.startswith("Theorem")
            said = {"README.md": "the state S is the iterate", "python.md": "Line 1 does not follow"}
            assert printed.count(said[page.name]) == 1


def test_the_pages_show_what_the_commands_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that a page shows begins with its name; a block of console output begins with its command."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    shown = []
    for page in PAGES:
        text = page.read_text("utf-8")
        for content in re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL):
            (file,) = re.findall(r"\A# (\S+\.toml)\n", content)
            Path(file).write_text(content, "utf-8")
        shown += re.findall(r"```console\n\$ gdssm (.*?)\n(.*?)```", text, flags=re.DOTALL)
        assert text.count("```console") == text.count("```console\n$ gdssm ")
    assert [command.split()[0] for command, _ in shown] == [
        "check",
        "predict",
        "predict",
        "check",
        "unroll",
        "unroll",
        "check",
    ]
    for command, output in shown:
        app.main(command.split())
        assert capsys.readouterr().out == output
    files = [Path(file).read_text("utf-8").splitlines()[1:] for file in ("printed.toml", "corrected.toml")]
    differing = [one for one, other in zip(*files, strict=True) if one != other]
    assert [line.split()[0] for line in differing] == ["Q"], "the two files differ in Q alone"


def anchors(page: Path) -> set[str]:
    """The addresses of the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", LINKED, ids=name)
def test_the_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        path, _, anchor = target.partition("#")
        to = page.parent / path if path else page
        if not target.startswith("https://arxiv.org/"):
            assert to.exists(), target
            assert not anchor or anchor in anchors(to), target


def test_every_page_can_be_reached_from_the_readme() -> None:
    linked = set(re.findall(r"\]\((docs/[^)\s]+)\)", README))
    assert linked == {f"docs/{page.name}" for page in DOCS}


@pytest.mark.parametrize("page", LINKED, ids=name)
def test_the_commands_that_are_named_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    commands = {(command.name or command.callback.__name__) for command in app.app.registered_commands}
    assert set(re.findall(r"(?:`|^    )gdssm ([a-z]+)", text, flags=re.MULTILINE)) <= commands
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    assert set(re.findall(r"(?:`|^    )make ([a-z]+)", text, flags=re.MULTILINE)) <= targets


def test_the_page_of_commands_has_them_all() -> None:
    text = (ROOT / "docs" / "commands.md").read_text("utf-8")
    for command in app.app.registered_commands:
        assert f"| `gdssm {command.callback.__name__}" in text


def test_the_readme_shows_how_to_cite() -> None:
    told = citation.bibtex(CITATION)
    assert is_renewed(citation.BIBTEX, "README.md", told), "make readme writes it anew"
    assert bibliography() == citation.entries(CITATION), "make readme writes it anew"
    own, paper = re.findall(r"@misc\{.*?^\}", told, flags=re.MULTILINE | re.DOTALL)
    assert f"note = {{Version {derivations.__version__}}}," in own
    authors = CITATION["references"][0]["authors"]
    assert all(f"{author['family-names']}, {author['given-names']}" in paper for author in authors)
    for field in ("eprint = {2410.11687}", "archivePrefix = {arXiv}", "primaryClass = {cs.LG}"):
        assert f"{field}," in paper
        assert field not in own
    for entry in (own, paper):
        assert entry.count("{") == entry.count("}")
    later = {**CITATION["preferred-citation"], "version": "9.9.9"}
    assert citation.bibtex({**CITATION, "preferred-citation": later}) == told.replace(derivations.__version__, "9.9.9")


def test_the_readme_shows_the_picture_of_the_committed_result() -> None:
    path = f"results/{picture.RESULT}/{picture.PICTURE}"
    assert f"]({path})" in README
    assert (ROOT / path).read_bytes() == picture.drawn(ROOT / "results")
