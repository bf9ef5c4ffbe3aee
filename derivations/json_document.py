"""The envelope of every JSON document that the command line prints, and the schema that it satisfies.

The schema is written by hand. It is a promise to programs: made from classes it would change whenever they do.
"""

from __future__ import annotations

import json
import platform
from importlib import metadata
from importlib.resources import files
from typing import Any

from . import __version__

#: What is printed now. Documents of gdssm-1 are still read, and have a schema of their own.
SCHEMA = "gdssm-2"


def document(command: str, **content: Any) -> dict[str, Any]:
    """Return the content with what every document begins with: schema, version, command."""
    return {"schema": SCHEMA, "version": __version__, "command": command, **content}


def environment() -> dict[str, str]:
    """Return what the verdicts were computed with: versions, and the system."""
    packages = {name: metadata.version(name) for name in ("sympy", "python-flint")}
    return {"gdssm": __version__, "python": platform.python_version(), "system": platform.system(), **packages}


def schema(name: str = SCHEMA) -> dict[str, Any]:
    """Return the JSON schema of every document whose "schema" is this name; FileNotFoundError if there is none."""
    loaded: dict[str, Any] = json.loads(files("derivations.schemas").joinpath(f"{name}.json").read_text("utf-8"))
    return loaded
