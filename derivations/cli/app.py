"""The command line `gdssm`.

Every command: exit status 0 as expected, 1 a negative finding, 2 unusable input or usage, 3 undecided, 70 an internal
error or output that cannot be written, 130 interrupted. With --json exactly one document goes to standard output;
tables, progress and messages go to standard error then. Engines are imported inside the commands, so that
`gdssm --help` is quick.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import IO, Annotated

import typer

from derivations.errors import InputError, Interrupted
from derivations.progress import one_clock
from derivations.terminal import complain, has_unicode, spelled, width

from .check import check
from .console import fail, usage_error
from .reproduce import reproduce
from .resume import Resumable
from .show import coverage, errata, glossary, show
from .start import STANDS
from .train import predict, train
from .unroll import unroll
from .verify import verify

#: The variable in which a shell asks for completions.
COMPLETION = "_GDSSM_COMPLETE"

app = typer.Typer(
    name="gdssm",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    epilog="Exit status: 0 as expected, 1 a negative finding, 2 unusable input, 3 undecided, 70 an internal error or "
    "output that cannot be written, 130 interrupted.",
)
for command in (
    verify,
    show,
    errata,
    coverage,
    check,
    unroll,
    predict,
    train,
    reproduce,
    glossary,
):  # as --help lists them
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
        with one_clock():
            return invoke(given)
    except InputError as error:
        return fail(2, error.key, error.message, command, given)
    except typer.TyperException as error:
        wrong = usage_error(error)
        return fail(2, wrong.key, wrong.message, command, given)
    except typer.Exit as stop:
        return stop.exit_code
    except SystemExit as stop:  # Rich's way to end when help has no reader any more, and that of Typer's completion
        return unwritable(stop.__context__) if isinstance(stop.__context__, OSError) else int(stop.code or 0)
    except OSError as error:
        return unwritable(error)
    except Interrupted as stop:
        return fail(130, "interrupted", str(stop), command, given)
    except (KeyboardInterrupt, typer.Abort):
        return fail(130, "interrupted", STANDS, command, given)
    except Exception as error:  # noqa: BLE001 - the outermost boundary: a bug becomes status 70, its traceback on standard error
        traceback.print_exc(file=sys.stderr)
        return fail(70, "internal", f"{type(error).__name__}: {error}", command, given)


def invoke(given: Sequence[str]) -> int:
    """Run the command that is given; exceptions are those of the commands, since Typer's own main swallows some."""
    command = typer.main.get_command(app)
    if COMPLETION in os.environ:  # a shell asks what may come next
        command(list(given), prog_name="gdssm", standalone_mode=False)
    if not has_unicode(sys.stdout):
        for one in (command, *getattr(command, "commands", {}).values()):
            for told in (one, *one.params):
                told.help = told.help and spelled(told.help, sys.stdout)
    with command.make_context("gdssm", list(given)) as context:
        return int(command.invoke(context) or 0)


def unwritable(error: OSError) -> int:
    """Say that standard output is full or gone, where nothing can be printed any more, or what file cannot be used."""
    reason = "nobody reads it any more" if error.errno == errno.EPIPE else error.strerror or str(error)
    complain(f"cannot write standard output: {reason}" if error.filename is None else f"{error.filename}: {reason}")
    return 70


def run() -> None:
    """Run the command line as a program: on the streams of the process, with its exit status."""
    if sys.stderr is None:  # closed; or else the next file that is opened would take what is said there
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - as long as the process lives
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = stream.encoding if has_unicode(stream) and not locale_is_ascii() else "ascii"
            stream.reconfigure(encoding=encoding, errors="spelled")
    os.environ.setdefault("TERMINAL_WIDTH", str(width(sys.stdout)))  # for Typer's help
    if reason := closed(sys.stdout):
        complain(f"cannot write standard output: {reason}; nothing was done")
        status = 70
    else:
        try:
            status = main()
            sys.stdout.flush()
        except OSError as error:
            status = unwritable(error)
        except KeyboardInterrupt:  # once more, while the first was told
            status = 130
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the command has ended, and said so
    if sys.stdout is not None:
        try:
            sys.stdout.close()
        except OSError:  # what is left in it cannot be written at exit either
            sys.stdout = None
    sys.exit(status)


def locale_is_ascii() -> bool:
    """Return whether the locale is named and has no more than ASCII, and nothing says otherwise.

    Python itself writes UTF-8 then, and turns an LC_CTYPE of C into C.UTF-8 (PEP 538), so that LANG has to be asked.
    """
    if os.environ.get("PYTHONIOENCODING") or os.environ.get("PYTHONUTF8") == "1":
        return False
    names = [os.environ.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG")]
    if names[1] in ("C.UTF-8", "C.utf8", "UTF-8"):
        names[1] = names[2] and ""
    return next((name for name in names if name), "") in ("C", "POSIX")


def closed(stream: IO[str] | None) -> str:
    """Return why nothing can be written to a stream, if that can be told before writing; else nothing."""
    if stream is None:
        return "it is closed"
    try:
        import select

        poll = select.poll()
        poll.register(stream.fileno(), select.POLLOUT)
        found = poll.poll(0)
    except (ImportError, AttributeError, OSError):  # not on Windows; no file behind the stream
        return ""
    return "nobody reads it" if any(event & (select.POLLERR | select.POLLHUP) for _, event in found) else ""


def _spell(error: UnicodeError) -> tuple[str, int]:
    """Spell the characters that a stream does not have."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    from gdssm_symbolic.writing.spelling import in_ascii

    return in_ascii(error.object[error.start : error.end]), error.end


codecs.register_error("spelled", _spell)
