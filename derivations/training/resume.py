"""Whether a command goes on with what a folder holds."""

from __future__ import annotations

from enum import StrEnum


class Resume(StrEnum):
    """What `--resume` asks for: go on, or go on if there is something to go on from and start otherwise."""

    ALWAYS = "always"
    AUTO = "auto"
