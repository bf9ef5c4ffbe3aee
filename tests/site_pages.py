"""The pages that `make site` wrote, for the tests that read them."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

SITE = Path(__file__).parents[1] / "site"
PAGES = sorted(page.relative_to(SITE).as_posix() for page in SITE.rglob("*.html") if "_static" not in page.parts)
WIDTHS = 390, 768, 1280
BUILT = pytest.mark.skipif(not PAGES, reason="make site writes the site")


class Places(HTMLParser):
    """The ids of a page and of its sections, what it links to or loads, and its pictures with their texts.

    `links` are those within the article, each with what it is called.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.sections: dict[str, str] = {}
        self.targets: list[str] = []
        self.pictures: list[str] = []
        self.links: list[tuple[str, str]] = []
        self._section = ""
        self._in_article = 0
        self._link: dict[str, str | None] | None = None
        self._called = ""
        self.feed((SITE / page).read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids |= {found["id"] or ""} if "id" in found else set()
        self.targets += [found[key] or "" for key in ("href", "src") if key in found]
        self._in_article += tag == "article"
        if tag == "a" and self._in_article and "headerlink" not in (found.get("class") or ""):
            self._link, self._called = found, ""
        if tag == "section":
            self._section = found.get("id") or ""
        if tag in ("h1", "h2", "h3") and self._section:
            self.sections[self._section] = tag
            self._section = ""
        if tag == "img":
            self.pictures.append(found.get("alt") or "")
            self._called += found.get("alt") or ""

    def handle_data(self, data: str) -> None:
        self._called += data

    def handle_endtag(self, tag: str) -> None:
        self._in_article -= tag == "article"
        if tag == "a" and self._link is not None:
            called = self._link.get("aria-label") or " ".join(self._called.split())
            self.links.append((called, self._link.get("href") or ""))
            self._link = None


@cache
def places(page: str) -> Places:
    """What the parser finds on a page."""
    return Places(page)
