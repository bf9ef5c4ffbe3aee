"""`python -m derivations` is `gdssm`."""

from derivations.cli import run

run()
