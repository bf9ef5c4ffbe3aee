"""Builds proofs of every kind, has them checked, and evaluates every statement that was accepted in plain fractions.

    python tests/fuzzing/theorem_fuzzer.py --theorems 100000 --seed 7 --kind calculation --minutes 60

What it hunts is a false theorem. A generator yields proofs of one kind, true ones and near misses; `plain_statements`
judges what the checker accepts. The same seed gives the same proofs.
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from random import Random

if __name__ == "__main__":  # the generators import this module by its name, and are to register there
    sys.path.insert(0, str(Path(__file__).parent))

from plain_statements import NOTHING, Failure, Given, Unfit, holds, points, require_no_circle
from plain_text import told_theorem

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.limits import Limit
from gdssm_symbolic.kernel.expressions import ShapeError
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Proof, Theorem

#: The files with generators.
GENERATORS = (
    "fuzz_proofs",
    "fuzz_random_data",
    "fuzz_powers",
    "fuzz_merged_powers",
    "fuzz_recurrences",
    "fuzz_corners",
    "fuzz_names",
    "fuzz_blocks",
    "fuzz_theories",
    "fuzz_systems",
    "fuzz_equations",
    "fuzz_unit_vectors",
)
#: Kinds of which fewer theorems are evaluated than of others, since each takes longer.
SHARES = {"gradient expansion": 0.25, "by-coefficients": 0.8, "absurdity": 0.8}
#: How many proofs are tried at most for each theorem that is asked for.
TRIES = 40


@dataclass(frozen=True)
class Candidate:
    """A proof to be tried, what makes its assumptions true, and how it was made."""

    proof: Proof
    given: Given = NOTHING
    made: str = ""


Generator = Callable[[Random], Iterable[Candidate]]
_generators: dict[str, list[Generator]] = {}


def generator(kind: str) -> Callable[[Generator], Generator]:
    """Registers what makes proofs of a kind."""

    def register(function: Generator) -> Generator:
        _generators.setdefault(kind, []).append(function)
        return function

    return register


def load() -> Mapping[str, list[Generator]]:
    """All generators, by kind."""
    for name in GENERATORS:
        importlib.import_module(name)
    return _generators


@dataclass
class Count:
    """How many proofs of a kind were tried, and what became of them."""

    tried: int = 0
    accepted: int = 0
    evaluated: int = 0
    serious: int = 0
    points: int = 0
    unfit: int = 0


@dataclass(frozen=True)
class Found:
    """A false theorem, and how to see it again."""

    kind: str
    seed: int
    attempt: int
    made: str
    statement: str
    what: str

    def __str__(self) -> str:
        return (
            f"[{self.kind}, seed {self.seed}, attempt {self.attempt}, {self.made}]\n  {self.statement}\n  {self.what}"
        )


@dataclass
class Report:
    """What a run of the fuzzer found."""

    counts: dict[str, Count] = field(default_factory=dict)
    failures: list[Found] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def evaluated(self) -> int:
        return sum(count.evaluated for count in self.counts.values())

    def table(self) -> str:
        head = f"{'kind':<20}{'tried':>9}{'accepted':>10}{'evaluated':>11}{'non-trivial':>13}{'points':>10}{'unfit':>8}"
        lines = [head]
        for kind, c in self.counts.items():
            share = f"{c.serious} ({100 * c.serious // max(c.accepted, 1)}%)"
            lines.append(
                f"{kind:<20}{c.tried:>9}{c.accepted:>10}{c.evaluated:>11}{share:>13}{c.points:>10}{c.unfit:>8}"
            )
        rate = self.evaluated / max(self.seconds, 1e-9)
        lines.append(f"{self.evaluated} theorems in {self.seconds:.0f} s, {rate:.0f} per second; ")
        lines[-1] += f"{len(self.failures)} false"
        return "\n".join(lines)


def run(
    count: int,
    seed: int,
    kinds: Iterable[str] | None = None,
    progress: Callable[[Report], None] | None = None,
    minutes: float | None = None,
    named: str | None = None,
) -> Report:
    """Tries proofs until `count` theorems are evaluated, as many of each kind, or the minutes are over.

    If a generator is `named`, the proofs are its alone.
    """
    table = {kind: [one for one in made if named in (None, one.__name__)] for kind, made in load().items()}
    chosen = list(table) if kinds is None else list(kinds)
    report = Report({kind: Count() for kind in chosen})
    started = time.monotonic()
    shares = {kind: SHARES.get(kind, 1.0) for kind in chosen}
    wanted = {kind: ceil(count * share / sum(shares.values())) for kind, share in shares.items()}
    attempt, open_kinds = 0, list(chosen)
    while open_kinds:
        for kind in list(open_kinds):
            state = report.counts[kind]
            if state.evaluated >= wanted[kind] or state.tried >= TRIES * wanted[kind]:
                open_kinds.remove(kind)
                continue
            _attempt(report, table[kind], kind, seed, attempt)
        attempt += 1
        report.seconds = time.monotonic() - started
        if progress and attempt % 2 == 0:
            progress(report)
        if minutes is not None and report.seconds > 60 * minutes:
            break
    return report


def _attempt(report: Report, generators: list[Generator], kind: str, seed: int, attempt: int) -> None:
    """The proofs that one call of one generator yields."""
    rng = Random(f"{seed}/{kind}/{attempt}")
    made = rng.choice(generators)
    with told(kind, seed, attempt, made):
        for candidate in _until_refused(iter(made(rng))):
            report.counts[kind].tried += 1
            _try(report, candidate, kind, seed, attempt, rng)


def _until_refused(candidates: Iterator[Candidate]) -> Iterator[Candidate]:
    """What a generator yields, until the language refuses what it builds."""
    candidate: Candidate | None = None
    while True:
        with suppress_refusals():
            candidate = next(candidates, None)
        if candidate is None:
            return
        yield candidate
        candidate = None


@contextmanager
def told(kind: str, seed: int, attempt: int, made: Generator) -> Iterator[None]:
    """Says of an exception that is no refusal, and so a fault of its own, how to see it again."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"the fuzzer, kind {kind!r}, seed {seed}, attempt {attempt}, {made.__name__}")
        raise


