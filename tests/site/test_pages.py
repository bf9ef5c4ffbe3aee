"""The site as `make site` wrote it, in a real browser: every link leads somewhere, every formula is set, nothing is
asked of another host, and the page to try it proves and refutes."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from functools import cache, partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

SITE = Path(__file__).parents[2] / "site"
CHROMIUM = shutil.which("chromium")
PAGES = sorted(page.relative_to(SITE).as_posix() for page in SITE.rglob("*.html") if "_static" not in page.parts)
WIDTHS = 390, 768, 1280
OPTIONS = "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"

pytestmark = pytest.mark.skipif(not PAGES, reason="make site writes the site")
sync_api = pytest.importorskip("playwright.sync_api")


class Places(HTMLParser):
    """The ids of a page, and what it links to or loads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.targets: list[str] = []
        self.feed((SITE / page).read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids |= {found["id"] or ""} if "id" in found else set()
        self.targets += [found[key] or "" for key in ("href", "src") if key in found]


@cache
def places(page: str) -> Places:
    return Places(page)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    for target in places(page).targets:
        scheme, host, path, _, place = urlsplit(target)
        if scheme in ("http", "https", "mailto", "data") or host:
            continue
        to = (Path(page).parent / unquote(path)).as_posix() if path else page
        file = (SITE / to).resolve()
        assert file.is_file(), target
        if place and file.suffix == ".html" and not place.startswith(("example=", "file=")):
            assert unquote(place) in places(file.relative_to(SITE.resolve()).as_posix()).ids, target


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is called there
        """Say nothing of a request."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    if CHROMIUM is None:
        pytest.skip("needs Debian's package chromium")
    with sync_api.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        yield running
        running.close()


@pytest.fixture
def page(browser: sync_api.Browser) -> Iterator[sync_api.Page]:
    """A page of which the test fails if its console says that something is wrong, or if it asks another host."""
    wrong: list[str] = []
    opened = browser.new_page()
    opened.on("console", lambda told: wrong.append(told.text) if told.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("request", lambda asked: wrong.append(asked.url) if urlsplit(asked.url).hostname not in HERE else None)
    yield opened
    opened.close()
    assert not wrong


#: A file and data have no host.
HERE = "127.0.0.1", None, ""
OPENED = "document.querySelectorAll('article details').forEach((one) => { one.open = true; })"
NOT_SET = "document.querySelectorAll('.tex').length"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_works_from_a_folder(page: sync_api.Page, name: str) -> None:
    """All formulas are set once all is opened, and at no width has the page to be moved sideways."""
    page.goto((SITE / name).as_uri())
    page.evaluate(OPENED)
    page.wait_for_function(f"{NOT_SET} === 0", timeout=60_000)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(WIDER) <= 0, width


def test_an_address_opens_what_is_folded(page: sync_api.Page) -> None:
    """Where is Eq. 18 wrong, and why?"""
    page.goto((SITE / "paper.html").as_uri() + "#eq-18")
    opened = page.locator("details#eq-18")
    for words in ("the state accumulates", "correction:"):
        assert opened.get_by_text(words).first.is_visible()
    assert not page.locator("details#eq-19").get_by_role("list").first.is_visible()


def test_search_finds_from_a_folder(page: sync_api.Page) -> None:
    page.goto((SITE / "search.html").as_uri() + "?q=DeltaNet")
    page.wait_for_selector("ul.search li a", timeout=20_000)


#: The words below the buttons are those of a check that has ended.
VERDICT = "/^[A-Z]/.test(document.getElementById('status').textContent)"


def checked(page: sync_api.Page, example: str) -> str:
    """The verdict on an example, in the words below the buttons."""
    page.select_option("#example", example)
    page.evaluate("document.getElementById('status').textContent = ''")
    page.click("#check")
    page.wait_for_function(VERDICT, timeout=60_000)
    return page.inner_text("#status")


def test_a_file_is_checked_in_the_browser(page: sync_api.Page, address: str) -> None:
    page.goto(f"{address}try.html")
    page.wait_for_function("document.getElementById('status').textContent === 'Ready.'", timeout=120_000)
    assert checked(page, "templates/P2").startswith("Proved")
    assert checked(page, "gallery/deltanet").startswith("Proved")
    page.click("#verdict summary")
    page.wait_for_function("document.querySelectorAll('#verdict .set').length > 10")
    assert checked(page, "gallery/gd_ssm_window_as_printed").startswith("Refuted")
    assert page.evaluate(NOT_SET) == 0
    page.fill("#file", "[layer]\nS = <b>1</b>")
    page.click("#check")
    page.wait_for_function("document.getElementById('status').textContent.startsWith('The file cannot')")
    assert page.evaluate("document.querySelectorAll('#verdict b').length") == 0


def test_a_file_is_in_the_address(page: sync_api.Page, address: str) -> None:
    page.goto(f"{address}try.html#example=longhorn")
    page.wait_for_function("document.getElementById('file').value.includes('Longhorn')")
    page.fill("#file", "# α β\n")
    page.click("#share")
    page.wait_for_function("location.hash.startsWith('#file=')")
    page.reload()
    page.wait_for_function("document.getElementById('file').value === '# α β\\n'")


def test_from_a_folder_the_page_says_what_it_needs(page: sync_api.Page) -> None:
    page.goto((SITE / "try.html").as_uri())
    assert "python -m http.server" in page.inner_text("#status")
