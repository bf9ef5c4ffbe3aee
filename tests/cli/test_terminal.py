"""What a terminal shows, and what is said when it goes away: width, characters, colours, Ctrl-C, closed output."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from running import call, one_document

from derivations import judging, progress, verdict
from derivations.cli.app import app, locale_is_ascii
from derivations.constructions.toml_file import TEMPLATES
from derivations.progress import FIRST_LINE, NEXT_LINES
from derivations.terminal import print_table, width
from derivations.training import (
    best_predictor,  # noqa: F401 - imported before `prediction` is patched here, which it would keep
    prediction,
)

COMMAND = [sys.executable, "-m", "derivations"]
COMMANDS = [command.callback.__name__ for command in app.registered_commands if command.callback]
#: What decides about width, colours and characters, and what each test sets itself.
DECIDING = ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "LC_ALL", "LC_CTYPE", "PYTHONIOENCODING", "PYTHONUTF8")


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in DECIDING}
    return {**kept, "TERM": "xterm-256color", "LANG": "C.UTF-8", **more}


def program(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """As a program, its output in pipes."""
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, env=environment(**more), timeout=100, check=False
    )


@pytest.fixture(autouse=True)
def heeded() -> Iterator[None]:
    """What a background job of a shell ignores, Ctrl-C, the commands that are started here do not ignore."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def on_a_terminal(columns: int, *arguments: str, interrupt_at: str = "", **more: str) -> tuple[int, str]:
    """On a terminal of so many columns, with Ctrl-C when a text is seen: the exit status, and what it shows."""
    pty, termios, fcntl = (pytest.importorskip(name) for name in ("pty", "termios", "fcntl"))
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, _size(columns))
    running = subprocess.Popen(
        [*COMMAND, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=environment(**more)
    )
    os.close(theirs)
    shown, began = b"", monotonic()
    while monotonic() - began < 100:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the program has ended
            break
        if not part:
            break
        shown += part
        if interrupt_at and interrupt_at in shown.decode(errors="replace"):
            running.send_signal(signal.SIGINT)
            interrupt_at = ""
    os.close(ours)
    return running.wait(10), shown.decode()


def _size(columns: int) -> bytes:
    return b"".join(number.to_bytes(2, sys.byteorder) for number in (40, columns, 0, 0))


def lines(shown: str) -> list[str]:
    """The lines without what moves and colours."""
    return [line.rstrip() for line in re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown))]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A construction that is proved, and one that is refuted, by their names in the present folder."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("right", TEMPLATES["P2"]), ("wrong", TEMPLATES["P2"].replace('"-eta/N"', '"eta/N"'))):
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    return ["right.toml", "wrong.toml"]


# ---- width ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [80, 140])
def test_the_width_of_the_terminal_is_used(columns: int) -> None:
    _, shown = on_a_terminal(columns, "glossary", "--help")
    assert max(map(cell_len, lines(shown))) == columns
    _, shown = on_a_terminal(columns, "show", "P1")
    prose = [line for line in lines(shown) if not line.startswith("  ")]
    assert columns - 12 < max(map(cell_len, prose)) <= columns


def test_columns_come_first_and_without_a_terminal_it_is_100() -> None:
    for more, most in (({"COLUMNS": "70"}, 70), ({}, 100)):
        out = program("show", "P1", **more).stdout
        assert most - 12 < max(cell_len(line) for line in out.splitlines() if not line.startswith("  ")) <= most
    assert max(map(cell_len, lines(on_a_terminal(140, "glossary", "-h", COLUMNS="90")[1]))) == 90


@pytest.mark.parametrize(
    "command", ["predict -N 4 -f 3 --scale 1/2", "predict -N 4", "train -f 3 -N 3 --out x --noise a"]
)
def test_the_last_line_breaks_between_words(command: str) -> None:
    """What came out, and what is wrong: whole words at 60 columns, and one line where a program reads it."""
    said = [line for line in program(*command.split()).stderr.splitlines() if "starting" not in line]
    assert len(said) == 1
    assert len(said[0]) > 60
    below = lines(on_a_terminal(60, *command.split())[1])
    assert max(map(cell_len, below)) <= 60
    assert said[0] in " ".join(below)


