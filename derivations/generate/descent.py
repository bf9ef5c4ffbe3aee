"""Writes where gradient flow on the population loss ends, from 200 starts at several sizes, in half a minute.

python -m derivations.generate.descent results/descent/result.json
"""

from __future__ import annotations

import sys
from pathlib import Path

from derivations.experiments.descent import result
from derivations.training.result_document import text

if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text(result()), "utf-8")
