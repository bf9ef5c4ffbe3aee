"""`python -m derivations` is `gdssm`."""

from derivations.cli.app import run

run()
