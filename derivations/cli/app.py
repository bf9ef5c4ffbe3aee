"""The command line `gdssm`.

Every command: exit status 0 as expected, 1 a negative finding, 2 unusable input or usage, 3
undecided, 70 an internal error. With --json exactly one document goes to standard output; tables,
progress and messages go to standard error then. Engines are imported inside the commands, so that
`gdssm --help` is quick.
"""

from __future__ import annotations

import io
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from derivations.errors import InputError

from .check import check
from .console import complain, fail
from .reproduce import reproduce
from .resume import Resumable
from .show import coverage, errata, glossary, show
from .train import predict, train
from .verify import verify

app = typer.Typer(
    name="gdssm",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    epilog="Exit status: 0 as expected, 1 a negative finding, 2 unusable input, 3 undecided, 70 an internal error.",
)
for command in (verify, show, errata, coverage, check, predict, train, reproduce, glossary):  # as --help lists them
    app.command(cls=Resumable if command in (train, reproduce) else None)(command)


@app.callback(invoke_without_command=True)
def gdssm(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.", is_eager=True)] = False,
) -> None:
    """State-space models and gradient descent in context: every claim of arXiv:2410.11687v1, checked.

    **gdssm verify** proves the claims for all sizes and says where the paper as printed is wrong;
    **gdssm show P2** prints a derivation line by line; **gdssm check mine.toml** proves or refutes a
    construction of your own.
    """
    if version:
        from derivations import __version__

        print(f"gdssm {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status; every failure is one line, and one JSON document with --json."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    command = next((word for word in given if not word.startswith("-")), "gdssm")
    try:
        return int(app(given, prog_name="gdssm", standalone_mode=False) or 0)
    except InputError as error:
        return fail(2, error.key, error.message, command, given)
    except typer.TyperException as error:
        key = getattr(getattr(error, "param", None), "name", None) or "usage"
        return fail(2, key, error.format_message().replace("Value error, ", ""), command, given)
    except OSError as error:  # standard output is full or gone: nothing can be printed there any more
        complain(f"cannot write: {error.strerror or error}")
        return 70
    except (KeyboardInterrupt, typer.Abort):
        return fail(130, "interrupted", "interrupted", command, given)
    except Exception as error:  # noqa: BLE001 - the outermost boundary: a bug becomes status 70, its traceback on standard error
        traceback.print_exc(file=sys.stderr)
        return fail(70, "internal", f"{type(error).__name__}: {error}", command, given)


def run() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without η still gets its answer
    status = main()
    try:
        sys.stdout.flush()
    except OSError:
        sys.stdout = None  # it cannot be flushed at exit either
        status = status or 70
    sys.exit(status)
