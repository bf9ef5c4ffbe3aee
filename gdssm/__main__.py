"""`python -m gdssm` is the command line `gdssm`."""

from derivations.cli.start import run

run()
