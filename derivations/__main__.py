"""`python -m derivations` is `gdssm`."""

from .cli.app import run

run()
