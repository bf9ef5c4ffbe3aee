"""Recurrence files that went wrong: those of the gallery with changed words, values, keys, and bombs.

    python tests/broken_files.py --count 10000 --first 0

checks as many, with limits of time and memory for each, and prints every file that ends neither in a verdict nor in an
error that names a key, or takes too long.
"""

from __future__ import annotations

import argparse
import datetime
import resource
import signal
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

from derivations.errors import InputError
from derivations.recurrences.check import check
from derivations.recurrences.grammar import WORD
from derivations.recurrences.templates import TEMPLATES
from derivations.recurrences.toml_file import stated

SECONDS = 2.0  # for one file
MEMORY = 1 << 30  # bytes, beyond what a process has before the first file
FOLDER = Path(__file__).parents[1] / "recurrences"
FILES = [tomllib.loads(file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.toml"))]
FILES += [tomllib.loads(text) for text in TEMPLATES.values()]

Table = dict[str, Any]
Path_ = tuple[Any, ...]


#: Words of the grammar, and such as look like them.
WORDS = [
    *("+", "-", "*", "/", "^", "^T", "^2", "^-1", "^(t-i)", "ᵀ", "²", "³", "'", "(", ")", "[", "]", "[t-1]", "[t]"),
    *("[i]", "[t+1]", "[0]", "[-1]", "|", "|^2", "<", ">", ",", ";", "=", "..", "…", "⊙", ".*", "**", ".", "0", "1"),
    *("2", "1/2", "1/0", "0.5", "99", "10000000000", "9" * 39, "9" * 50, "I", "I(m)", "I(0)", "I(t)", "T", "t", "tr("),
    *("inv(", "diag(", "sum(i = 1..t,", "prod(j = 1..t,", "prod(j = t..1,", "sum(i = t..1,", "sum(i = 1..10^9,"),
    *("prod(j = 1..10^9,", "sum(", "prod(", "Σ", "Π", "∑", "k", "v", "q", "S", "beta", "β", "m", "d", "C", "S'", "k'"),
    *(
        "К",
        "ѕ",
        "Ｓ",
        "µ",
        "ο",
        "ſ",
        "K",
        "∇",
        "Ŝ",
        "S\u0302",
        "S\u0303\u0303",
        "\u200b",
        "\u202e",
        "\x00",
        "\x1b[2J",
        "\n",
    ),
    *(
        "\t",
        "\ud7ff",
        "🙂",
        "’",
        "′",
        "ᵗ",
        "₁",
        "k_1",
        "k1",
        "S_t",
        "beta_t",
        "import",
        "__class__",
        "lambda",
        "%",
        "$",
        "\\",
    ),
]
#: Values of every type of TOML.
VALUES: list[Any] = [
    *("", " ", "0", "1", "-1", "any", "m", "d m", "1 1", "m m m", "m+n", "m-1", "64", "65", "0 m", "S", "other", "S k"),
    *(0, 1, -1, 2, 10**30, -(10**30), 1.5, float("nan"), float("inf"), True, False, [], ["1"], ["1", "1"], [[]], {}),
    *({"shape": "m"}, {"shape": "m", "count": "B"}, {"shape": "d m", "start": "0", "update": "S"}, [{}], ["S"] * 100),
    *(datetime.date(2026, 1, 1), datetime.time(1), datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), "a" * 5000),
    *("\x00", "S\n", "m " * 1000, "+".join("m" * 1000), "x" * 10**5),
]
KEYS = [
    *(
        "data",
        "constants",
        "layer",
        "other",
        "claim",
        "expected",
        "S",
        "k",
        "v",
        "m",
        "shape",
        "start",
        "update",
        "rate",
    ),
    *("output", "algorithm", "loss", "steps", "decay", "left", "right", "momentum", "same_as", "relation", "formula"),
    *(
        "of",
        "chunk",
        "length",
        "count",
        "t",
        "T",
        "I",
        "",
        " ",
        "К",
        "S\u0302",
        "β",
        "beta",
        "Ｓ",
        "k_1",
        "x" * 30,
        "\x00",
    ),
]


def places(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Every value in a table, with the keys that lead to it."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield (*path, key), part
        yield from places(part, (*path, key))


def put(table: Table, path: Path_, value: Any) -> None:
    for key in path[:-1]:
        table = table[key]
    table[path[-1]] = value


def formula_place(table: Table, rng: Random) -> tuple[Path_, str]:
    """A formula of the file, or sometimes a text that is none."""
    texts = [(path, text) for path, text in places(table) if isinstance(text, str)]
    long = [one for one in texts if len(one[1]) > 3 and one[0][0] in ("layer", "other", "claim")]
    return rng.choice(long if long and rng.random() < 0.9 else texts)


def words(text: str) -> list[str]:
    return [one["word"] for one in WORD.finditer(text) if one["word"]]


def other_words(table: Table, rng: Random) -> None:
    """A few words of a formula are others, left out, doubled, swapped, or from another file."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        path, text = formula_place(table, rng)
        found = words(text)
        if not found:
            continue
        k, elsewhere = rng.randrange(len(found)), words(formula_place(rng.choice(FILES), rng)[1])
        match rng.randrange(6):
            case 0:
                found[k] = rng.choice(WORDS)
            case 1:
                found.insert(k, rng.choice(WORDS))
            case 2:
                del found[k]
            case 3:
                found.insert(k, rng.choice(found))
            case 4:
                found[k] = rng.choice(found)
            case _:
                start = rng.randrange(len(elsewhere) or 1)
                found[k : k + rng.randrange(3)] = elsewhere[start : start + rng.randrange(1, 8)]
        put(
            table,
            path,
            rng.choice(("", " ", " ")).join(found) if rng.random() < 0.2 else " ".join(found).replace(" [", "["),
        )


def other_value(table: Table, rng: Random) -> None:
    """A key has a value of another type, or a text that belongs elsewhere."""
    path, _ = rng.choice(list(places(table)))
    put(table, path, deepcopy(rng.choice(VALUES)))


def other_key(table: Table, rng: Random) -> None:
    """A key is another, is missing, or is there twice."""
    path, value = rng.choice(list(places(table)))
    inside = table
    for key in path[:-1]:
        inside = inside[key]
    if isinstance(inside, list):
        inside.append(value)
        return
    if rng.random() < 0.7:
        del inside[path[-1]]
    if rng.random() < 0.8:
        inside[rng.choice(KEYS)] = value


def made(rng: Random, letters: list[str], depth: int) -> str:
    """A formula that keeps to the grammar, whether or not its sizes fit."""
    if depth == 0:
        return rng.choice((*letters, *letters, "1", "2", "0", "I", "t", "1/2"))

    def go() -> str:
        return made(rng, letters, depth - 1)

    match rng.randrange(14):
        case 0 | 1:
            return f"({go()} {rng.choice('+-')} {go()})"
        case 2 | 3 | 4:
            return f"{go()} {go()}"
        case 5:
            return f"({go()})^T"
        case 6:
            return f"({go()})^{rng.choice(('2', '3', '-1', '64', 't', '(t-1)', 'm', 'C'))}"
        case 7:
            return f"{go()} / ({go()})"
        case 8:
            return f"{rng.choice(('inv', 'tr', 'diag'))}({go()})"
        case 9:
            return f"[{go()}, {go()}; {go()}, {go()}]"
        case 10:
            return f"<{go()}, {go()}>"
        case 11:
            return f"|{made(rng, letters, 0)} - {made(rng, letters, 0)}|^2"
        case 12:
            i = rng.choice("ijr")
            bounds = rng.choice(
                ("1..t", "1..m", "t..1", "i..t", "1..C", "t+1..t+C", "1..10^9", "-5..5", "1..99", "0..t")
            )
            body = made(rng, [*letters, f"{rng.choice(letters)}[{i}]", i], depth - 1)
            return f"{rng.choice(('sum', 'prod'))}({i} = {bounds}, {body})"
        case _:
            return f"{rng.choice(letters)}[{rng.choice(('t', 't-1', 'i', '1', 't, 1', 't+1', 'm'))}]"


def letters_of(table: Table) -> list[str]:
    sections = (table.get(one) for one in ("data", "constants", "layer"))
    return [key for one in sections if isinstance(one, dict) for key in one if key != "output"] or ["k"]


def other_formula(table: Table, rng: Random) -> None:
    path, _ = formula_place(table, rng)
    put(table, path, made(rng, letters_of(table), rng.randrange(1, 5)))


def shapes_of(table: Table) -> dict[str, tuple[str, str]]:
    """What can be written for the letters of a file, and its sizes."""
    found = {}
    for section in ("data", "constants", "layer"):
        entries = table.get(section)
        for letter, entry in entries.items() if isinstance(entries, dict) else ():
            shape = entry.get("shape") if isinstance(entry, dict) else entry
            sizes = shape.split() if isinstance(shape, str) else []
            if letter != "output" and 0 < len(sizes) < 3:
                member = f"{letter}[1]" if isinstance(entry, dict) and "count" in entry else letter
                found[member] = (sizes[0], sizes[1] if len(sizes) == 2 else "1")
    return found or {"k": ("m", "1")}


def fitting(rng: Random, letters: dict[str, tuple[str, str]], shape: tuple[str, str], depth: int) -> str:
    """A formula of this shape, whose sizes fit."""
    rows, columns = shape
    atoms = [one for one, own in letters.items() if own == shape]
    atoms += [f"{one}^T" for one, own in letters.items() if own == (columns, rows)]
    atoms += ["1", "2", "1/2"] if shape == ("1", "1") else ["I", "2 I"] if rows == columns else ["0"]
    if depth == 0:
        return rng.choice(atoms)

    def go(*other: str) -> str:
        return fitting(rng, letters, other or shape, depth - 1)

    inner = rng.choice([size for own in letters.values() for size in own])
    kind = rng.randrange(16)
    if kind < 3:
        return f"({go()} {rng.choice('+-')} {go()})"
    if kind < 7:
        return f"{go(rows, inner)} {go(inner, columns)}"
    if kind == 7:
        return f"{go('1', '1')} {go()}"
    if kind == 8:
        return f"{go()} / ({go('1', '1')})"
    if kind == 9:
        return f"({go(columns, rows)})^T"
    if kind < 12:
        i = rng.choice("ijr")
        bounds = rng.choice(("1..t", "t..1", "1..C", "t+1..t+C", "1..t-1", "i+1..t", "j..t", "1..3", "1..50", "1..m"))
        at = {f"{one}[{i}]": own for one, own in letters.items() if "[" not in one}
        which = rng.choice(("sum", "prod") if rows == columns else ("sum",))
        return f"{which}({i} = {bounds}, {fitting(rng, {**letters, **at}, shape, depth - 1)})"
    if kind == 12 and rows == columns:
        exponent = rng.choice(("2", "3", "-1", "t", "(t-1)", "0", "7"))
        return rng.choice((f"inv({go()})", f"({go()})^{exponent}"))
    if shape == ("1", "1"):
        return rng.choice((f"tr({go(inner, inner)})", f"|{go(inner, '1')}|^2", f"<{go(inner, '1')}, {go(inner, '1')}>"))
    return rng.choice((f"diag({go(rows, '1')})", f"{go()} ⊙ {go()}", go(), go(), go()))


def another_that_fits(table: Table, rng: Random) -> None:
    """A formula is another of the same size."""
    letters = shapes_of(table)
    path, _ = formula_place(table, rng)
    of = path[1] if path[-1] in ("update", "start") else "S"
    shape = letters.get(of, ("d", "m"))
    if path[-1] in ("loss", "rate", "momentum"):
        shape = ("1", "1")
    if path[-1] == "output" or (path[-1] == "formula" and "of" not in table["claim"]):
        shape = rng.choice((("d", "1"), ("d", "1"), *letters.values()))
    put(table, path, fitting(rng, letters, shape, rng.randrange(1, 4)))


def grown(table: Table, rng: Random) -> None:
    """A formula with something of its size added to it, or a factor of size 1."""
    letters = shapes_of(table)
    path, text = formula_place(table, rng)
    if path[-1] in ("loss", "rate", "update", "start", "formula", "chunk", "output", "decay"):
        of = letters.get(path[1], letters.get("S", ("d", "m")))
        shape = ("1", "1") if path[-1] in ("loss", "rate") else ("d", "1") if path[-1] == "output" else of
        more = fitting(rng, letters, shape, rng.randrange(3))
        one = fitting(rng, letters, ("1", "1"), rng.randrange(3))
        put(table, path, rng.choice((f"{text} + {more}", f"({text}) {one}", f"({text}) / (1 + {one})")))


WRAPPED: list[Callable[[str], str]] = [
    lambda inner: f"({inner})",
    lambda inner: f"-({inner})",
    lambda inner: f"({inner})^2",
    lambda inner: f"({inner})^T",
    lambda inner: f"({inner})^-1",
    lambda inner: f"inv({inner})",
    lambda inner: f"inv(I + {inner})",
    lambda inner: f"1 / (1 + {inner})",
    lambda inner: f"|{inner}|^2",
    lambda inner: f"<{inner}, {inner}>",
    lambda inner: f"tr({inner})",
    lambda inner: f"[{inner}]",
    lambda inner: f"[{inner}, {inner}; {inner}, {inner}]",
    lambda inner: f"({inner}) + ({inner})",
    lambda inner: f"({inner}) ({inner})",
    lambda inner: f"({inner} + {inner}) ({inner} + {inner})",
    lambda inner: f"sum(i = 1..t, {inner})",
    lambda inner: f"sum(j = 1..50, {inner})",
    lambda inner: f"prod(j = 1..50, {inner})",
    lambda inner: f"prod(j = 1..t, {inner})",
    lambda inner: f"({inner})^64",
    lambda inner: f"{inner} {inner}",
    lambda inner: f"{inner} + {inner}",
]


def bomb(table: Table, rng: Random) -> None:
    """A formula, or one of its letters, wrapped again and again, or a very long one."""
    path, text = formula_place(table, rng)
    inner = rng.choice((text, rng.choice(letters_of(table)), "beta", "2", "k k^T", "S", "1 + beta", "gamma"))
    wraps = rng.sample(WRAPPED, rng.choice((1, 1, 2)))
    for k in range(rng.choice((1, 2, 3, 5, 8, 12, 29, 40))):
        if len(inner) > 3_900 // (1 + (rng.random() < 0.9)):
            break
        inner = wraps[k % len(wraps)](inner)
    put(table, path, rng.choice((inner, inner, f"{text} + {inner}", f"{inner} {text}", f"({inner}) ({text})")))


CHANGES = (
    *(other_words, other_words, other_value, other_key, other_formula, bomb),
    *(another_that_fits, another_that_fits, another_that_fits, grown, grown, grown),
)


def broken(seed: int) -> Table:
    """A file of the gallery with some changes."""
    rng = Random(seed)
    table = deepcopy(rng.choice(FILES))
    for change in rng.choices(CHANGES, k=rng.choice((1, 1, 1, 2))):
        if any(isinstance(text, str) for _, text in places(table)):
            change(table, rng)
    return table


def outcome(table: Table) -> str:
    """The verdict on a file, or that it is refused."""
    try:
        checked = check(stated(table))
        checked.fields()
        return str(checked.verdict)
    except InputError as error:
        if not (error.key.isprintable() and error.message.isprintable() and 0 < len(error.message) < 1_000):
            raise ValueError(f"{error.key!r}: {error.message!r}") from error
        return "refused"


# ---- many, with limits -----------------------------------------------------------------------------


def too_long(*_: object) -> None:
    raise TimeoutError


def main() -> None:
    """Check many files; print those that go wrong, and how many came out in which way."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    with Path("/proc/self/statm").open() as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    signal.signal(signal.SIGPROF, too_long)
    counts, slow = Counter[str](), list[tuple[float, int]]()
    for seed in range(options.first, options.first + options.count, options.every):
        table, begun = broken(seed), time.process_time()
        signal.setitimer(signal.ITIMER_PROF, 20)
        try:
            told = outcome(table)
        except Exception as error:  # noqa: BLE001 - what goes wrong is what is looked for
            told = "ERROR"
            print(f"{seed}: {type(error).__name__}: {str(error)[:200]}", flush=True)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        took = time.process_time() - begun
        if took > SECONDS:
            print(f"{seed}: {took:.1f} s, {told}", flush=True)
        counts[told] += 1
        slow.append((took, seed))
    print(
        counts, "slowest", sorted(slow)[-5:], "peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "MiB"
    )


if __name__ == "__main__":
    main()