@pytest.mark.parametrize("command", COMMANDS)
def test_no_option_is_cut_in_help(
    capsys: pytest.CaptureFixture[str], command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert "…" not in call(capsys, command, "--help")[1]


@pytest.mark.parametrize("asked", ["", "0", "wide", "-3"])
def test_columns_that_are_no_number_are_not_used(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    monkeypatch.setenv("COLUMNS", asked)
    assert width(io.StringIO()) == width(None) == 100


WORDS = st.lists(st.text("aη−x̃", min_size=1, max_size=12), max_size=12).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=4), st.integers(40, 140))
def test_no_table_cuts_a_word_or_is_wider_than_the_screen(rows: list[tuple[str, ...]], columns: int) -> None:
    console = Console(file=io.StringIO(), width=columns)
    print_table(console, ("one", "two", "three"), rows)
    shown = console.file.getvalue()
    assert max(cell_len(line.rstrip()) for line in shown.splitlines()) <= columns
    words = sorted(word for row in rows for cell in row for word in cell.split())
    assert sorted(set(shown.split()) - {"one", "two", "three"}) == sorted(set(words))


def test_a_table_that_has_no_room_becomes_a_list() -> None:
    console = Console(file=io.StringIO(), width=40)
    print_table(console, ("file", "verdict"), [("a" * 30, "b" * 20)])
    assert console.file.getvalue() == f"{'a' * 30}\n    verdict  {'b' * 20}\n"


def test_the_table_of_constructions_fits(files: list[str]) -> None:
    status, shown = on_a_terminal(80, "check", *files)
    assert status == 1
    assert max(map(cell_len, lines(shown))) <= 80
    assert "Of 2 files: 1 proved, 1 refuted." in lines(shown)


# ---- characters and colours ----------------------------------------------------------------------


@pytest.mark.parametrize("locale", [{"LANG": "C"}, {"PYTHONIOENCODING": "latin-1"}], ids=["C", "Latin-1"])
def test_a_locale_without_unicode_gets_ascii(locale: dict[str, str], files: list[str]) -> None:
    commands = ("predict", "-h"), ("check", *files), ("check", files[1]), ("glossary",)
    shown = [done.stdout + done.stderr for done in (program(*arguments, **locale) for arguments in commands)]
    for one in shown:
        assert one.isascii()
        assert not re.search(r"\\[ux]", one)
        assert max(map(len, one.splitlines())) <= 100
    panel = [line for line in shown[0].splitlines() if line[:1] in tuple("+|")]
    assert {len(line) for line in panel} == {100}  # what is spelled is as wide as the box
    assert "eta grad loss_N(0))^T" in shown[2]


def test_the_words_of_a_document_stay_exact_in_ascii(files: list[str]) -> None:
    done = program("check", files[0], "--json", LANG="C")
    assert done.stdout.isascii()
    assert one_document(done.stdout)["computes"] == "−(η/N) Z_N C_N q = (η/N) Σ_{i=1..N} y_i x_iᵀ x_{N+1}"


