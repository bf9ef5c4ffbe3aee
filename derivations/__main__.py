"""`python -m derivations` is `gdssm`."""

from .cli.start import run

run()
