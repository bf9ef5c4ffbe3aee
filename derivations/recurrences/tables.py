"""Sections, tables, lists and texts of a recurrence file, each asked for by its key, which an error names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from derivations.errors import InputError
from derivations.toml_table import meant

SECTIONS = ("expected", "source", "note", "data", "constants", "layer", "other", "claim")
#: What a claim can be, and the keys that may stand beside it.
CLAIMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "algorithm": ("loss", "rate"),
        "same_as": ("relation",),
        "formula": ("of", "weights"),
        "chunk": ("of", "length"),
    }
)
#: What others call the keys of a state and of a claim.
OTHER_WORDS: Mapping[str, str] = MappingProxyType(
    {"init": "start", "initial": "start", "size": "shape", "dim": "shape", "step": "update", "lr": "rate"}
)
DEEPEST_TABLE = 10
MOST_IN_A_LIST = 20  # losses, rates, equations of a relation


def section(file: Mapping[str, object], key: str) -> Mapping[str, object]:
    """The section of a file. Raises InputError if it is missing."""
    if key not in file:
        what = f"; say what the layer is, by one of {', '.join(CLAIMS)}" if key == "claim" else ""
        raise InputError(key, f"missing; a file has the sections [{'], ['.join(SECTIONS[3:])}]{what}")
    return as_table(key, file[key])


def plain(key: str, value: object, deeper: int = DEEPEST_TABLE) -> object:
    """The value with plain dicts, lists and texts in it: printed, they show every letter that is written in them."""
    if deeper == 0:
        raise InputError(key, f"tables or lists nested more than {DEEPEST_TABLE} deep")
    match value:
        case Mapping():
            return {plain(key, name, 1): plain(key, one, deeper - 1) for name, one in value.items()}
        case list():
            return [plain(key, one, deeper - 1) for one in value]
        case str():
            return "".join(value)
    return value


def as_table(key: str, value: object) -> Mapping[str, object]:
    """The value, if it is a table."""
    if not isinstance(value, Mapping):
        raise InputError(key, "is not a table with keys of its own")
    return value


def as_list(key: str, value: object) -> list[object]:
    """The values of a list; one value alone is a list of one."""
    values = value if isinstance(value, list) else [value]
    if not 1 <= len(values) <= MOST_IN_A_LIST:
        raise InputError(key, f"a list has from 1 to {MOST_IN_A_LIST} entries")
    return values


def as_text(key: str, value: object) -> str:
    """The text of a formula or a size; a whole number is one too."""
    if isinstance(value, float):
        raise InputError(key, "a floating-point number; write 1/2 for 0.5")
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise InputError(key, "is not a text")
    return str(value)


def require_keys(where: str, table: Mapping[str, object], needed: Iterable[str], optional: Iterable[str] = ()) -> None:
    """Raise InputError unless the table has the needed keys, and no others than these and the optional ones."""
    needed, optional = tuple(needed), tuple(optional)
    for key in table:
        if key not in (*needed, *optional):
            missing = [one for one in (*needed, *optional) if one not in table] or (*needed, *optional)
            near = meant(OTHER_WORDS.get(key, key), missing, "keys")
            told = near if near.startswith("did you mean") else _listed(needed, optional)
            raise InputError(f"{where}.{key}", f"unknown key; {told}")
    for key in needed:
        if key not in table:
            raise InputError(f"{where}.{key}", f"missing; {_listed(needed, optional)}")


def _listed(needed: Sequence[str], optional: Sequence[str]) -> str:
    return f"the keys are {', '.join(needed)}{', and perhaps ' if optional else ''}{', '.join(optional)}"
