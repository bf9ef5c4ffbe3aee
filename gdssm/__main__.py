"""`python -m gdssm` is the command line `gdssm`."""

from derivations.cli.app import run

run()
