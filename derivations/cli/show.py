"""What was found, told: `gdssm show`, `gdssm errata`, `gdssm coverage`, `gdssm glossary`."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Annotated

import typer

from .console import Format, Json, choose, claim_ids, complain, conclude, interruptible, print_json, written
from .verify import judged


def show(
    claim: Annotated[str, typer.Argument(help="The claim, such as P3.", autocompletion=claim_ids)],
    form: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT,
    as_json: Json = False,
) -> int:
    """Print the derivation of a claim line by line: statement, as printed, proof, rules.

    The proof is checked as it is printed; LaTeX is for a paper that loads amsmath and amssymb.
    """
    from derivations.json_document import document
    from derivations.report import json_report
    from derivations.report.derivation import derivation
    from derivations.verdict import exit_status, run

    from .verdict_table import claim_line

    chosen = choose([claim])
    with interruptible(lambda: f"interrupted; nothing was printed; gdssm show {claim} begins again"):
        (outcome,) = run(chosen)
        if outcome.statement is None:
            raise RuntimeError(outcome.problem)
        text = written(form, derivation(outcome))
    if as_json:
        entry = json_report.claim_entry(outcome)
        print_json(document("show", claim=entry, format=form.value, derivation=text))
    else:
        sys.stdout.write(text)
        conclude(claim_line(outcome))
    return exit_status([outcome])


def errata(
    form: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT,
    as_json: Json = False,
) -> int:
    """Print the corrections to the paper as a table: place, as printed, read as, kind, evidence, correction, proof.

    All claims are judged first, and every row comes from what that run found. The kinds are: counterexample (the
    sentence is false for some data), contradicted (a theorem contradicts it), shape (the sizes of matrices do not
    fit), and notation (an index, a range, a letter or a sign convention). gdssm show P2 prints the proof P2.3 in full.

    Markdown and LaTeX can be sent to the authors; the LaTeX is for a paper that loads amsmath, amssymb, longtable and
    booktabs. The exit status is that of gdssm verify: 0 if every claim came out as registered.
    """
    from derivations.paper import errata as corrections
    from derivations.verdict import exit_status

    from .verdict_table import not_as_registered, verdict_line

    outcomes = judged(choose([]), "gdssm errata begins again")
    rows = corrections.errata(outcomes)
    for line in not_as_registered(outcomes):
        complain(line)
    if as_json:
        print_json(corrections.report(rows))
    else:
        sys.stdout.write(written(form, corrections.letter(rows)))
        conclude(f"Readings of the printed text that fail: {len(rows)}. {verdict_line(outcomes)}")
    return exit_status(outcomes)


def coverage(
    form: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT,
    as_json: Json = False,
) -> int:
    """Print every equation, proposition and claim of the paper with its verdict: find the line that you doubt.

    A row names a place in the paper and what it says, the objects of the engine that stand for it (definitions, proved
    statements, readings that fail), and the claims that use these objects, as this run found them.
    A row's verdict is one of: proved, for all sizes; proved after a correction; holds in one reading, where another is
    refuted; refuted, with a counterexample or a shape that does not fit; measured, by training; defined, for what is
    only given a name.

    All claims are judged first. The exit status is that of gdssm verify, and 1 if a row names nothing, or nothing that
    the run decided.
    """
    from derivations.paper import coverage as covered
    from derivations.paper.rows import ROWS
    from derivations.verdict import exit_status

    from .verdict_table import not_as_registered, paper_line, verdict_line

    outcomes = judged(choose([]), "gdssm coverage begins again")
    rows = covered.coverage(ROWS, outcomes)
    problems = covered.problems(rows)
    for line in (*not_as_registered(outcomes), *problems):
        complain(line)
    if as_json:
        print_json(covered.report(rows))
    else:
        sys.stdout.write(written(form, covered.book(rows)))
        conclude(f"{paper_line(Counter(row.standing for row in rows))} {verdict_line(outcomes)}")
    return exit_status(outcomes) or (1 if problems else 0)


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
