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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from derivations.certificates import FOLDER as CERTIFICATES
from derivations.certificates import Certificates
from derivations.claim import Outcome, Weight
from derivations.claims import CLAIMS
from derivations.constructions.toml_file import TEMPLATES as CONSTRUCTIONS
from derivations.paper.coverage import coverage
from derivations.paper.errata import errata
from derivations.paper.ids import first_theorem
from derivations.paper.letter import script
from derivations.paper.rows import ROWS
from derivations.recurrences.check import check
from derivations.recurrences.templates import TEMPLATES as RECURRENCES
from derivations.recurrences.toml_file import load
from derivations.report import (
    site_claims,
    site_coq,
    site_errata,
    site_gallery,
    site_graph,
    site_paper,
    site_search,
    site_sources,
)
from derivations.report.graph import Graph, of_claim, of_claims
from derivations.report.site_gallery import Shown
from derivations.sizes import of_theorem
from derivations.training.committed import loaded, reproduced
from derivations.verdict import run
from gdssm_symbolic.writing.prose import plain

from . import site_experiments
from .readme import proofs

ROOT = Path(__file__).parents[2]
SITE = ROOT / "docs" / "site"
#: Folders of which pages are made as they are, and pictures in them, and what of them is not.
COPIED = "docs", "notebooks", "results", "benchmarks"
LEFT_OUT = "site", "sources", "*.py", "*.json", "*.csv", "*.toml"
#: Where the site has what a page of the repository links to: a file, or a place in it.
MOVED = {
    "recurrences/README.md": "gallery/index.md",
    "README.md#the-verdict-on-each-claim": "claims/index.md",
    "ERRATA.md": "errata.md",
    "certificates/README.md": "coq/index.md",
    "certificates/Statements.v": "coq/Statements.md",
    "certificates/Recurrences.v": "coq/Recurrences.md",
}
#: Packages of npm, with their versions, of which the site has a copy.
PACKAGES = json.loads((SITE / "package.json").read_text("utf-8"))["dependencies"]
#: What of Pyodide a page needs; the name of its platform, and its Python.
PYODIDE = "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"
PLATFORM, PYTHON = "pyemscripten_2026_0_wasm32", "3.14"
#: What the checker imports: from other people, in Python alone and with one file for the platform; and of our own.
PURE = "sympy", "mpmath", "pylatexenc"
FLINT = "python-flint"
OWN = "gdssm_symbolic", "derivations"


def write(folder: Path, outcomes: Sequence[Outcome], tell: Callable[[str], object]) -> None:
    """The site in `folder`, which is replaced."""
    with tempfile.TemporaryDirectory() as made:
        source = Path(made) / "source"  # beside which Sphinx and MyST-NB leave what they need
        shutil.copytree(SITE, source, dirs_exist_ok=True)
        tell("drawing the graphs")
        graphs = [of_claims(outcomes), *map(of_claim, outcomes)]
        drawn = list(zip(graphs, svgs(map(str, graphs)), strict=True))
        tell("deciding the gallery")
        gallery = dict(decided(ROOT / "recurrences"))
        for path, text in pages(outcomes, gallery, drawn).items():
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
        made_html = source.parent / "html"
        work = "-d", str(source.parent / "doctrees"), str(source), str(made_html)
        subprocess.run([*command, *work], check=True)  # noqa: S603 - Sphinx, on what was written
        (made_html / ".buildinfo").unlink()  # what Sphinx notes down for itself
        shutil.rmtree(made_html / "_sources")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.move(made_html, folder)


def pages(
    outcomes: Sequence[Outcome], gallery: Mapping[str, Shown], drawn: Sequence[tuple[Graph, str]]
) -> Mapping[str, str]:
    """The pages that are written from what was found out, and the names for the search, by their paths."""
    certificates = Certificates(ROOT / CERTIFICATES)
    certified, by_id = certificates.statements(), certificates.by_id()
    places, wrong = coverage(ROWS, outcomes), errata(outcomes)
    trust = {outcome.claim.id: proofs(outcome, by_id) for outcome in by_sizes(outcomes)}
    files = {outcome.claim.id: site_sources.of_claim(ROOT, outcome.claim) for outcome in outcomes}
    shown = [file for kinds in files.values() for named in kinds.values() for file in named]
    shown += [script(row) for row in wrong if row.weight is Weight.SUBSTANTIVE]
    figures, trained = reproduced(ROOT / "results"), loaded(ROOT / "results")
    named = [*site_experiments.entries(figures), *site_search.entries(outcomes, places, gallery, certified)]
    return {
        "claims/index.md": site_claims.index(outcomes, trust, by_id),
        **{
            f"claims/{key}.md": site_claims.page(outcome, trust[key], by_id, places, files[key])
            for outcome in outcomes
            for key in (outcome.claim.id,)
        },
        "paper.md": site_paper.page(places, outcomes),
        "errata.md": site_errata.page(wrong),
        "graph.md": site_graph.page(outcomes, drawn),
        "experiments.md": site_experiments.page(figures, trained),
        **site_gallery.pages(gallery, by_id),
        **site_coq.pages(ROOT, CERTIFICATES, certified, by_id, outcomes),
        **site_sources.pages(ROOT, [*shown, *site_coq.sources(CERTIFICATES)]),
        "static/named.js": site_search.script(named),
    }


def by_sizes(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The outcomes with a second proof of each headline, where it has one."""
    return [
        replace(outcome, sizes={first: of_theorem(outcome.theorems_by_id[first])})
        for outcome in outcomes
        for first in (first_theorem(outcome.claim.id),)
    ]


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
        if (whole := f"{at.as_posix()}{place}") in MOVED:
            moved, place = source / MOVED[whole], ""
        else:
            moved = source / MOVED.get(at.as_posix(), at.as_posix())
        if not moved.is_file():
            return words
        if words.endswith(".md"):  # the name of a file is no name of a page
            words = title_of(moved)
        return f"[{words}]({os.path.relpath(moved, page.parent)}{place})"

    return re.sub(r"(?<!!)\[([^\][]*)\]\((?!\w+:)([^()#\s]+)(#[^()\s]*)?\)", link, text)


def title_of(page: Path) -> str:
    """The title of a page, on which a heading stands first."""
    heading = re.search(r"^# (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return heading[1] if heading else page.stem


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
        wheels_alone = "--no-deps", "--only-binary=:all:", "--constraint", str(ROOT / "constraints.txt")
        pip = sys.executable, "-m", "pip", "download", "--quiet", *wheels_alone, "--dest", made
        subprocess.run([*pip, *PURE], check=True)  # noqa: S603 - pip, with names from here
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
