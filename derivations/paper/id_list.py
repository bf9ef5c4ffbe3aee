"""The list of ids in `ids.toml`: read without the claims, which take a second to import."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

RETIRED = "retired"


@lru_cache(maxsize=1)
def listed() -> Mapping[str, Mapping[str, str]]:
    """Return `ids.toml`: by claim, each id with what it means; under RETIRED, those that are no longer used."""
    return tomllib.loads(files("derivations.paper").joinpath("ids.toml").read_text("utf-8"))
