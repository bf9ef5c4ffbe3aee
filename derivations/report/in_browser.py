"""What the page "Try it" calls: a file is checked by the checker itself, which runs in the browser."""

from __future__ import annotations

import json

from derivations.constructions.check import check as check_construction
from derivations.constructions.toml_file import construction
from derivations.errors import InputError
from derivations.recurrences.check import check as check_recurrence
from derivations.recurrences.toml_file import is_recurrence, stated
from derivations.toml_table import parse_toml

from .html import write_html


def checked(text: str) -> str:
    """The verdict on the text of a file, as JSON: in HTML and, if it is proved, with the proof; or what is wrong.

    What the file itself expects is handed back, so that the page can say whether it came out.
    """
    try:
        table = parse_toml(text)
        if not table:
            raise InputError("file", "it is empty: it states no layer; begin with one from the list, and change it")
        found = check_recurrence(stated(table)) if is_recurrence(table) else check_construction(construction(table))
    except InputError as error:
        return json.dumps({"error": str(error)})
    proof = write_html(found.proof().document) if found.theorems else ""
    told = {"told": write_html(found.told.document), "proof": proof, "expected": table.get("expected", "")}
    return json.dumps({"verdict": found.verdict.value, **told})
