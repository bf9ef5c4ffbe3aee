"""Files that are never half-written, whoever writes and whatever lies in the folder; and the lock of a folder."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from derivations.errors import InputError
from derivations.training.lock import locked
from gdssm_numeric.files import replace_file

WRITER = """
import sys
from pathlib import Path
from gdssm_numeric.files import replace_file
print("begun", flush=True)
for _ in range(100):
    replace_file(Path(sys.argv[1]), sys.argv[2].encode() * 2_000_000)
"""
HOLDER = """
import sys, time
from pathlib import Path
from derivations.training.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def started(code: str, *arguments: object) -> subprocess.Popen[str]:
    """A process, when it has said its first line."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline()
    return process


def test_a_reader_finds_whole_files_while_two_processes_write(tmp_path: Path) -> None:
    """They write as fast as they can, not the same; each read is all of one or all of the other."""
    path = tmp_path / "result.json"
    whole = {letter.encode() * 2_000_000 for letter in "ab"}
    replace_file(path, b"a" * 2_000_000)
    with started(WRITER, path, "a") as one, started(WRITER, path, "b") as other:
        seen, reads = set(), 0
        while one.poll() is None or other.poll() is None:
            seen.add(path.read_bytes())
            reads += 1
    assert (one.returncode, other.returncode) == (0, 0)
    assert seen <= whole, "a read found something else"
    assert reads > 100
    assert os.listdir(tmp_path) == ["result.json"]


def test_no_link_is_followed(tmp_path: Path) -> None:
    mine, path = tmp_path / "mine", tmp_path / "checkpoint.pt"
    mine.write_text("mine")
    for name in ("checkpoint.pt", "checkpoint.pt.partial", ".checkpoint.pt.partial"):
        (tmp_path / name).symlink_to(mine)
    replace_file(path, b"ours")
    assert mine.read_text() == "mine"
    assert (path.is_symlink(), path.read_bytes()) == (False, b"ours")
    (tmp_path / ".lock").symlink_to(mine)
    with pytest.raises(OSError, match="symbolic links"), locked(tmp_path):
        pass
    assert mine.read_text() == "mine"


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_a_file_has_the_mode_of_any_other(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        replace_file(tmp_path / "ours", b"")
        (tmp_path / "theirs").touch()
    finally:
        os.umask(before)
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("ours", "theirs")]
    assert modes == [0o640, 0o640]


def test_a_lock_is_free_again_when_its_holder_is_killed(tmp_path: Path) -> None:
    with started(HOLDER, tmp_path) as holder:
        with pytest.raises(InputError, match="another process is at work"), locked(tmp_path):
            pass
        (tmp_path / ".result.json.abc.gdssm-partial").write_text("half")
        (tmp_path / ".download.partial").write_text("not ours")
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with locked(tmp_path):
            assert sorted(os.listdir(tmp_path)) == [".download.partial", ".lock"]
