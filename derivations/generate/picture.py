"""Draws the README's picture, a trained layer beside the construction, from a committed result.

python -m derivations.generate.picture results
"""

from __future__ import annotations

import sys
from pathlib import Path

from derivations.figures import plots
from derivations.figures.gallery import result_pictures
from derivations.training.committed import loaded
from gdssm_numeric.files import replace_file

#: The result that is shown, and the picture beside its result.json.
RESULT, PICTURE = "f5_N10", "parameters.svg"


def drawn(results: Path) -> bytes:
    """The picture as SVG."""
    first, *_ = result_pictures(RESULT, loaded(results)[RESULT])
    return plots.written(first.draw(), "svg")


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    replace_file(folder / RESULT / PICTURE, drawn(folder))
