"""Certificates: statements in Coq and their proofs, compiled by Coq's kernel, and which claim has which.

The folder `certificates` of the repository holds them. A statement is a definition `Definition P2 : Prop := …` whose
comment names the claims, or the files of recurrences/, that it is about, each as a word of its own. Sentences of the
comment with the words "NOT certified" say what belongs to the claim and is not part of the statement. `Certified.v` and
the like prove each statement and print on which axioms the proof rests: on none.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .errors import InputError
from .paper.id_list import RETIRED, listed

#: Where they are in the repository, from its root.
FOLDER, RECURRENCES = Path("certificates"), Path("recurrences")
#: What Debian calls Coq and the libraries that are needed.
PACKAGES = "coq libcoq-mathcomp-algebra libcoq-mathcomp-real-closed"
#: What a certificate may not contain: whatever is taken without a proof.
FORBIDDEN = re.compile(
    r"\b(Admitted|admit|Axioms?|Parameters?|Conjectures?|Hypothes[ie]s|Variables?|Abort|Obligation|bypass_check"
    r"|Unset\s+(?:Guard|Positivity|Universe)\s+\w+|type_in_type)\b"
)
#: These may stand within a section only, where they are what the section's theorems are about.
WITHIN_SECTIONS = re.compile(r"Hypothes[ie]s|Variables?")
COMMENT_OR_STATEMENT = re.compile(r"\(\*(.*?)\*\)|^Definition (\w+) : Prop :=(.*?\.)(?=\s)", re.DOTALL | re.MULTILINE)
PROVED = re.compile(r"Theorem (\w+)_certified : (\w+)\.(\w+)\.\s+Proof\. exact @?\w+\. Qed\.")
CLOSED = "Closed under the global context"
#: A claim, a theorem of one, or a file of recurrences/.
WORD = re.compile(r"\w+(?:\.T\d+)?")
#: What a comment marks so, and the end of a sentence.
NOT_CERTIFIED, SENTENCE_END = "NOT certified", re.compile(r"(?<=\.) (?=[A-Z])")
#: So many seconds a file may take.
LONGEST = 600


class NotCertified(Exception):
    """A certificate that Coq does not accept, or that takes something without a proof."""


@dataclass(frozen=True)
class Certified:
    """A statement, the ids that it is about, the fingerprint of its text with its definitions, and what its comment
    says is not certified.
    """

    name: str
    ids: tuple[str, ...]
    file: str
    sha256: str
    not_certified: tuple[str, ...]

    def entry(self) -> dict[str, Any]:
        """The certificate for a program."""
        return {
            "name": self.name,
            "about": list(self.ids),
            "file": self.file,
            "sha256": self.sha256,
            "not_certified": list(self.not_certified),
        }


@dataclass(frozen=True)
class Certificates:
    """The certificates in a folder; nothing is compiled before `compile` is called."""

    folder: Path

    def __post_init__(self) -> None:
        if not self._project.is_file():
            raise InputError(
                "certificates", f"{self.folder} holds no certificates; they are in the repository, not in the package"
            )

    @property
    def _project(self) -> Path:
        return self.folder / "_CoqProject"

    @cached_property
    def _lines(self) -> tuple[str, ...]:
        return tuple(self._project.read_text("utf-8").splitlines())

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The files, each after those that it needs."""
        return tuple(line for line in self._lines if line.endswith(".v"))

    @property
    def _options(self) -> tuple[str, ...]:
        words = [line.split() for line in self._lines if line.startswith("-")]
        return tuple(word for line in words for word in (line[1:] if line[0] == "-arg" else line))

    def by_id(self) -> dict[str, list[Certified]]:
        """Return what is proved by the claims, theorems and files of recurrences/ that it is about. Raises as
        `statements`.
        """
        found = defaultdict[str, list[Certified]](list)
        for one in self.statements():
            for name in one.ids:
                found[name].append(one)
        return dict(found)

    def statements(self) -> tuple[Certified, ...]:
        """Return what is proved, with the ids that stand in the comment of each statement.

        Raises NotCertified if a statement is about nothing that there is, or has no proof that is held against it.
        """
        known = {name for claim, ids in listed().items() for name in (claim, *ids)} - {RETIRED}
        known |= {file.stem for file in (self.folder.parent / RECURRENCES).glob("*.toml")}
        proved = {one for file in self.files for one in self._proved(file)}
        found, definitions = (
            [],
            list[str](),
        )  # the texts before a file that can be part of the meaning of its statements
        for file in self.files:
            module, text = Path(file).stem, self._text(file)
            comment, defined = "", "\n".join((*definitions, text))
            for remark, name, body in COMMENT_OR_STATEMENT.findall(text):
                comment = remark or comment
                if not name:
                    continue
                ids = tuple(word for word in dict.fromkeys(WORD.findall(comment)) if word in known)
                if not ids:
                    raise NotCertified(f"{file}: the comment of {name} names no claim and no file of recurrences/")
                if (module, name) not in proved:
                    raise NotCertified(f"{file}: {name} is stated and not proved")
                fingerprint = sha256(f"{defined}\n{body}".encode()).hexdigest()
                found.append(Certified(name, ids, file, fingerprint, not_certified(comment)))
            definitions += [] if "/" in file else [text]
        return tuple(found)

    def _proved(self, file: str) -> Iterator[tuple[str, str]]:
        """Yield what a file holds against its proof: the file of the statement and its name."""
        for title, module, name in PROVED.findall(self._text(file)):
            if title != name:
                raise NotCertified(f"{file}: {title}_certified is about {name}")
            yield module, name

    def _text(self, file: str) -> str:
        path = self.folder / file
        if not path.is_file():
            raise NotCertified(f"{file}: named in _CoqProject, and not there")
        return path.read_text("utf-8")

    def require_nothing_taken(self) -> None:
        """Raise NotCertified if a file takes something without a proof."""
        for file in self.files:
            depth = 0
            for number, line in enumerate(without_comments(self._text(file)).splitlines(), 1):
                depth += bool(re.match(r"\s*Section\b", line)) - bool(re.match(r"\s*End\b", line))
                for found in FORBIDDEN.finditer(line):
                    if not (depth > 0 and WITHIN_SECTIONS.fullmatch(found[0])):
                        raise NotCertified(f"{file}, line {number}: {found[0]} takes something without a proof")

    def compile(self, progress: Callable[[int, str], object] = lambda _number, _file: None) -> None:
        """Compile all files with Coq, in a folder of its own, and look at what each theorem rests on.

        Raises InputError if there is no Coq, and NotCertified for what it does not accept.
        """
        coqc = shutil.which("coqc")
        if coqc is None:
            raise InputError("certificates", f"Coq is not installed; on Debian: apt-get install {PACKAGES}")
        self.require_nothing_taken()
        with TemporaryDirectory() as work:
            for file in self.files:
                (Path(work) / file).parent.mkdir(exist_ok=True)
                (Path(work) / file).write_text(self._text(file), "utf-8")
            for number, file in enumerate(self.files):
                progress(number, file)
                self._compiled(coqc, file, Path(work))

    def _compiled(self, coqc: str, file: str, work: Path) -> None:
        command = [coqc, "-q", *self._options, file]
        try:
            done = subprocess.run(  # noqa: S603 - Coq, with options and files of the repository
                command, cwd=work, capture_output=True, text=True, timeout=LONGEST, check=False
            )
        except subprocess.TimeoutExpired:
            raise NotCertified(f"{file}: takes more than {LONGEST} seconds") from None
        if done.returncode != 0:
            raise NotCertified(f"{file}: Coq does not accept it\n{done.stderr.strip() or done.stdout.strip()}")
        asked = len(re.findall(r"^Print Assumptions", without_comments(self._text(file)), flags=re.MULTILINE))
        theorems = len(PROVED.findall(self._text(file)))
        if theorems > asked:
            raise NotCertified(f"{file}: {theorems - asked} theorems do not print what they rest on")
        if done.stdout.count(CLOSED) != asked or "Axioms:" in done.stdout:
            raise NotCertified(f"{file}: a theorem rests on axioms\n{done.stdout.strip()}")


def not_certified(comment: str) -> tuple[str, ...]:
    """Return the sentences of a comment that say what is not certified, each on one line."""
    sentences = SENTENCE_END.split(" ".join(comment.split()))
    return tuple(sentence for sentence in sentences if NOT_CERTIFIED in sentence)


def without_comments(text: str) -> str:
    """Return Coq text without its comments, which may stand inside one another; its lines stay where they are."""
    kept, depth = [], 0
    for part in re.split(r"(\(\*|\*\)|\n)", text):
        if part == "(*":
            depth += 1
        elif part == "*)" and depth:
            depth -= 1
        elif part == "\n" or not depth:
            kept.append(part)
    return "".join(kept)
