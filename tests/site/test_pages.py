"""Every page of the site as `make site` wrote it, in a real browser: each link leads somewhere, each formula is set,
nothing is asked of another host, and nothing has to be moved sideways."""

from __future__ import annotations

import json
import posixpath
import re
from urllib.parse import unquote, urlsplit

import pytest
from site_pages import BUILT, PAGES, SITE, WIDTHS, places

from derivations.paper.id_list import RETIRED, listed

pytestmark = BUILT
sync_api = pytest.importorskip("playwright.sync_api")

ROOT = SITE.parent
OPENED = "document.querySelectorAll('article details').forEach((one) => { one.open = true; })"
NOT_SET = "document.querySelectorAll('.tex').length"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
HIGHEST = "Math.max(0, ...[...document.querySelectorAll('.set.display')].map((one) => one.offsetHeight))"
#: What is higher than a screen is folded.
SCREEN = 900


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    for target in places(page).targets:
        scheme, host, path, _, place = urlsplit(target)
        if scheme in ("http", "https", "mailto", "data") or host:
            continue
        to = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(path))) if path else page
        assert (SITE / to).is_file(), target
        if place and to.endswith(".html") and not place.startswith(("example=", "file=")):
            assert unquote(place) in places(to).ids, target


def test_every_name_of_the_search_leads_somewhere() -> None:
    script = (SITE / "_static/named.js").read_text("utf-8")
    found = json.loads(script.removeprefix("const NAMED = ").removesuffix(";\n"))
    assert {entry[0][0] for entry in found} >= {*listed()} - {RETIRED}
    for _, title, address, _ in found:
        page, _, place = address.partition("#")
        assert not place or place in places(page).ids, title


@pytest.mark.parametrize("name", PAGES)
def test_a_page_works_from_a_folder(page: sync_api.Page, name: str) -> None:
    """All formulas are set once all is opened, and at no width has the page to be moved sideways."""
    page.goto((SITE / name).as_uri())
    if name.startswith("claims/"):
        assert page.evaluate(HIGHEST) <= SCREEN
    page.evaluate(OPENED)
    page.wait_for_function(f"{NOT_SET} === 0", timeout=60_000)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(WIDER) <= 0, width


def test_nothing_is_left_of_the_making() -> None:
    left = [
        path for path in SITE.rglob("*") if path.name.startswith(".") or path.suffix in (".doctree", ".md", ".ipynb")
    ]
    assert not left
    assert not [path for path in SITE.rglob("*") if path.is_dir() and not any(path.iterdir())]


@pytest.mark.parametrize("claim", [claim for claim in listed() if claim != RETIRED])
def test_readings_and_theorems_have_headings_with_their_ids(claim: str) -> None:
    sections = places(f"claims/{claim}.html").sections
    assert sections[claim] == "h1"
    stated = [name for name in listed()[claim] if name in places(f"claims/{claim}.html").ids]
    assert stated
    assert {sections.get(name) for name in stated} == {"h3"}


def test_every_correction_has_a_heading() -> None:
    sections = places("errata.html").sections
    titles = re.findall(r"^### .*\((.+)\)$", (ROOT / "ERRATA.md").read_text("utf-8"), re.MULTILINE)
    rows = [title.partition(",")[0] for title in titles]
    assert len(rows) > 30
    assert {sections.get(name) for name in rows} == {"h3"}
    assert "Dear authors" in (SITE / "errata.html").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_picture_has_words(page: str) -> None:
    assert all(places(page).pictures)


@pytest.mark.parametrize("page", PAGES)
def test_links_that_are_called_the_same_lead_to_the_same(page: str) -> None:
    """A screen reader lists the links of a page by what they are called."""
    targets: dict[str, set[str]] = {}
    for called, target in places(page).links:
        targets.setdefault(called, set()).add(target)
    assert {called: found for called, found in targets.items() if len(found) > 1} == {}


def test_every_graph_has_words(page: sync_api.Page) -> None:
    page.goto((SITE / "graph.html").as_uri())
    graphs = page.locator(".graph svg")
    assert graphs.count() == len(listed())  # one for each claim, and one of the claims; RETIRED is no claim
    for graph in graphs.all():
        assert graph.get_attribute("role") == "group"
        assert (graph.get_attribute("aria-label") or "").startswith("Graph of ")
    assert "P2 is used by" in (graphs.first.get_attribute("aria-label") or "")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_verdicts_of_the_gallery_are_on_the_screen(page: sync_api.Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((SITE / "gallery/index.html").as_uri())
    rows = page.locator("tbody tr")
    assert rows.count() > 30
    for row in rows.all():
        marked = row.locator("td").nth(1).locator(".verdict")
        box = marked.bounding_box()
        assert box is not None
        assert 0 <= box["x"] <= box["x"] + box["width"] <= width
    colours = {
        kind: page.locator(f".verdict.{kind}").first.evaluate("one => getComputedStyle(one).backgroundColor")
        for kind in ("good", "bad")
    }
    assert colours["good"] != colours["bad"]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_table_of_the_gallery_is_not_cut(page: sync_api.Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((SITE / "gallery/index.html").as_uri())
    page.wait_for_function(f"{NOT_SET} === 0", timeout=60_000)
    table = page.locator(".table-wrapper")
    assert table.evaluate("one => one.scrollWidth - one.clientWidth") <= 0


def test_a_correction_in_two_places_has_the_text_of_each() -> None:
    page = (SITE / "errata.html").read_text("utf-8")
    row = page[page.index('id="P1.3"') :].partition("</section>")[0]
    assert "Eqs. 17, 18 (P2.3)" in row


@pytest.mark.parametrize("letter", ["f", "N", "L", "Z", "C", "Q", "q", r"\\beta", r"\\eta"])
def test_the_front_page_says_what_a_letter_is(page: sync_api.Page, letter: str) -> None:
    page.goto((SITE / "index.html").as_uri())
    written = page.locator("td:first-child annotation").all_text_contents()
    assert [one for one in written if one.partition("_")[0] == letter.replace("\\\\", "\\")]
    assert page.locator("article a[href='notebooks/00_tour.html']").count() == 1


def test_the_claims_and_coq_agree_on_what_is_certified(page: sync_api.Page) -> None:
    page.goto((SITE / "claims/index.html").as_uri())
    rows = page.locator("tbody tr").all()
    claims = {row.locator("td").first.inner_text(): row.locator("td").last.inner_text() for row in rows}
    certified = {
        name: marks.rpartition(", ")[2] for name, marks in claims.items() if marks.rpartition(", ")[2].startswith("C")
    }
    page.goto((SITE / "coq/index.html").as_uri())
    rows = page.locator("#by-claim tbody tr").all()
    assert certified == {row.locator("td").first.inner_text(): row.locator("td").nth(1).inner_text() for row in rows}
    assert {name for name, mark in certified.items() if mark == "C in part"} == {"HEADS", "OPT1", "OPTL", "OPTG"}
