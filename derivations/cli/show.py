"""What was found, told: `gdssm show`, `gdssm errata`, `gdssm coverage`, `gdssm glossary`."""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from derivations.errors import InputError
from derivations.progress import Steps, starting
from derivations.terminal import complain, conclude

from .console import Format, Json, choose, claim_ids, fail, interruptible, print_json, written
from .verify import judged, settled

if TYPE_CHECKING:
    from gdssm_symbolic.writing.documents import Block


Preamble = Annotated[
    bool, typer.Option("--preamble", help="With --format latex: a whole document, which compiles as it stands.")
]
Place = Annotated[
    str | None,
    typer.Option(
        "--place", help='Only a place of the paper: "Eq. 18" or 18, "Eqs. 17-23", "§3.2", "Proposition 2", "A.1".'
    ),
]
#: How much a correction weighs. (As in `derivations.claim`, which takes a second to import.)
WeightName = Literal["substantive", "notation", "remark"]


def show(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="ID",
            help='A claim (P2), a reading (P2.4), a theorem (P2.T7), or a place of the paper ("Prop. 2", "Eq. 18").',
            autocompletion=claim_ids,
        ),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT,
    preamble: Preamble = False,
    as_json: Json = False,
) -> int:
    """Print the derivation of a claim line by line, or one theorem or reading of it; without an id, list the claims.

    A place of the paper stands for those theorems and readings of a claim that are about it, or for the whole claim if
    it is its proposition; if several claims are, they are listed, and nothing is proved.

    The proofs are checked as they are printed. LaTeX is for a paper: theorems, lemmas and readings are environments,
    with labels such as gdssm:P2.T7, and the first lines say what the preamble needs, and how to cite it; --preamble
    has the BibTeX entries.
    """
    with starting():
        from derivations.json_document import document
        from derivations.paper.coverage import claim_line
        from derivations.paper.meant import meant
        from derivations.report import json_report
        from derivations.report.derivation import derivation
        from derivations.verdict import exit_status

    check_preamble(form, preamble)
    if name is None:
        return list_claims(form, preamble, as_json)
    place, ids = meant(name)
    if len(ids) > 1:
        return list_claims_at(place, ids, form, preamble, as_json)
    ((claim, parts),) = ids.items()
    found = shlex.quote(place) if place else parts[0] if parts else claim
    with interruptible(lambda: f"interrupted; nothing was printed; gdssm show {found} begins again"):
        if parts:
            return show_parts(place, claim, parts, form, preamble, as_json)
        with Steps(1) as steps:
            (outcome,) = settled(choose([claim]), steps)
        if outcome.statement is None:
            raise RuntimeError(outcome.problem)
        text = write(form, derivation(outcome), preamble)
    if as_json:
        entry = json_report.claim_entry(outcome)
        print_json(document("show", claim=entry, format=form.value, derivation=text))
    else:
        sys.stdout.write(text)
        conclude(claim_line(outcome))
    return exit_status([outcome])


def check_preamble(form: Format, preamble: bool) -> None:
    """InputError if a preamble is asked for and the format is another."""
    if preamble and form is not Format.LATEX:
        raise InputError("preamble", "--preamble belongs to --format latex")


def write(form: Format, blocks: Iterable[Block], preamble: bool) -> str:
    """Write a document in a format; LaTeX as a whole document, or with what a paper's preamble needs as comments."""
    text = written(form, blocks)
    if form is not Format.LATEX:
        return text
    from derivations.paper.references import bibliography, works
    from gdssm_symbolic.writing import latex_paper

    return latex_paper.whole(text, bibliography(), works()) if preamble else latex_paper.excerpt(text)


def list_claims(form: Format, preamble: bool, as_json: bool) -> int:
    """Print the claims, one line each, with the ids of what belongs to each; nothing is proved for that."""
    from derivations.claims import CLAIMS
    from derivations.json_document import document
    from derivations.report.claim_list import claim_list, entries

    if as_json:
        print_json(document("show", claims=entries()))
        return 0
    sys.stdout.write(write(form, claim_list(), preamble))
    conclude(f"{len(CLAIMS)} claims; nothing was proved for this list.")
    return 0


