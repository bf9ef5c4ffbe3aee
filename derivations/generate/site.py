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
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from derivations.certificates import FOLDER as CERTIFICATES
from derivations.certificates import Certificates
from derivations.claim import Outcome
from derivations.claims import CLAIMS
from derivations.constructions.toml_file import TEMPLATES as CONSTRUCTIONS
from derivations.paper.coverage import coverage
from derivations.paper.errata import errata
from derivations.paper.rows import ROWS
from derivations.recurrences.check import check
from derivations.recurrences.templates import TEMPLATES as RECURRENCES
from derivations.recurrences.toml_file import load
from derivations.report import site_gallery
from derivations.report.graph import of_claim, of_claims
from derivations.report.site_gallery import Shown
from derivations.report.site_pages import pages
from derivations.verdict import run
from gdssm_symbolic.writing.prose import plain

ROOT = Path(__file__).parents[2]
SITE = ROOT / "docs" / "site"
#: Folders of which pages are made as they are, and pictures in them, and what of them is not.
COPIED = "docs", "notebooks", "results", "benchmarks"
LEFT_OUT = "site", "sources", "*.py", "*.json", "*.csv", "*.toml"
#: Where the site has what a page of the repository links to.
MOVED = {"recurrences/README.md": "gallery/index.md", "ERRATA.md": "errata.md"}
#: Packages of npm, with their versions, of which the site has a copy.
PACKAGES = json.loads((SITE / "package.json").read_text("utf-8"))["dependencies"]
#: What of Pyodide a page needs; the name of its platform, and its Python.
PYODIDE = "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"
PLATFORM, PYTHON = "pyemscripten_2026_0_wasm32", "3.14"
#: What the checker imports: from other people, in Python alone and with one file for the platform; and of our own.
PURE = "sympy", "mpmath", "pylatexenc"
FLINT = "python-flint==0.9.0"
OWN = "gdssm_symbolic", "derivations"


def write(folder: Path, outcomes: Sequence[Outcome], tell: Callable[[str], object]) -> None:
    """The site in `folder`, which is replaced."""
    with tempfile.TemporaryDirectory() as made:
        source = Path(made) / "source"  # beside which Sphinx and MyST-NB leave what they need
        shutil.copytree(SITE, source, dirs_exist_ok=True)
        tell("drawing the graphs")
        graphs = [of_claims(outcomes), *map(of_claim, outcomes)]
        drawn = list(zip(graphs, svgs(map(str, graphs)), strict=True))
        certified = Certificates(ROOT / CERTIFICATES).by_id()
        for path, text in pages(outcomes, errata(outcomes), coverage(ROWS, outcomes), drawn, certified).items():
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
        tell("fetching Python for the browser")
        for_the_browser(source / "static" / "try")
        tell("making HTML")
        command = sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-j", "auto", "-b", "html"
        work = "-d", str(source.parent / "doctrees"), str(source), str(source.parent / "html")
        subprocess.run([*command, *work], check=True)  # noqa: S603 - Sphinx, on what was written
        shutil.rmtree(folder, ignore_errors=True)
        shutil.move(source.parent / "html", folder)


def put(path: Path, text: str) -> None:
    """Write a page, in a folder that need not be there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def svgs(graphs: Iterable[str]) -> list[str]:
    """Draw graphs with Graphviz, which npm has as WebAssembly for Node."""
    with tempfile.TemporaryDirectory() as made:
        fetch("@viz-js/viz", ("viz.js",), Path(made))
        (Path(made) / "package.json").write_text('{"type": "module"}', "utf-8")
        command = "node", str(SITE / "graphs.mjs"), str(Path(made) / "viz.js")
        done = subprocess.run(command, input=json.dumps(list(graphs)), capture_output=True, text=True, check=True)  # noqa: S603 - our script
    drawn: list[str] = json.loads(done.stdout)
    return drawn


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


def fetch(package: str, wanted: tuple[str, ...], folder: Path, inside: str = "dist") -> None:
    """Unpack what is wanted of a folder of a package of npm, of the version that package.json names."""
    with tempfile.TemporaryDirectory() as made:
        command = "npm", "pack", "--silent", "--pack-destination", made, f"{package}@{PACKAGES[package]}"
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - npm, with names from here
        (archive,) = Path(made).glob("*.tgz")
        with tarfile.open(archive) as packed:
            packed.extractall(made, filter="data")
        for path in (Path(made) / "package" / inside).rglob("*"):
            name = path.relative_to(Path(made) / "package" / inside).as_posix()
            if path.is_file() and name.startswith(wanted):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, folder / name)


def for_the_browser(folder: Path) -> None:
    """Python, what the checker needs, and the files to begin with, for the page on which a file is checked."""
    fetch("pyodide", PYODIDE, folder / "pyodide", inside="")
    with tempfile.TemporaryDirectory() as made:
        wheels = Path(made)
        pip = sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", made
        constrained = "--constraint", str(ROOT / "constraints.txt")
        subprocess.run([*pip, *PURE, *constrained], check=True)  # noqa: S603 - pip, with names from here
        platform = "--platform", PLATFORM, "--python-version", PYTHON
        subprocess.run([*pip, *platform, FLINT], check=True)  # noqa: S603 - the same
        native = [wheel for wheel in wheels.glob("*.whl") if PLATFORM in wheel.name]
        with ZipFile(folder / "packages.zip", "w", ZIP_DEFLATED) as packed:
            for wheel in sorted(set(wheels.glob("*.whl")) - set(native)):
                with ZipFile(wheel) as held:
                    for name in held.namelist():
                        if not re.search(r"/tests?/|/benchmarks/|\.dist-info/|/locale/", name):
                            packed.writestr(name, held.read(name))
            for package in OWN:
                for file in sorted((ROOT / package).rglob("*")):
                    if file.suffix in (".py", ".toml", ".json"):
                        packed.write(file, file.relative_to(ROOT))
        for wheel in native:
            shutil.copy(wheel, folder)
    put(folder / "python.json", json.dumps({"packages": "packages.zip", "wheels": [wheel.name for wheel in native]}))
    examples = {
        "templates": {**CONSTRUCTIONS, **RECURRENCES},
        "gallery": {file.stem: file.read_text("utf-8") for file in sorted((ROOT / "recurrences").glob("*.toml"))},
    }
    put(folder / "examples.json", json.dumps(examples))


def main(folder: Path) -> None:
    """Settle every claim and write the site."""

    def tell(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    outcomes = run(CLAIMS.values(), lambda claim: tell(plain(f"{claim.id}: {claim.label}")))
    write(folder, outcomes, tell)
    print(folder / "index.html")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
