"""The project's own promises: one version, one glossary, a README that was run, an engine that stays readable."""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from fractions import Fraction
from pathlib import Path

import jsonschema
import pytest

import derivations
from derivations.claim import Outcome
from derivations.claims import proposition_2
from derivations.cli import app
from derivations.generate import citation, picture, readme, results
from derivations.generate.readme import BEGIN, END, renewed, table
from derivations.json_document import schema
from derivations.paper import errata
from derivations.paper.glossary import GLOSSARY
from derivations.training import committed
from derivations.training.prediction import prediction
from gdssm_symbolic.checker import EXTENSIONS, RULES
from gdssm_symbolic.kernel import rules
from gdssm_symbolic.writing.printing import to_text

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
CITATION = citation.loaded(ROOT / "CITATION.cff")
(PAPER,) = CITATION["references"]


def test_the_readme_shows_what_verify_finds(outcomes: dict[str, Outcome]) -> None:
    assert renewed(README, table(outcomes.values())) == README, "make readme writes it anew"
    with pytest.raises(ValueError, match="gdssm verify"):
        renewed("no markers", "x")
    assert BEGIN in README
    assert END in README


def test_the_readme_shows_the_committed_results() -> None:
    found = committed.loaded(ROOT / "results")
    assert found
    for result in found.values():
        jsonschema.validate(result, schema())
        assert result["fits"]
        setting = result["configuration"]
        assert (setting["scale"], setting["noise"], setting["seed"]) == (1, 0, 0)
        sizes = setting["features"], setting["samples"], setting["layers"]
        again = prediction(*sizes, setting["inputs"], Fraction(1), Fraction(0))
        assert result["predicted"]["coefficients"] == again["coefficients"]
        assert result["predicted"]["loss"] == again["loss"]
    told = results.table(found.values())
    assert renewed(README, told, results.BEGIN, results.END) == README, "make readme writes it anew"
    with pytest.raises(ValueError, match="results"):
        renewed("no markers", "x", results.BEGIN, results.END)


def test_the_readme_shows_the_decided_headline() -> None:
    assert to_text(proposition_2.statement().equation) in README


def test_the_readme_code_runs() -> None:
    blocks = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    assert len(blocks) == 2
    namespace: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), namespace)  # our own text, run as a reader would
    assert type(namespace["theorem"]).__name__ == "Theorem"
    assert type(namespace["refuted"]).__name__ == "Refuted"


def test_the_readme_shows_what_the_commands_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (printed,) = re.findall(r"```toml\n(.*?)```", README, flags=re.DOTALL)
    assert len(printed.splitlines()) == 6
    (mended,) = re.findall(r"With `(Q = .*)` it is:", README)
    lines = [mended if line.startswith("Q ") else line for line in printed.splitlines()]
    monkeypatch.chdir(tmp_path)
    Path("printed.toml").write_text(printed, "utf-8")
    Path("mended.toml").write_text("\n".join(lines), "utf-8")
    shown = re.findall(r"```console\n\$ gdssm (.*?)\n(.*?)```", README, flags=re.DOTALL)
    assert [command for command, _ in shown[:2]] == ["check printed.toml", "check mended.toml"]
    for command, output in shown:
        app.main(command.split())
        assert capsys.readouterr().out == output


@pytest.mark.parametrize("entry", GLOSSARY, ids=lambda entry: entry.symbolic)
def test_the_glossary_names_what_exists(entry: object) -> None:
    for engine in ("symbolic", "numeric"):
        name = getattr(entry, engine)
        if name is None:
            continue
        path = name.split(".")
        found: object = importlib.import_module(f"gdssm_{engine}")
        while hasattr(found, "__path__"):  # a room, then the module
            found = importlib.import_module(f"{found.__name__}.{path.pop(0)}")
        for part in path:
            annotations = getattr(found, "__annotations__", {})
            assert hasattr(found, part) or part in annotations, name
            found = getattr(found, part, None)


def test_one_version() -> None:
    """What derivations.__version__ says is what is cited, and what the changelog begins with."""
    cited = CITATION["version"], CITATION["preferred-citation"]["version"]
    assert cited == (derivations.__version__,) * 2
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.MULTILINE)
    assert headings[0] == derivations.__version__
    assert len(headings) == len(set(headings))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["dynamic"] == ["version"]
    assert "version" not in project["project"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "derivations.__version__"}