@pytest.mark.parametrize(
    ("names", "ascii_only"),
    [
        ({"LANG": "C"}, True),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, True),  # what Python makes of LANG=C
        ({"LANG": "C.UTF-8", "LC_CTYPE": "C.UTF-8"}, False),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "C"}, True),
        ({"LANG": "C", "LC_ALL": "en_US.UTF-8"}, False),
        ({"LC_CTYPE": "C.UTF-8"}, False),
        ({}, False),  # nothing is said: Python writes UTF-8
        ({"LANG": "C", "PYTHONUTF8": "1"}, False),
    ],
)
def test_which_locale_has_no_more_than_ascii(
    monkeypatch: pytest.MonkeyPatch, names: dict[str, str], ascii_only: bool
) -> None:
    for name in (*DECIDING, "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    assert locale_is_ascii() is ascii_only


def test_no_colour_where_none_is_wanted() -> None:
    colour = r"\x1b\[[0-9;]*3[0-8][;m]"
    assert re.search(colour, on_a_terminal(80, "check", "-h")[1])
    assert not re.search(colour, on_a_terminal(80, "check", "-h", NO_COLOR="1")[1])


# ---- progress without a terminal -----------------------------------------------------------------


def test_a_start_is_told_once_and_the_clock_goes_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it takes, and in however many parts: 100 s so far is not followed by 2 s so far."""
    monkeypatch.setattr(progress, "FIRST_LINE", 0.01)
    monkeypatch.setattr(progress, "NEXT_LINES", 0.01)
    with progress.one_clock():
        began = progress.monotonic()
        monkeypatch.setattr(progress, "monotonic", lambda: began + 100)
        for _ in range(2):
            with progress.starting():
                time.sleep(0.1)
        with progress.Steps(1) as steps:
            steps.begin("P1")
            time.sleep(0.1)
    starts, *others = capsys.readouterr().err.splitlines()
    assert starts == "gdssm: starting; 100 s so far"
    assert set(others) == {"gdssm: 1 of 1: P1; 100 s so far"}
    with progress.starting():  # a program has many commands, and each its own start
        time.sleep(0.1)
    assert capsys.readouterr().err == "gdssm: starting; 0 s so far\n"


def test_progress_in_a_file_is_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A claim that takes long says that it goes on; lines stop when it ends, and a short one says nothing."""
    assert (FIRST_LINE, NEXT_LINES) == (2.0, 30.0)
    monkeypatch.setattr(progress, "FIRST_LINE", 0.01)
    monkeypatch.setattr(progress, "NEXT_LINES", 0.02)
    proved, said = verdict.proved, []

    def slow(claim: Any) -> Any:
        while len(said) < 3:  # until it has said so three times
            said.extend(line for line in capsys.readouterr().err.splitlines() if "starting" not in line)
            time.sleep(0.005)
        return proved(claim)

    monkeypatch.setattr(verdict, "proved", slow)
    for arguments, what in (
        (("verify", "P1"), "0 of 1: P1: one step, scalar targets"),
        (("show", "P1"), "1 of 1: P1: one step, scalar targets"),
    ):
        said.clear()
        assert call(capsys, *arguments)[0] == 0
        assert {re.sub(r"\d+ s so far$", "", line) for line in said} == {f"gdssm: {what}; "}
        assert not [thread for thread in threading.enumerate() if thread.name.endswith("(_tell)")]
    monkeypatch.setattr(progress, "FIRST_LINE", 600.0)
    monkeypatch.setattr(verdict, "proved", proved)
    assert call(capsys, "verify", "P1")[2] == ""


@pytest.mark.parametrize(
    "arguments",
    [("verify", "P1"), ("train", "-f2", "-N3", "--updates=1", "--out=run"), ("show", "P1"), ("errata",)],
    ids=lambda arguments: arguments[0],
)
def test_a_command_says_that_it_starts_before_it_imports_what_takes_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    status, shown = on_a_terminal(90, *arguments, interrupt_at="starting")
    first, *_, last = (line for line in lines(shown) if line.strip())
    assert (status, first.split()[1]) == (130, "starting")
    assert last == "gdssm: interrupted; nothing was printed or written; the same command begins again"
    assert list(tmp_path.iterdir()) == []


# ---- Ctrl-C --------------------------------------------------------------------------------------


def test_an_interrupted_verification_says_where_it_was() -> None:
    status, shown = on_a_terminal(90, "verify", "P2", "OPTL", "--only", "symbolic", interrupt_at="1 of 2: OPTL")
    assert status == 130
    at = "OPTL: the best coefficients of L steps, with 1 of 2 claims judged"
    flat = " ".join(" ".join(lines(shown)).split())  # the line is broken between words
    stands = f"gdssm: interrupted at {at}; no verdict was printed and nothing written"
    assert f"{stands}; the same command begins again" in flat  # single claims were named
    assert "Traceback" not in shown


def stopping(*_: object, **__: object) -> Any:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("arguments", "module", "name", "said"),
    [
        (("verify", "P1"), verdict, "proved", "interrupted at P1: one step, scalar targets, with 0 of 1"),
        (("show", "P1"), verdict, "proved", "interrupted; nothing was printed; gdssm show P1 begins again"),
        (("errata",), judging, "judge_all", "no verdict was printed and nothing written; gdssm errata begins again"),
        (("coverage",), judging, "judge_all", "nothing written; gdssm coverage begins again"),
        (("predict", "-f2", "-N3"), prediction, "prediction", "interrupted; nothing was printed or written"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_what_is_interrupted_says_so_in_one_line(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    module: Any,
    name: str,
    said: str,
) -> None:
    monkeypatch.setattr(module, name, stopping)
    status, out, err = call(capsys, *arguments)
    assert (status, out, len(err.splitlines())) == (130, "", 1)
    assert said in err
    status, out, _ = call(capsys, *arguments, "--json")
    error = one_document(out)["error"]
    assert (status, error["key"], f"gdssm: {error['message']}\n") == (130, "interrupted", err)


def test_what_is_imported_for_the_command_line_can_be_interrupted() -> None:
    code = (
        "import builtins, sys; real = builtins.__import__\n"
        "def stop(name, *rest):\n"
        "    if name == 'typer': raise KeyboardInterrupt\n"
        "    return real(name, *rest)\n"
        "builtins.__import__ = stop; sys.argv = ['gdssm', 'glossary', '--json']\n"
        "from derivations.cli.start import run; run()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (130, 1)
    assert f"gdssm: {one_document(done.stdout)['error']['message']}\n" == done.stderr


def test_an_interrupted_check_says_which_files_are_checked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, files: list[str]
) -> None:
    from derivations.constructions import check

    checked: Callable[..., Any] = check.check
    results = [checked, stopping]
    monkeypatch.setattr(check, "check", lambda *given: results.pop(0)(*given))
    status, out, err = call(capsys, "check", *files)
    assert (status, out) == (130, "")
    assert err == f"gdssm: interrupted at {files[1]}, file 2 of 2. {files[0]}: proved; name the others to go on\n"


# ---- output that goes nowhere --------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [("verify",), ("coverage", "--json"), ("glossary",), ("--help",)], ids=" ".join)
def test_output_that_nobody_can_read_is_said_before_the_work(arguments: tuple[str, ...]) -> None:
    options: dict[str, Any] = {"stderr": subprocess.PIPE, "text": True, "timeout": 20, "check": False}
    closed = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", *COMMAND, *arguments], **options)
    assert (closed.returncode, closed.stderr) == (
        70,
        "gdssm: cannot write standard output: it is closed; nothing was done\n",
    )
    read, write = os.pipe()
    os.close(read)
    broken = subprocess.run([*COMMAND, *arguments], stdout=write, **options)
    os.close(write)
    assert (broken.returncode, broken.stderr) == (
        70,
        "gdssm: cannot write standard output: nobody reads it; nothing was done\n",
    )


class Gone(io.StringIO):
    """A stream whose reader has left."""

    def write(self, _: str) -> int:
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def test_a_reader_that_leaves_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, files: list[str]
) -> None:
    one, several = ("check", files[0]), ("check", *files)
    for arguments in (one, several, ("glossary",), ("glossary", "--json"), ("check", "--template")):
        with monkeypatch.context() as patched:
            patched.setattr(sys, "stdout", Gone())
            status = call(capsys, *arguments)[0]
        assert status == 70, arguments


def test_what_is_said_there_is_not_put_into_the_document() -> None:
    """With standard error closed, standard output still holds one document."""
    for arguments, status in ((("predict", "-f2", "-N3", "--json"), 0), (("verify", "P9", "--json"), 2)):
        done = subprocess.run(
            ["sh", "-c", 'exec "$@" 2>&-', "sh", *COMMAND, *arguments], stdout=subprocess.PIPE, text=True, check=False
        )
        assert done.returncode == status
        one_document(done.stdout)


# ---- folders -------------------------------------------------------------------------------------
def test_a_folder_where_a_picture_is_to_be_is_said_before_the_work(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "losses.png").mkdir()
    status, _, err = call(capsys, "train", "-f", "2", "-N", "3", "--updates", "2", "--plot", "--out", str(tmp_path))
    assert status == 2
    assert "losses.png is a folder where a file is to be" in err
    assert [path.name for path in tmp_path.iterdir()] == ["losses.png"]


@pytest.mark.parametrize("command", [("train", "-f2", "-N3"), ("reproduce", "fig1")], ids=" ".join)
def test_a_folder_that_cannot_be_used_is_said_before_the_work(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: tuple[str, ...]
) -> None:
    below = "result.json" if command[0] == "train" else "fig1/result.json"
    (tmp_path / "taken" / below).mkdir(parents=True)
    (tmp_path / "file").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    for out, said in (
        ("", "--out is empty: name a folder"),
        (str(tmp_path / "taken"), f"{tmp_path / 'taken' / below} is a folder where a file is to be"),
        (str(tmp_path / "file" / "below"), f"{tmp_path / 'file'} is a file; name a folder"),
    ):
        status, printed, err = call(capsys, *command, "--out", out)
        assert (status, printed, len(err.splitlines())) == (2, "", 1)
        assert said in err
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    status, _, err = call(capsys, *command, "--out", str(tmp_path / "new" / "run"))
    assert (status, err) == (2, f"gdssm: cannot write to the folder {tmp_path}; name another one\n")
    assert sorted(tmp_path.rglob("*")) == before


def test_what_cannot_be_read_is_said_before_the_others_are_checked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, files: list[str], tmp_path: Path
) -> None:
    from derivations.constructions import check

    monkeypatch.setattr(check, "check", stopping)
    err = call(capsys, "check", *files, str(tmp_path))[2]
    assert err.splitlines()[0] == f"gdssm: {tmp_path}: file: cannot be read: Is a directory"


# ---- help and completion -------------------------------------------------------------------------


def test_gdssm_alone_prints_help_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = call(capsys)
    assert (status, err) == (0, "")
    assert out == call(capsys, "--help")[1]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_a_short_option_for_help(capsys: pytest.CaptureFixture[str], command: str) -> None:
    arguments = [command] if command else []
    status, out, err = call(capsys, *arguments, "-h")
    assert (status, err) == (0, "")
    assert out == call(capsys, *arguments, "--help")[1]
    assert " ".join(["Usage: gdssm", *arguments]) in out


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("gdssm re", ["reproduce"]),
        ("gdssm train --targ", ["--targets"]),
        ("gdssm verify P", ["P1", "P2", "P3", "P4"]),
        ("gdssm reproduce fig1 --preset s", ["standard", "smoke"]),
        ("gdssm show P1 --format l", ["latex"]),
    ],
)
def test_a_shell_completes(typed: str, offered: list[str]) -> None:
    words = typed.split()
    asked = {"_GDSSM_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1)}
    assert program(**asked).stdout.split() == offered


# ---- the last line -------------------------------------------------------------------------------


def test_every_command_ends_with_what_came_out(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, said in (
        (("verify", "P1"), "The claim came out as this version of gdssm expects."),
        (("show", "P1"), "P1. Proposition: holds. Printed parameters: wrong. As corrected: proved."),
        (("glossary",), "29 names; the modules are those of the Python packages."),
        (
            ("predict", "-f2", "-N3"),
            "This is the best predictor of 1 step at f = 2, N = 3, exactly; x uniform on (-1, 1)",
        ),
        (("check", "--template"), "This is a construction that computes P2; save it as mine.toml"),
    ):
        status, out, err = call(capsys, *arguments)
        assert status == 0
        assert (out + err).splitlines()[-1].startswith(said)


def test_json_is_alone_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (("predict", "-f2", "-N3"), ("glossary",), ("check", "--template")):
        assert json.loads(call(capsys, *arguments, "--json")[1])["command"] == arguments[0]
