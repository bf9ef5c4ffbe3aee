"""Writes the site: settles every claim, writes the pages, and lets Sphinx make HTML of them.

python -m derivations.generate.site FOLDER

KaTeX is fetched by name and version with npm; nothing else comes from outside, and no page asks another host.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from derivations.claim import Outcome
from derivations.claims import CLAIMS
from derivations.paper.coverage import coverage
from derivations.paper.errata import errata
from derivations.paper.rows import ROWS
from derivations.recurrences.check import check
from derivations.recurrences.toml_file import load
from derivations.report import site_gallery
from derivations.report.site_gallery import Shown
from derivations.report.site_pages import pages
from derivations.verdict import run
from gdssm_symbolic.writing.prose import plain

ROOT = Path(__file__).parents[2]
SITE = ROOT / "docs" / "site"
#: Folders of which pages are made as they are, and pictures in them, and what of them is not.
COPIED = "docs", "notebooks", "results"
LEFT_OUT = "site", "sources", "*.json", "*.csv", "*.toml"
#: Where the site has what a page of the repository links to.
MOVED = {"recurrences/README.md": "gallery/index.md", "ERRATA.md": "errata.md"}
#: Packages of npm, with their versions, of which the site has a copy.
PACKAGES = json.loads((SITE / "package.json").read_text("utf-8"))["dependencies"]


def write(folder: Path, outcomes: Sequence[Outcome], tell: Callable[[str], object]) -> None:
    """The site in `folder`, which is replaced."""
    with tempfile.TemporaryDirectory() as made:
        source = Path(made)
        shutil.copytree(SITE, source, dirs_exist_ok=True)
        for path, text in pages(outcomes, errata(outcomes), coverage(ROWS, outcomes)).items():
            put(source / path, text)
        tell("deciding the gallery")
        for path, text in site_gallery.pages(dict(decided(ROOT / "recurrences"))).items():
            put(source / path, text)
        for path in COPIED:
            shutil.copytree(ROOT / path, source / path, ignore=shutil.ignore_patterns(*LEFT_OUT), dirs_exist_ok=True)
        for page in sorted((*(source / "docs").glob("*.md"), *(source / "notebooks").glob("*.ipynb"))):
            page.write_text(on_the_site(page.read_text("utf-8"), page, source), "utf-8")
        tell("fetching KaTeX")
        fetch("katex", ("katex.min.css", "katex.min.js", "fonts/"), source / "static" / "katex")
        tell("making HTML")
        shutil.rmtree(folder, ignore_errors=True)
        command = sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-j", "auto", "-b", "html"
        subprocess.run([*command, str(source), str(folder)], check=True)


def put(path: Path, text: str) -> None:
    """Write a page, in a folder that need not be there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def decided(folder: Path) -> Iterator[tuple[str, Shown]]:
    """Each file of the gallery by its name."""
    for file in sorted(folder.glob("*.toml")):
        stated = load(str(file))
        yield file.stem, Shown(file.read_text("utf-8"), stated, check(stated))


def on_the_site(text: str, page: Path, source: Path) -> str:
    """The text of a page with links to what the site has; the words stand alone where it has nothing."""

    def link(found: re.Match[str]) -> str:
        words, target, place = found[1], found[2], found[3] or ""
        at = Path(os.path.normpath(page.parent / target)).relative_to(source)
        moved = source / MOVED.get(at.as_posix(), at.as_posix())
        if not moved.is_file():
            return words
        return f"[{words}]({os.path.relpath(moved, page.parent)}{place})"

    return re.sub(r"(?<!!)\[([^\][]*)\]\((?!\w+:)([^()#\s]+)(#[^()\s]*)?\)", link, text)


def fetch(package: str, wanted: tuple[str, ...], folder: Path) -> None:
    """Unpack what is wanted of the `dist` folder of a package of npm, of the version that package.json names."""
    with tempfile.TemporaryDirectory() as made:
        command = "npm", "pack", "--silent", "--pack-destination", made, f"{package}@{PACKAGES[package]}"
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(made).glob("*.tgz")
        with tarfile.open(archive) as packed:
            packed.extractall(made, filter="data")
        for path in (Path(made) / "package" / "dist").rglob("*"):
            name = path.relative_to(Path(made) / "package" / "dist").as_posix()
            if path.is_file() and name.startswith(wanted):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, folder / name)


def main(folder: Path) -> None:
    """Settle every claim and write the site."""

    def tell(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    outcomes = run(CLAIMS.values(), lambda claim: tell(plain(f"{claim.id}: {claim.label}")))
    write(folder, outcomes, tell)
    print(folder / "index.html")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
