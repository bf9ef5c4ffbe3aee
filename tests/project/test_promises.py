"""The project's own promises: one version, one citation, one glossary, listed packages, rules in their files."""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from pathlib import Path

import pytest

import derivations
from derivations.generate import citation
from derivations.paper import errata
from derivations.paper.glossary import GLOSSARY
from gdssm_symbolic.kernel import rules
from gdssm_symbolic.writing.rule_list import EXTENSIONS, RULES

ROOT = Path(__file__).parents[2]
CITATION = citation.loaded(ROOT / "CITATION.cff")
(PAPER,) = CITATION["references"]


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
    tops = ("gdssm", "derivations", "gdssm_symbolic", "gdssm_numeric")
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
