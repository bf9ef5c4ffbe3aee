"""The page on which a file is checked by the checker itself, in the browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from site_pages import BUILT, SITE

pytestmark = BUILT
sync_api = pytest.importorskip("playwright.sync_api")

NOT_SET = "document.querySelectorAll('.tex').length"
#: The words below the buttons are those of a check that has ended.
VERDICT = "/^[A-Z]/.test(document.getElementById('status').textContent)"
READY = "document.getElementById('status').textContent === 'Ready.'"


def pressed(page: sync_api.Page) -> str:
    """The words below the buttons after a check."""
    page.evaluate("document.getElementById('status').textContent = ''")
    page.click("#check")
    page.wait_for_function(VERDICT, timeout=60_000)
    return page.inner_text("#status")


def checked(page: sync_api.Page, example: str) -> str:
    """The verdict on an example, in the words below the buttons."""
    page.select_option("#example", example)
    return pressed(page)


@pytest.mark.long
def test_a_file_is_checked_in_the_browser(page: sync_api.Page, address: str) -> None:
    page.goto(f"{address}try.html")
    page.wait_for_function(READY, timeout=120_000)
    assert checked(page, "templates/P2").startswith("Proved")
    assert re.fullmatch(r"Proved, after [\d.]+ s, as the file expects\.", checked(page, "gallery/deltanet"))
    page.click("#verdict summary")
    page.wait_for_function("document.querySelectorAll('#verdict .set').length > 10")
    assert checked(page, "gallery/gd_ssm_window_as_printed").startswith("Refuted")
    assert page.evaluate(NOT_SET) == 0
    page.fill("#file", "[layer]\nS = <b>1</b>")
    assert pressed(page).startswith("The file cannot")
    assert page.evaluate("document.querySelectorAll('#verdict b').length") == 0

    # a verdict on a text that was changed since says so
    assert checked(page, "gallery/deltanet").startswith("Proved")
    assert not page.locator("#changed").is_visible()
    text = page.input_value("#file")
    page.fill("#file", text + "# more\n")
    assert page.locator("#changed").is_visible()
    assert page.input_value("#example") == ""
    page.fill("#file", text)
    assert not page.locator("#changed").is_visible()

    # nor is what a file expects passed over
    page.fill("#file", text.replace('expected = "proved"', 'expected = "refuted"'))
    assert re.fullmatch(r"Proved, after [\d.]+ s; the file expects: refuted\.", pressed(page))

    # what is wrong with a file is said so that one can mend it
    for wrong, told in (("", "it is empty"), (text.replace("output", "outptu"), "did you mean output?")):
        page.fill("#file", wrong)
        assert pressed(page).startswith("The file cannot")
        assert told in page.inner_text("#verdict")


def with_a_worker_that_says(page: sync_api.Page, *told: dict[str, object]) -> None:
    """In place of the checker, which takes seconds to load."""
    body = "".join(f"postMessage({json.dumps(one)});" for one in told)
    page.route("**/worker.js", lambda asked: asked.fulfill(body=body, content_type="text/javascript"))


def test_a_check_that_is_stopped_says_so_afterwards(page: sync_api.Page, address: str) -> None:
    with_a_worker_that_says(page, {"progress": "loading Python"}, {"ready": True})
    page.goto(f"{address}try.html")
    page.wait_for_function(READY)
    page.click("#check")
    page.click("#stop")
    page.wait_for_function("document.getElementById('status').textContent.endsWith('Ready.')")
    assert re.fullmatch(r"Stopped after [\d.]+ s\. There is no verdict\. Ready\.", page.inner_text("#status"))


def test_a_text_of_ones_own_is_kept_while_an_example_is_looked_at(page: sync_api.Page, address: str) -> None:
    with_a_worker_that_says(page)
    page.goto(f"{address}try.html")
    page.wait_for_function("!document.getElementById('check').disabled")
    page.select_option("#example", "gallery/longhorn")
    assert not page.locator("#kept").is_visible()  # nothing of one's own is lost
    page.fill("#file", "# mine\n")
    page.select_option("#example", "gallery/deltanet")
    assert "DeltaNet" in page.input_value("#file")
    assert page.locator("#kept").is_visible()
    page.reload()
    page.wait_for_function("document.getElementById('example').value === 'gallery/deltanet'")
    page.select_option("#example", "")
    assert page.input_value("#file") == "# mine\n"
    assert not page.locator("#kept").is_visible()


def test_a_file_is_in_the_address(page: sync_api.Page, address: str) -> None:
    page.goto(f"{address}try.html#example=longhorn")
    page.wait_for_function("document.getElementById('file').value.includes('Longhorn')")
    assert page.input_value("#example") == "gallery/longhorn"
    page.fill("#file", "# α β\n")
    page.click("#share")
    page.wait_for_function("location.hash.startsWith('#file=')")
    page.reload()
    page.wait_for_function("document.getElementById('file').value === '# α β\\n'")
    assert page.input_value("#example") == ""


def test_another_address_in_the_same_tab_is_read(page: sync_api.Page, address: str) -> None:
    page.goto(f"{address}try.html")
    page.wait_for_function("!document.getElementById('check').disabled")
    page.fill("#file", "# mine\n")
    page.evaluate("location.hash = 'example=longhorn'")
    page.wait_for_function("document.getElementById('example').value === 'gallery/longhorn'")
    page.evaluate("location.hash = 'file=%%%zz'")
    page.wait_for_function("!document.getElementById('address').hidden")
    assert page.input_value("#example") == "gallery/deltanet"
    page.go_back()
    page.wait_for_function("document.getElementById('example').value === 'gallery/longhorn'")
    assert not page.locator("#address").is_visible()
    page.go_back()
    page.wait_for_function("document.getElementById('file').value === '# mine\\n'")
    assert page.input_value("#example") == ""


def test_what_is_edited_is_not_in_the_address(page: sync_api.Page, address: str) -> None:
    """The checker is left out: what it says while it starts would stand in the place of these words."""
    with_a_worker_that_says(page)
    page.goto(f"{address}try.html")
    page.wait_for_function("!document.getElementById('check').disabled")
    page.click("#share")
    page.wait_for_function("location.hash.startsWith('#file=')")
    assert "in the address" in page.inner_text("#status")
    page.fill("#file", "# mine\n")
    assert "in the address" not in page.inner_text("#status")
    assert page.evaluate("location.hash") == ""


@pytest.mark.parametrize(
    ("place", "told"),
    [(f"file={text}", "damaged") for text in ("garbage!!", "AAAA", "%%%zz")] + [("example=x", "no file x")],
)
def test_a_damaged_address_leaves_the_page_whole(page: sync_api.Page, address: str, place: str, told: str) -> None:
    page.goto(f"{address}try.html#{place}")
    page.wait_for_function("!document.getElementById('check').disabled")
    assert told in page.inner_text("#address")
    assert page.input_value("#example") == "gallery/deltanet"
    assert "DeltaNet" in page.input_value("#file")


def test_from_a_folder_the_page_says_what_it_needs(page: sync_api.Page) -> None:
    page.goto((SITE / "try.html").as_uri())
    assert "python -m http.server" in page.inner_text("#status")


def test_the_browser_has_the_version_of_flint_that_is_constrained() -> None:
    constraints = (Path(__file__).parents[2] / "constraints.txt").read_text("utf-8")
    (version,) = re.findall(r"^python-flint==(.+)$", constraints, re.MULTILINE)
    (wheel,) = json.loads((SITE / "_static/try/python.json").read_text("utf-8"))["wheels"]
    assert wheel.startswith(f"python_flint-{version}-")
