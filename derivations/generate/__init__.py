"""One program for each generated file: python -m derivations.generate.readme, and so on."""
