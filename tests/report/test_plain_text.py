"""The dollar signs that mark mathematics in prose reach neither a terminal nor a program."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import fields as fields_of
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from derivations.claim import Outcome, Verdict
from derivations.claims import CLAIMS
from derivations.cli import app
from derivations.cli.verdict_table import not_as_registered, print_verdicts
from derivations.generate.supplement import ROOT
from derivations.paper import coverage, errata
from derivations.paper.glossary import GLOSSARY
from derivations.paper.rows import ROWS
from derivations.report import supplement_claims, supplement_parts
from derivations.report.json_report import report
from derivations.report.lemmas import lemmas
from derivations.report.supplement_trained import fit
from derivations.training.committed import loaded
from derivations.training.fit import Fit
from derivations.training.fit_table import print_fit
from gdssm_symbolic.extensions.positivity import POSITIVE
from gdssm_symbolic.writing.documents import (
    Block,
    Chain,
    Document,
    Entry,
    Heading,
    Listing,
    Paragraph,
    Records,
    Row,
    write_text,
)


def fields(entry: object) -> list[str]:
    """The strings in a JSON document, but for LaTeX."""
    if isinstance(entry, dict):
        return [text for key, value in entry.items() if key != "latex" for text in fields(value)]
    if isinstance(entry, list):
        return [text for value in entry for text in fields(value)]
    return [entry] if isinstance(entry, str) else []


@pytest.mark.parametrize("key", CLAIMS)
def test_a_derivation_in_plain_text(written_outcomes: dict[str, str], key: str) -> None:
    assert "$" not in written_outcomes[key]


#: What belongs between dollar signs: a formula of which a part is left out is broken in pieces in LaTeX.
MATHEMATICS = re.compile(r"[=<>+×∈∇ΣΠ√≥≤≠→⟨⟩‖∞ᵀ⁰¹²³₀-₉α-ωΑ-Ωℒ\[\]{}^_|𝟏⊗∂∫½¼]")
#: Its reason is written in the extension that applies it.
ELSEWHERE = f"{POSITIVE.name}: {POSITIVE.because}"


def prose(thing: object) -> Iterator[str]:
    """The prose in a document."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, Heading):
        yield from (thing.text, thing.note)
    elif isinstance(thing, tuple):
        for part in thing:
            yield from prose(part)
    elif isinstance(thing, Paragraph | Chain | Entry | Row | Listing | Records):
        for field in fields_of(thing):
            if field.name != "columns":
                yield from prose(getattr(thing, field.name))


def test_no_formula_in_prose_is_broken_in_pieces(
    outcomes: dict[str, Outcome], derived_outcomes: dict[str, Document]
) -> None:
    judged = tuple(outcomes.values())
    found = errata.errata(judged)
    blocks = (
        *(block for document in derived_outcomes.values() for block in document),
        *errata.letter(found),
        *coverage.book(coverage.coverage(ROWS, judged)),
        *supplement_parts.how_to_read(),
        *supplement_parts.notation(),
        *supplement_parts.errata(found, judged),
        *supplement_parts.trusted(judged, ()),
        *supplement_parts.prior_work(),
        *supplement_claims.shared_lemmas(lemmas(judged)),
    )
    texts = set(prose(blocks)) - {ELSEWHERE}
    assert {"the state accumulates $x_t y_t$, and $β = −η/N$"} <= texts
    assert [text for text in texts if text.count("$") % 2] == []
    words = {text: re.sub(r"\$[^$]*\$", "", text) for text in texts}
    assert [text for text, outside in words.items() if MATHEMATICS.search(outside)] == []


def test_json(outcomes: dict[str, Outcome]) -> None:
    judged = tuple(outcomes.values())
    documents: list[dict[str, Any]] = [
        report(judged),
        errata.report(errata.errata(judged)),
        coverage.report(coverage.coverage(ROWS, judged)),
        {"glossary": [entry.for_a_program() for entry in GLOSSARY]},
    ]
    for document in documents:
        texts = fields(json.loads(json.dumps(document)))
        assert any("η" in text or "f×1" in text for text in texts)
        assert [text for text in texts if "$" in text] == []


def test_tables_in_plain_text(outcomes: dict[str, Outcome]) -> None:
    judged = tuple(outcomes.values())
    documents: tuple[tuple[Block, ...], ...] = (
        errata.letter(errata.errata(judged)),
        coverage.book(coverage.coverage(ROWS, judged)),
    )
    for document in documents:
        assert "$" not in write_text(document)


def test_the_terminal(outcomes: dict[str, Outcome], capsys: pytest.CaptureFixture[str]) -> None:
    wrong = replace(outcomes["P2"], verdict=Verdict.ERROR, problem=f"contradicted at {outcomes['P2'].confirmed[1]}")
    assert "$" in wrong.problem
    shown = Console(file=io.StringIO(), width=100)
    print_verdicts(shown, [*outcomes.values(), wrong], verbose=True)
    for result in loaded(ROOT / "results").values():
        found: Fit = fit(result)
        ends = tuple(replace(end, kind="stray" if k == 0 else end.kind) for k, end in enumerate(found.ends))
        print_fit(shown, replace(found, ends=ends))
    assert "$" not in shown.file.getvalue()  # type: ignore[attr-defined]
    assert not any("$" in line for line in not_as_registered([wrong]))
    assert not any("$" in line for line in coverage.problems(coverage.coverage(ROWS, [wrong])))
    app.main(["glossary"])
    assert "$" not in capsys.readouterr().out
