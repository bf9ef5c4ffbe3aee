"""The option `--resume`, alone or with a word: `--resume` goes on, `--resume auto` goes on or starts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from derivations.training.resume import Resume

ResumeOption = Annotated[
    Resume | None,
    typer.Option(
        "--resume",
        metavar="[auto]",
        help="Go on with what the folder holds; with auto, start if it holds nothing.",
        show_default=False,
    ),
]


def given(context: typer.Context) -> dict[str, Any]:
    """Return the options that were given with the command, by their names in Python."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    return {name: context.params[name] for name, source in sources.items() if source and source.name != "DEFAULT"}


class Resumable(TyperCommand):
    """A command whose `--resume` needs no word after it: Typer has flags and options with a word, and nothing between.

    `--resume` alone is read as `--resume=always`.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, list(_joined(args)))


def _joined(words: Sequence[str]) -> Iterator[str]:
    """The words, with `--resume` and what belongs to it as one."""
    taken = False
    for word, following in pairwise((*words, "")):
        if taken:
            taken = False
        elif word == "--resume":
            taken = following in list(Resume)
            yield f"--resume={following if taken else Resume.ALWAYS}"
        else:
            yield word
