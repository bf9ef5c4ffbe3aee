"""What the site shows is what was found out: the numbers of the experiments, the statements of Coq, the verdicts."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

import pytest
from site_pages import BUILT, SITE, places

from derivations.certificates import Certificates
from derivations.claims import CLAIMS
from derivations.experiments.verdicts import verdicts
from derivations.paper.id_list import listed

pytestmark = BUILT
sync_api = pytest.importorskip("playwright.sync_api")

ROOT = Path(__file__).parents[2]
RESULTS = {path.parent.name: json.loads(path.read_text("utf-8")) for path in (ROOT / "results").glob("*/result.json")}
CERTIFICATES = Certificates(ROOT / "certificates")


def rows(page: sync_api.Page, section: str) -> list[list[str]]:
    found = page.locator(f"section[id='{section}'] tbody tr").all()
    return [row.locator("td").all_inner_texts() for row in found]


@pytest.mark.parametrize("figure", [name for name, result in RESULTS.items() if result["command"] == "reproduce"])
def test_every_panel_has_its_verdict_and_numbers(page: sync_api.Page, figure: str) -> None:
    page.goto((SITE / "experiments.html").as_uri())
    shown = {row[0]: row for row in rows(page, figure)}
    found = verdicts(figure, RESULTS[figure]["panels"])
    assert list(shown) == list(found)
    for letter, one in found.items():
        _, verdict, _, paper, measured = shown[letter]
        assert (verdict, paper) == (one.verdict, one.paper)
        assert measured.splitlines() == one.parts


def test_the_distance_of_a_decay_from_1_is_that_of_the_results(page: sync_api.Page) -> None:
    page.goto((SITE / "experiments.html").as_uri())
    shown = {row[0]: (row[2], row[3]) for row in rows(page, "trained-decay")}
    trained = {name: result for name, result in RESULTS.items() if result["command"] == "train"}
    decays = {
        name: [entry["deviation"] for group in one["fit"] if group["quantity"] == "decay" for entry in group["entries"]]
        for name, one in trained.items()
    }
    ends = {name: [end["kind"] == "optimum" for end in one["ends"]] for name, one in trained.items()}
    assert shown == {
        name: (f"{sum(ends[name])} of {len(ends[name])}", f"{100 * max(found):.2f} %")
        for name, found in decays.items()
        if found
    }
    (part,) = RESULTS["fig3"]["panels"]["B"]["parts"]
    entries = [entry for matrix in part["replicas"] for row in matrix for entry in row]
    told = page.locator("section[id='trained-decay']").inner_text()
    assert f"between {min(entries):.5f} and {max(entries):.5f}" in told
    assert f"{100 * max(abs(entry - 1) for entry in entries):.2f} % from 1" in told


@pytest.mark.parametrize("statement", CERTIFICATES.statements(), ids=lambda one: f"{one.file}-{one.name}")
def test_a_statement_of_coq_is_shown_as_it_stands(page: sync_api.Page, statement: object) -> None:
    """The text of its file is on the page, in its order and whole; each statement has a heading with its name."""
    name, file = statement.name, statement.file  # type: ignore[attr-defined]
    shown = f"coq/{Path(file).stem}.html"
    assert places(shown).sections[name] == "h2"
    about = {one.partition(".")[0] for one in statement.ids} & CLAIMS.keys()  # type: ignore[attr-defined]
    for claim in about:
        if any(one == claim or one in listed()[claim] for one in statement.ids):  # type: ignore[attr-defined]
            assert f"../{shown}#{name}" in places(f"claims/{claim}.html").targets


def test_a_mark_in_the_table_of_claims_leads_to_what_coq_proved() -> None:
    by_id = CERTIFICATES.by_id()
    headlines = {claim: next(name for name in listed()[claim] if ".T" in name) for claim in CLAIMS}
    expected = {
        f"../coq/{Path(by_id[name][0].file).stem}.html#{by_id[name][0].name}"
        for name in headlines.values()
        if name in by_id
    }
    assert len(expected) > 10
    assert {
        target for target in places("claims/index.html").targets if target.startswith("../coq/Statements.html#")
    } == expected


@pytest.mark.parametrize("file", sorted({one.file for one in CERTIFICATES.statements()}))
def test_a_file_of_statements_is_shown_whole(page: sync_api.Page, file: str) -> None:
    page.goto((SITE / f"coq/{Path(file).stem}.html").as_uri())
    shown = "".join(page.locator(".highlight-coq pre").all_text_contents())
    assert shown.split() == (ROOT / "certificates" / file).read_text("utf-8").split()


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claim_names_its_mathematics_and_its_tests(claim: str) -> None:
    targets = places(f"claims/{claim}.html").targets
    for kind in ("derivations/claims/", "gdssm_symbolic/theory/", "tests/claims/test_every_claim.py"):
        shown = [target for target in targets if target.startswith(f"../source/{kind}")]
        assert shown
        for target in shown:
            file = target.removeprefix("../source/").removesuffix(".html")
            text = unescape((SITE / "source" / f"{file}.html").read_text("utf-8"))
            assert (ROOT / file).read_text("utf-8").splitlines()[0].strip('"') in text


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claim_has_its_parts_in_their_order(page: sync_api.Page, claim: str) -> None:
    page.goto((SITE / f"claims/{claim}.html").as_uri())
    titles = [title.removesuffix("¶") for title in page.locator("article h2").all_inner_texts()]
    proof = ["Proof"] if CLAIMS[claim].proof else []
    printed = ["As printed"] if CLAIMS[claim].readings else []
    last = "What it rests on", "What was known before", "Where to find it"
    parts = ["Statement", "Assumptions", *proof, "Derivation", *printed, *last]
    assert [title for title in titles if title in (*parts, "As printed")] == parts
    shown = page.locator(".verdicts .verdict").all_inner_texts()
    assert CLAIMS[claim].expected_verdict.value in shown


def test_the_theorem_for_every_l_says_what_it_assumes(page: sync_api.Page) -> None:
    page.goto((SITE / "claims/OPTL.html").as_uri())
    told = page.locator("section[id='for-every-l']").inner_text()
    assumed = CLAIMS["OPTL"].theorems()["OPTL.T46"].assumptions
    assert len(assumed) > 1
    for assumption in assumed:
        assert all(words.strip() in told for words in assumption.name.split("$")[::2]), assumption.name