@contextmanager
def suppress_refusals() -> Iterator[None]:
    """Lets pass what the library documents as a refusal, and no other exception."""
    try:
        yield
    except REFUSALS:
        pass
    except (ValueError, TypeError) as error:
        if not any(text in str(error) for text in REFUSED):
            raise


#: What the checker and the language say no with; TooMuchWork is an OutsideLanguage.
REFUSALS = (OutsideLanguage, ProofError, ShapeError)
#: What else the language says: of a value of another type.
REFUSED = "no exact SymPy scalar", "is an integer symbol", "is no integer", "stands where"


def _try(report: Report, candidate: Candidate, kind: str, seed: int, attempt: int, rng: Random) -> None:
    state, theorem = report.counts[kind], None
    with suppress_refusals():
        theorem = check(candidate.proof)
    if theorem is None:
        return
    state.accepted += 1
    state.serious += is_serious(theorem)
    fit, failure = evaluate(theorem, rng, candidate.given, state)
    state.evaluated += fit
    if failure is not None:
        report.failures.append(Found(kind, seed, attempt, candidate.made, told_theorem(theorem), str(failure)))


def evaluate(theorem: Theorem, rng: Random, given: Given, state: Count) -> tuple[bool, Failure | None]:
    """Was there a point at which the assumptions were true? And what is wrong with the statement, if anything is."""
    fit = False
    try:
        require_no_circle(theorem, given)
    except Unfit:
        return False, None
    for point in points(theorem, rng, given):
        try:
            failure = holds(theorem, point, given)
        except Unfit:
            state.unfit += 1
            continue
        state.points += 1
        fit = True
        if failure is not None:
            return True, failure
    return fit, None


def is_serious(theorem: Theorem) -> bool:
    """Does the theorem use a lemma, a definition or an assumption, and are its two sides written differently?"""
    statement = theorem.statement
    same = isinstance(statement, Equation | Limit) and statement.parts[0] == statement.parts[1]
    return bool(theorem.lemmas or theorem.meanings or theorem.assumptions) and not same


#: What tells one reason from another: its words, without the values.
VALUES = re.compile(r"\d+|\(.*|sum over .*|power .*|is no integer.*| at .*")


def smallest(found: Iterable[Found]) -> Iterator[Found]:
    """For each kind and reason the one with the shortest statement."""
    best: dict[tuple[str, str], Found] = {}
    for one in found:
        key = one.kind, VALUES.sub("", one.what)
        if key not in best or len(one.statement) < len(best[key].statement):
            best[key] = one
    yield from sorted(best.values(), key=lambda one: (one.kind, len(one.statement)))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--theorems", type=int, default=3000, help="how many theorems are evaluated")
    parser.add_argument("--seed", type=int, default=0, help="of everything that is drawn")
    parser.add_argument("--kind", action="append", choices=list(load()), help="may be repeated; all if left out")
    parser.add_argument("--generator", help="its name, with --kind; all if left out")
    parser.add_argument("--minutes", type=float, help="stop after so many minutes")
    parser.add_argument("--show", type=int, default=30, help="how many failures are shown")
    options = parser.parse_args(arguments)

    def progress(report: Report) -> None:
        line = f"\r{report.evaluated} theorems, {report.seconds:.0f} s, {len(report.failures)} false"
        print(line, end="", file=sys.stderr, flush=True)

    report = run(options.theorems, options.seed, options.kind, progress, options.minutes, options.generator)
    print(file=sys.stderr)
    for one in list(smallest(report.failures))[: options.show]:
        print(f"FALSE {one}\n")
    print(report.table())
    return int(bool(report.failures))


if __name__ == "__main__":
    import theorem_fuzzer

    sys.exit(theorem_fuzzer.main())