def list_claims_at(place: str, ids: Mapping[str, tuple[str, ...]], form: Format, preamble: bool, as_json: bool) -> int:
    """Print the claims about a place of the paper, one line each, with the ids of what is about it."""
    from derivations.json_document import document
    from derivations.report.claim_list import claims_at, entries

    if as_json:
        print_json(document("show", place=place, claims=entries(ids)))
        return 0
    sys.stdout.write(write(form, claims_at(place, ids), preamble))
    conclude(f"{len(ids)} claims are about {place}; name one of them. Nothing was proved for this list.")
    return 0


def show_parts(place: str, claim: str, names: tuple[str, ...], form: Format, preamble: bool, as_json: bool) -> int:
    """Print a theorem, lemma or reading, or those at a place of the paper; the rest of the claim is not judged."""
    from derivations.claims import CLAIMS
    from derivations.json_document import document
    from derivations.report.excerpt import excerpt, together
    from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
    from gdssm_symbolic.kernel.statements import ProofError

    try:
        found = []
        with Steps(len(names)) as steps:
            for name in names:
                steps.begin(name)
                found.append(excerpt(CLAIMS[claim], name))
    except (ProofError, OutsideLanguage) as error:
        status = 1 if isinstance(error, ProofError) else 3
        return fail(status, "proof", f"{name} is not proved: {error}", "show", ["--json"] if as_json else [])
    text = write(form, together(found), preamble)
    if as_json and place:
        entries = [one.entry() for one in found]
        print_json(document("show", place=place, of=claim, parts=entries, format=form.value, derivation=text))
    elif as_json:
        print_json(found[0].report(form.value, text))
    else:
        sys.stdout.write(text)
        told = "; ".join(f"{one.id}: {one.finding}" for one in found)
        conclude(f"About {place}: {told}. gdssm show {claim} is the whole claim." if place else found[0].verdict_line())
    return max(one.status for one in found)


def errata(
    place: Place = None,
    weight: Annotated[
        WeightName | None,
        typer.Option(
            help="Only rows of this weight. substantive: it matters to whoever implements the sentence; notation: a "
            "letter, an index or a sign, which the context corrects; remark: right in another reading. "
            "[default: substantive; with --place all]",
            show_default=False,
        ),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Rows of every weight: also notation and remarks, which mislead nobody.")
    ] = False,
    form: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT,
    preamble: Preamble = False,
    as_json: Json = False,
) -> int:
    """Print the corrections to the paper as a table: place, weight, as printed, read as, evidence, correction, proof.

    All claims are judged first, which takes a minute, and every row comes from what that run found. For one place of
    the paper, gdssm errata --place "Eq. 18" judges only its readings, and prints rows of every weight.
    A correction is substantive if whoever implements the sentence gets another function than the one that is meant.
    --all also prints what is wrong in the notation alone, and remarks; --weight notation prints the notation alone.
    gdssm show P2.3 prints the proof P2.3 in full; errata/P2_2.py, in the repository and the source archive, shows
    a substantive row in plain fractions.

    Markdown and LaTeX can be sent to the authors; --preamble makes the LaTeX a whole document. The exit status is that
    of gdssm verify: 0 if every claim came out as expected; with --place 0, or 3 if a reading is undecided.
    """
    with starting():
        from derivations.claim import Weight
        from derivations.paper import errata as corrections
        from derivations.paper.one_place import readings_at
        from derivations.paper.places import find
        from derivations.verdict import exit_status

        from .verdict_table import not_as_registered, verdict_line

    check_preamble(form, preamble)
    if every and weight:
        raise InputError("weight", "--all prints rows of every weight; leave --all or --weight out")
    at = "" if place is None else find(place)
    of = readings_at(at) if at else judged(choose([]), "gdssm errata begins again")
    usual = list(Weight) if every or at else [Weight.SUBSTANTIVE]
    chosen = [Weight(weight)] if weight else usual
    rows = corrections.errata(of, *chosen)
    left_out = [row for row in corrections.errata(of) if row.weight not in chosen]
    for line in () if at else not_as_registered(of):
        complain(line)
    if as_json:
        print_json(corrections.report(rows, at))
    else:
        blocks = corrections.letter_at(at, of, chosen) if at else corrections.letter(rows, left_out)
        sys.stdout.write(write(form, blocks, preamble))
        others = f" of {len(rows) + len(left_out)}; --all prints the others too" if left_out else ""
        judged_whole = "" if at else f" {verdict_line(of)}"
        conclude(f"Corrections{f' at {at}' if at else ''}: {len(rows)}{others}.{judged_whole}")
    if not at:
        return exit_status(of)
    return 3 if any(shown.finding == "undecided" for one in of for shown in one.findings.evidence.values()) else 0


