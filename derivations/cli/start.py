"""The console script: what is imported for the command line can be interrupted too."""

from __future__ import annotations

import sys

STANDS = "interrupted; nothing was printed or written; the same command begins again"


def run() -> None:
    """Run the command line; one line, and one document with --json, if Ctrl-C comes before it is there."""
    try:
        from .app import run as begin
    except KeyboardInterrupt:
        print(f"gdssm: {STANDS}", file=sys.stderr)
        if "--json" in sys.argv:
            import json

            from derivations.json_document import document

            print(json.dumps(document("gdssm", error={"key": "interrupted", "message": STANDS}), indent=2))
        sys.exit(130)
    begin()
