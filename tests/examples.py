"""The examples in docstrings, run. As a program: those of functions of `gdssm`, where there is no PyTorch."""

from __future__ import annotations

import doctest
import sys
from io import StringIO


def failures(*things: object, besides: frozenset[object] = frozenset()) -> str:
    """What the examples in the docstrings of modules, classes or functions print that they should not.

    It is empty if all is well. The functions in `besides` are left out. AssertionError if there is no example.
    """
    told = StringIO()
    runner = doctest.DocTestRunner(verbose=False)
    left_out = {f"{one.__module__}.{one.__name__}" for one in besides}  # type: ignore[attr-defined]
    for thing in things:
        tests = doctest.DocTestFinder().find(thing, getattr(thing, "__name__", None), globs={})
        assert any(test.examples for test in tests), thing
        for test in tests:
            if test.name not in left_out:
                runner.run(test, out=told.write)
    return told.getvalue()


if __name__ == "__main__":
    sys.modules["torch"] = None  # type: ignore[assignment] - so that importing it fails
    import gdssm

    sys.exit(failures(*(getattr(gdssm, name) for name in sys.argv[1:])) or 0)