def coverage(
    place: Place = None,
    form: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT,
    preamble: Preamble = False,
    as_json: Json = False,
) -> int:
    """Print every equation, proposition and claim of the paper with its verdict: find the line that you doubt.

    A row names a place in the paper and what it says, the objects of the engine that stand for it (definitions, proved
    statements, readings that fail), and the claims that use these objects, as this run found them.
    A row's verdict is one of: proved, for all sizes; proved after a correction; holds in one reading, where another is
    refuted; refuted, where a proposition fails as in gdssm verify, or nothing is proved in its place; measured, by
    training; defined, for what is only given a name.

    All claims are judged first. The exit status is that of gdssm verify, and 1 if a row names nothing, or nothing that
    the run decided. For one place, gdssm coverage --place "Eq. 18" decides only the theorems and readings of its rows;
    the exit status is 1 if one of them is not.
    """
    with starting():
        from derivations.paper import coverage as covered
        from derivations.paper.one_place import coverage_at
        from derivations.paper.places import find
        from derivations.paper.rows import ROWS
        from derivations.verdict import exit_status

        from .verdict_table import not_as_registered, paper_line, verdict_line

    check_preamble(form, preamble)
    if place is not None:
        at = find(place)
        rows = coverage_at(at)
        problems = covered.undecided(rows)
        for line in problems:
            complain(line)
        if as_json:
            print_json(covered.report_at(at, rows))
        else:
            sys.stdout.write(write(form, covered.book_at(at, rows), preamble))
            conclude(f"Rows at {at}: {len(rows)}, of which undecided: {len(problems)}.")
        return 1 if problems else 0
    found = judged(choose([]), "gdssm coverage begins again")
    rows = covered.coverage(ROWS, found)
    problems = covered.problems(rows)
    for line in (*not_as_registered(found), *problems):
        complain(line)
    if as_json:
        print_json(covered.report(rows))
    else:
        sys.stdout.write(write(form, covered.book(rows), preamble))
        conclude(f"{paper_line(Counter(row.standing for row in rows))} {verdict_line(found)}")
    return exit_status(found) or (1 if problems else 0)


def glossary(as_json: Json = False) -> int:
    """Print the names: what the paper writes, what the code calls it, and its shape."""
    from derivations.json_document import document
    from derivations.paper.glossary import GLOSSARY
    from gdssm_symbolic.writing.documents import Records

    if as_json:
        print_json(document("glossary", entries=[entry.for_a_program() for entry in GLOSSARY]))
        return 0
    rows = [(entry.meaning, entry.paper, entry.symbolic, entry.numeric, entry.shape) for entry in GLOSSARY]
    cells = tuple(tuple(((cell,),) if cell else () for cell in row) for row in rows)
    header = "meaning", "paper", "gdssm_symbolic", "gdssm_numeric", "shape"
    sys.stdout.write(written(Format.TEXT, (Records(header, cells),)))
    conclude(f"{len(GLOSSARY)} names; the modules are those of the Python packages.")
    return 0
