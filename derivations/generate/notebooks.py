"""Builds the notebooks from their sources, runs them in fresh kernels, and compares two of them.

python -m derivations.generate.notebooks DIR [NAME …]

A source is a Python file with a comment `# %%` before each cell: jupytext's percent format. The sources have a folder
of their own, notebooks/sources, so that a reader of notebooks/ meets the notebooks alone.

What changes from run to run is left out: times, execution metadata, versions, the plain text beside a formula or a
picture. Cell ids are the notebook's name and the cell's number.
"""

from __future__ import annotations

import ast
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

from derivations.claims import CLAIMS
from gdssm_numeric.files import replace_text

ROOT = Path(__file__).parents[2]
#: The results that a notebook shows are at ../results from where it lies.
FOLDER = ROOT / "notebooks"
SOURCES = FOLDER / "sources"
#: It repeats claims that another notebook tells in full.
TOUR = "00_tour.ipynb"
SECONDS = 300  # for one cell

#: Numbers that were measured, which are those with a point or an exponent, are compared so far: relative, and absolute
#: for those near 0.
RELATIVE, ABSOLUTE = 0.01, 0.002
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
#: What is exact is compared to the letter; of a picture, that it is there.
EXACT = ("text/latex", "text/markdown")
IMAGE = "image/png"


def sources() -> dict[str, Path]:
    """Return the source of every notebook by the notebook's file name, the tour first."""
    return {f"{path.stem}.ipynb": path for path in sorted(SOURCES.glob("*.py"))}


def judged_in(source: Path) -> list[str]:
    """Return the ids of the claims that a source takes from `CLAIMS`; SyntaxError if it is not Python."""
    found = []
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        match node:
            case ast.Subscript(value=ast.Name(id="CLAIMS"), slice=ast.Constant(value=str() as claim)):
                found.append(claim)
    return found


def left_out(claims: Iterable[str]) -> list[str]:
    """Return those of the claims that no notebook settles; the tour does not count, since it tells no claim in full."""
    judged = {claim for name, source in sources().items() if name != TOUR for claim in judged_in(source)}
    return [claim for claim in claims if claim not in judged]


def built(source: Path) -> Any:
    """Read a notebook without outputs from its source, which has the same cells."""
    notebook = jupytext.read(source, fmt="py:percent")
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "written_by": f"make notebooks, from {source.relative_to(FOLDER).as_posix()}",
    }
    for number, cell in enumerate(notebook.cells, 1):
        cell.id = f"{source.stem}-{number:02d}"
    return notebook


def executed(notebook: Any) -> Any:
    """The notebook with its outputs, run from top to bottom in a fresh kernel of this environment."""
    with tempfile.TemporaryDirectory() as settings:
        environment = {
            **os.environ,
            "IPYTHONDIR": settings,
            "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
        }
        client = NotebookClient(
            notebook,
            timeout=SECONDS,
            kernel_name="python3",
            record_timing=False,
            config=Config(KernelManager=_channel(Path(settings))),
            resources={"metadata": {"path": str(FOLDER)}},
        )
        client.execute(env=environment)
    for cell in notebook.cells:
        cell.metadata = {}
        if cell.cell_type == "code":
            cell.outputs = [_plain(output) for output in cell.outputs]
            cell.metadata = _for_the_site(cell.outputs)
    notebook.metadata.language_info = {"name": "python"}
    return notebook


def _channel(folder: Path) -> dict[str, str]:
    """How to talk to the kernel: by files in a folder of its own where there are such sockets, and no port."""
    connection = {"connection_file": str(folder / "kernel.json")}
    return connection if os.name == "nt" else {**connection, "transport": "ipc"}


def _plain(output: Any) -> Any:
    """An output without what a richer form of it says already."""
    data = output.get("data")
    if data and any(kind in data for kind in EXACT):
        data.pop("text/plain", None)
    if output.get("metadata"):
        output.metadata = {kind: value for kind, value in output.metadata.items() if kind == IMAGE}
    return output


def _for_the_site(outputs: list[Any]) -> dict[str, Any]:
    """What MyST-NB reads of a cell that shows an image: its words for who cannot see it."""
    (alt,) = {output.metadata[IMAGE]["alt"] for output in outputs if IMAGE in output.get("data", {})} or {None}
    return {"mystnb": {"image": {"alt": alt}}} if alt else {}


def text(notebook: Any) -> str:
    """The notebook as it is committed."""
    nbformat.validate(notebook)
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"


# ---- comparison ----------------------------------------------------------------------------------


def differences(old: Any, new: Any) -> list[str]:
    """Where two notebooks differ: sources and exact outputs to the letter, measured numbers beyond tolerance."""
    found = []
    if len(old.cells) != len(new.cells):
        found.append(f"{len(old.cells)} cells and {len(new.cells)}")
    for one, other in zip(old.cells, new.cells, strict=False):
        if (one.cell_type, one.source, one.id) != (other.cell_type, other.source, other.id):
            found.append(f"{one.id}: the source")
        elif one.cell_type == "code":
            found += [f"{one.id}: {what}" for what in _outputs_differ(one.outputs, other.outputs)]
    return found


def _outputs_differ(old: list[Any], new: list[Any]) -> Iterator[str]:
    for one, other in zip_longest(old, new):
        if one is None or other is None or one.output_type != other.output_type:
            yield "an output is missing or of another kind"
            continue
        before, after = shown_by(one), shown_by(other)
        if before.keys() != after.keys():
            yield f"{', '.join(sorted(before))} there and {', '.join(sorted(after))} here"
            continue
        for kind, value in before.items():
            if kind in EXACT and value != after[kind]:
                yield f"{kind} is not the same"
            if kind == "text/plain" and not close(value, after[kind]):
                yield f"{value!r} there and {after[kind]!r} here"


def shown_by(output: Any) -> dict[str, str]:
    """What an output shows, by kind; what a cell prints is plain text."""
    return dict(output.data) if "data" in output else {"text/plain": output.get("text", "")}


def close(old: str, new: str) -> bool:
    """The same words, the same integers, and measured numbers within tolerance."""
    if NUMBER.sub("0", " ".join(old.split())) != NUMBER.sub("0", " ".join(new.split())):
        return False
    return all(_near(*pair) for pair in zip(NUMBER.findall(old), NUMBER.findall(new), strict=True))


def _near(one: str, other: str) -> bool:
    """The same number; within tolerance if both were measured. Integers count, or stand in a fraction."""
    if one.lstrip("-").isdigit() or other.lstrip("-").isdigit():
        return one == other
    a, b = float(one), float(other)
    return abs(a - b) <= ABSOLUTE + RELATIVE * max(abs(a), abs(b))


def main(folder: Path, names: list[str]) -> None:
    """Write the notebooks with these names into the folder, or all of them; SystemExit if one would lack a claim."""
    if missing := left_out(CLAIMS):
        sys.exit(f"no notebook settles {', '.join(missing)}: add cells to a file in notebooks/sources")
    folder.mkdir(parents=True, exist_ok=True)
    known = sources()
    for name in names or known:
        replace_text(folder / name, text(executed(built(known[name]))))
        print(folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
