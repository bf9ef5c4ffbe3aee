"""What is released: the packages in it, README as a package index shows it, what an archive reads, the template."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from derivations.generate import archive, citation

ROOT = Path(__file__).parents[2]
HATCH = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]
TARGETS = HATCH["build"]["targets"]


def test_every_package_is_released_and_typed() -> None:
    packages = {file.parent.name for file in ROOT.glob("*/__init__.py")}
    assert packages == set(TARGETS["wheel"]["packages"])
    assert packages <= set(TARGETS["sdist"]["only-include"])
    assert all((ROOT / package / "py.typed").exists() for package in packages)


def test_a_package_index_shows_the_readme_without_what_leads_nowhere() -> None:
    command = [sys.executable, "-m", "hatch_fancy_pypi_readme"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
    assert all(target.startswith("https://") for target in re.findall(r"\]\(([^)]*)\)", shown))
    assert "<!--" not in shown
    assert "![" not in shown
    assert not re.search(r"\$[^$\n]+\$", shown)
    readme = (ROOT / "README.md").read_text("utf-8")
    for kept in (r"(?m)^#+ .*$", r"(?s)```.*?```"):
        assert re.findall(kept, shown) == re.findall(kept, readme)
    tables = (re.findall(r"(?m)^\|.*$", text) for text in (shown, readme))
    assert len({len(rows) for rows in tables}) == 1


def test_the_archive_is_told_what_is_cited() -> None:
    cited = citation.loaded(ROOT / "CITATION.cff")
    text = (ROOT / ".zenodo.json").read_text("utf-8")
    assert text == archive.written(cited), "make readme writes it anew"
    people = {**cited, "authors": cited["references"][0]["authors"]}
    assert archive.zenodo(people)["creators"][0] == {"name": "Sushma, Neeraj Mohan"}
    assert cited["references"][0]["doi"] in json.dumps(json.loads(text)["related_identifiers"])


def test_the_template_asks_what_contributing_asks() -> None:
    template = (ROOT / ".github" / "ISSUE_TEMPLATE" / "wrong-verdict.md").read_text("utf-8")
    assert re.match(r"---\nname: .+\nabout: .+\ntitle: .+\nlabels: .+\n---\n", template)
    contributing = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    (reasons,) = re.findall(r"in one of these ways:\n((?:   - .+\n)+)", contributing)
    assert [line.strip() for line in reasons.splitlines()] == re.findall(r"(?m)^- .+$", template)
    (heading,) = re.findall(r'CONTRIBUTING.md, "([^"]+)"', template)
    assert f"\n## {heading}\n" in contributing
