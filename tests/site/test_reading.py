"""How a reader gets to what is on the site: by the search, by a place of the paper, by keyboard, on paper."""

from __future__ import annotations

import re

import pytest
from site_pages import BUILT, SITE

pytestmark = BUILT
sync_api = pytest.importorskip("playwright.sync_api")

COUNTEREXAMPLE = "counterexample: at"
FOCUSED = "document.activeElement"


@pytest.mark.parametrize("asked", ["stride", "P2.T8", "Eq. 18"])
def test_what_was_found_in_the_text_has_an_excerpt(page: sync_api.Page, address: str, asked: str) -> None:
    page.goto(f"{address}search.html?q={asked.replace(' ', '+')}")
    page.wait_for_selector("#search-results p.context", timeout=20_000)
    page.wait_for_function("document.querySelector('#search-results').textContent.includes('finished')")
    excerpts = page.locator("#search-results p.context").all_text_contents()
    assert all(excerpts)
    assert not [one for one in excerpts if re.search(r"\\(frac|begin|sum|top|eta)\b", one)], "TeX says nothing"


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("P3", "claims/P3.html#P3"),
        ("Eq. 18", "paper.html#eq-18"),
        ("equation 18", "paper.html#eq-18"),
        ("Proposition 3", "claims/P3.html#P3"),
        ("P2.T8", "claims/P2.html#P2.T8"),
        ("DeltaNet", "gallery/deltanet.html"),
        ("trained decay", "experiments.html#trained-decay"),
        ("Coq", "coq/index.html"),
        ("Figure 3", "experiments.html#fig3"),
    ],
)
def test_search_finds_first_what_has_the_name(page: sync_api.Page, asked: str, first: str) -> None:
    """From a folder too."""
    page.goto((SITE / "search.html").as_uri() + f"?q={asked.replace(' ', '+')}")
    page.wait_for_selector("#search-results li a", timeout=20_000)
    links = page.locator("article li a")
    assert links.first.get_attribute("href") == first
    assert not [title for title in links.all_text_contents() if "<" in title]


def test_an_address_opens_what_is_folded(page: sync_api.Page) -> None:
    """Where is Eq. 18 wrong, and why?"""
    page.goto((SITE / "paper.html").as_uri() + "#eq-18")
    opened = page.locator("details#eq-18")
    for words in ("the sign is wrong", "the state accumulates", COUNTEREXAMPLE, "Correction:"):
        assert opened.get_by_text(words).first.is_visible()
    told = opened.inner_text()
    assert told.index("Wrong as printed: the sign is wrong") < told.index("Correction:") < told.index("P2.T8")
    assert not page.locator("details#eq-19").get_by_role("list").first.is_visible()


def test_a_mouse_sees_a_place_in_passing(page: sync_api.Page) -> None:
    page.goto((SITE / "paper.html").as_uri())
    page.hover("details#eq-18 summary")
    shown = page.locator("#in-passing")
    shown.get_by_text(COUNTEREXAMPLE).first.wait_for()
    assert shown.locator(".tex").count() == 0
    assert not page.evaluate("document.getElementById('eq-18').open")
    page.keyboard.press("Escape")
    assert shown.count() == 0
    page.click("details#eq-18 summary")
    assert page.locator("details#eq-18").get_by_text(COUNTEREXAMPLE).first.is_visible()


