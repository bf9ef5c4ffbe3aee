"""Writes which recurrences are which algorithms: a table of the files in a folder, each decided in the run.

python -m derivations.generate.gallery recurrences
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from derivations.claim import Verdict
from derivations.recurrences.check import Checked, check
from derivations.recurrences.toml_file import Stated, load
from derivations.recurrences.words import algorithm, divided, divided_in_claim, losses, output, said_to_be, states
from gdssm_numeric.files import replace_text
from gdssm_symbolic.recurrent.claims import AlgorithmClaim
from gdssm_symbolic.writing.documents import Cell, Records, write_markdown
from gdssm_symbolic.writing.narration import short_counterexample

HEAD = """\
<!-- Written by `make gallery` (python -m derivations.generate.gallery recurrences); do not edit it. -->

# Which recurrences are which algorithms

Each row is a file of this folder: a recurrent layer, and what it is said to be. `gdssm check recurrences/deltanet.toml`
decides one of them. *Proved* means for all sizes, lengths and data; a counterexample says where it fails, and the two
values there. [docs/recurrences.md](../docs/recurrences.md) tells how to write such a file.

"""
HEADER = ("file", "layer", "said to be", "loss", "verdict", "counterexample", "source")


def page(files: Mapping[str, Stated]) -> str:
    """Return the whole page, from what the files state. Raises SystemExit if one does not come out as it says."""
    checked = {name: check(stated) for name, stated in files.items()}
    if missed := [name for name, stated in files.items() if checked[name].verdict.value != stated.expected]:
        raise SystemExit(f"nothing is written, since not as expected: {', '.join(missed)}")
    rows = (row(name, stated, checked[name]) for name, stated in files.items())
    return HEAD + write_markdown((Records(HEADER, tuple(rows)),))


def row(name: str, stated: Stated, checked: Checked) -> tuple[Cell, ...]:
    """Return a file as a row of the table."""
    where = ((one,) for one in divided(stated.layer))
    layer: Cell = *((one,) for one in states(stated.layer)), *output(stated.layer), *where
    fails: Cell = (tuple(short_counterexample(checked.refuted, checked.constants)),) if checked.refuted else ()
    verdict = f"**{checked.verdict}**" if checked.verdict is Verdict.PROVED else str(checked.verdict)
    claim, link = stated.claim, f"[{name.replace('_', ' ')}]({name}.toml)"
    told = algorithm(claim) if isinstance(claim, AlgorithmClaim) else said_to_be(claim)
    source: Cell = ((stated.source,),) if stated.source else ()
    said: Cell = told, *((one,) for one in divided_in_claim(stated.layer))
    return ((link,),), layer, said, tuple((loss,) for loss in losses(claim)), ((verdict,),), fails, source


if __name__ == "__main__":
    (folder,) = map(Path, sys.argv[1:])
    replace_text(folder / "README.md", page({file.stem: load(str(file)) for file in sorted(folder.glob("*.toml"))}))