def test_the_readme_shows_how_to_cite() -> None:
    told = citation.bibtex(CITATION)
    assert renewed(README, told, citation.BEGIN, citation.END) == README, "make readme writes it anew"
    own, paper = re.findall(r"@misc\{.*?^\}", told, flags=re.MULTILINE | re.DOTALL)
    assert f"note = {{Version {derivations.__version__}}}," in own
    assert all(f"{author['family-names']}, {author['given-names']}" in paper for author in PAPER["authors"])
    for field in ("eprint = {2410.11687}", "archivePrefix = {arXiv}", "primaryClass = {cs.LG}"):
        assert f"  {field}," in paper
        assert field not in own
    for entry in (own, paper):
        assert entry.count("{") == entry.count("}")
    later = {**CITATION["preferred-citation"], "version": "9.9.9"}
    assert citation.bibtex({**CITATION, "preferred-citation": later}) == told.replace(derivations.__version__, "9.9.9")


def test_the_citation_is_of_this_work_and_of_the_text_that_is_judged() -> None:
    """The keys that CFF 1.2.0 requires, and one title, author and date in both places."""
    own = CITATION["preferred-citation"]
    assert CITATION["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= CITATION.keys()
    for work in (own, PAPER):
        assert {"type", "title", "authors"} <= work.keys()
        assert all(author.keys() in ({"name"}, {"family-names", "given-names"}) for author in work["authors"])
    assert all(own[key] == CITATION[key] for key in own.keys() & CITATION.keys())
    assert own["year"] == own["date-released"].year
    assert (own["type"], PAPER["type"]) == ("software", "article")
    number = errata.TEXT.removeprefix("arXiv:").removesuffix("v1")
    assert PAPER["notes"].startswith(errata.TEXT)
    assert PAPER["doi"] == f"10.48550/arXiv.{number}"
    assert PAPER["url"].endswith(f"/abs/{number}")
    assert {(one["type"], one["value"]) for one in PAPER["identifiers"]} == {
        ("doi", PAPER["doi"]),
        ("other", f"arXiv:{number}"),
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert CITATION["license"] == project["license"]
    assert CITATION["authors"] == project["authors"]


def test_every_package_is_listed_and_typed() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    tops = ("derivations", "gdssm_symbolic", "gdssm_numeric")
    found = {
        ".".join(file.parent.relative_to(ROOT).parts) for top in tops for file in (ROOT / top).rglob("__init__.py")
    }
    assert found == set(listed)
    assert all((ROOT / top / "py.typed").exists() for top in tops)


def test_what_is_installed_is_pinned() -> None:
    pinned = (ROOT / "constraints.txt").read_text("utf-8")
    assert "torch==2.13.0" in pinned
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(line for lines in project["optional-dependencies"].values() for line in lines),
    ]
    for requirement in wanted:
        name = re.match(r"[\w-]+", requirement)
        assert name is not None
        if name.group() != "gdssm":
            assert re.search(rf"^{name.group()}==", pinned, flags=re.MULTILINE | re.IGNORECASE), requirement
    assert "://" not in pinned


def test_the_readme_says_how_much_is_trusted() -> None:
    assert renewed(README, readme.trusted(), readme.TRUSTED_BEGIN, readme.TRUSTED_END) == README
    assert f"{len(RULES)} named rules" in README


def test_the_readme_shows_the_picture_of_the_committed_result() -> None:
    path = f"results/{picture.RESULT}/{picture.PICTURE}"
    assert f"]({path})" in README
    assert (ROOT / path).read_bytes() == picture.drawn(ROOT / "results")


def test_rules_have_distinct_names_and_reasons_and_stand_in_their_files() -> None:
    assert len({rule.because for rule in RULES.values()}) == len(RULES)
    declared = 0
    for module in (rules, *EXTENSIONS):
        for node in ast.parse(Path(module.__file__).read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("Rule("):
                declared += 1
                (target,) = node.targets
                rule = getattr(module, ast.unparse(target))
                applied = (ROOT / "gdssm_symbolic" / rule.file).read_text("utf-8")
                assert re.search(rf"(rules\.|\b){ast.unparse(target)}\b(?! = )", applied), rule.name
    assert len(RULES) == declared


def test_no_verdict_rests_on_sympys_simplifier() -> None:
    """In the exact engine: no simplify, no Sum of SymPy's, no derivative of SymPy's, no parsing of strings."""
    forbidden = {"simplify", "nsimplify", "parse_expr", "Derivative", "doit", "eval", "exec"}
    for file in (ROOT / "gdssm_symbolic").rglob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert not names & forbidden, file.name
        assert not {"diff", "Sum"} & {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "sympy"
        }, file.name