def test_a_finger_opens_a_place(browser: sync_api.Browser) -> None:
    context = browser.new_context(has_touch=True, viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto((SITE / "paper.html").as_uri())
    page.tap("details#eq-18 summary")
    assert page.locator("details#eq-18").get_by_text(COUNTEREXAMPLE).first.is_visible()
    context.close()


def test_the_keyboard_opens_a_place(page: sync_api.Page) -> None:
    page.goto((SITE / "paper.html").as_uri())
    page.focus("details#eq-18 summary")
    page.keyboard.press("Enter")
    assert page.locator("details#eq-18").get_by_text(COUNTEREXAMPLE).first.is_visible()


def test_the_first_key_leads_to_the_content(page: sync_api.Page) -> None:
    page.goto((SITE / "claims/P2.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate(f"{FOCUSED}.textContent.trim()") == "Skip to content"
    page.wait_for_function("document.querySelector('.skip-to-content').getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(f"document.querySelector('article').contains({FOCUSED})")


def test_the_keyboard_opens_and_closes_the_menu_of_a_phone(page: sync_api.Page) -> None:
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto((SITE / "claims/P2.html").as_uri())
    menu = page.get_by_role("button", name="Menu")
    for _ in range(5):
        page.keyboard.press("Tab")
        if menu.evaluate(f"one => one === {FOCUSED}"):
            break
    assert menu.get_attribute("aria-expanded") == "false"
    page.keyboard.press("Enter")
    assert menu.get_attribute("aria-expanded") == "true"
    assert page.evaluate(f"document.querySelector('.sidebar-drawer').contains({FOCUSED})")
    page.keyboard.press("Escape")
    assert menu.get_attribute("aria-expanded") == "false"
    assert menu.evaluate(f"one => one === {FOCUSED}")


def test_the_keyboard_stays_on_the_screen_while_a_menu_is_closed(page: sync_api.Page) -> None:
    page.set_viewport_size({"width": 800, "height": 900})
    page.goto((SITE / "claims/P2.html").as_uri())
    for _ in range(25):
        page.keyboard.press("Tab")
        assert page.evaluate(f"{FOCUSED}.closest('.sidebar-drawer, .toc-drawer') === null")


@pytest.mark.parametrize("width", [390, 800, 1280])
def test_the_key_of_the_search_shows_its_field(page: sync_api.Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((SITE / "claims/P2.html").as_uri())
    page.keyboard.press("/")
    assert page.evaluate(f"{FOCUSED}.name") == "q"
    page.wait_for_function(f"{FOCUSED}.getBoundingClientRect().left >= 0", timeout=5_000)


def test_what_is_open_is_printed(page: sync_api.Page) -> None:
    """Proofs are printed if they were opened, and the letters of their formulas are there by then."""
    page.goto((SITE / "claims/P2.html").as_uri())
    page.wait_for_load_state()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    closed = "[...document.querySelectorAll('article details')].filter((one) => !one.open).length"
    assert page.evaluate(closed) == page.locator("article details").count() > 5
    page.get_by_role("button", name="Open all").click()
    assert page.evaluate(closed) == 0
    page.wait_for_function("document.querySelectorAll('.tex').length === 0")
    fonts = "[...document.fonts].filter((one) => one.family.includes('KaTeX'))"
    assert page.evaluate(f"{fonts}.length") > 15
    page.wait_for_function(f"{fonts}.every((one) => one.status === 'loaded')", timeout=10_000)
    page.get_by_role("button", name="Fold all").click()
    assert page.evaluate(closed) > 5


def test_words_before_a_formula_are_printed_on_its_sheet(page: sync_api.Page) -> None:
    """No statement breaks before its "where", nor after it."""
    page.emulate_media(media="print")
    page.goto((SITE / "claims/P2.html").as_uri())
    found = page.evaluate(
        "[...document.querySelectorAll('article p')].filter((one) => one.textContent === 'where')"
        ".flatMap((one) => [one.previousElementSibling, one]).map((one) => getComputedStyle(one).breakAfter)"
    )
    assert len(found) >= 2
    assert set(found) == {"avoid"}


@pytest.mark.parametrize("name", ["gallery/index.html", "graph.html", "claims/index.html", "experiments.html"])
def test_nothing_is_cut_on_paper(page: sync_api.Page, name: str) -> None:
    """A4 with margins has some 700 pixels."""
    page.set_viewport_size({"width": 700, "height": 1000})
    page.emulate_media(media="print")
    page.goto((SITE / name).as_uri())
    page.wait_for_function("document.querySelectorAll('.tex').length === 0")
    cut = page.evaluate(
        "[...document.querySelectorAll('article table, article .verdict, article .graph svg')]"
        ".filter((one) => one.getBoundingClientRect().right > innerWidth + 1).length"
    )
    assert cut == 0
    assert not page.locator(".skip-to-content").is_visible()  # it would stand on every sheet
