"""Documents as MyST Markdown, from which Sphinx makes the site.

Formulas stay TeX, which KaTeX sets in the browser. What can be referred to has its own id as its address,
`claims/P2.html#P2.4`; a proof is folded below its statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from html import escape

from derivations.paper.id_list import listed
from gdssm_symbolic.writing import prose
from gdssm_symbolic.writing.documents import (
    Block,
    Chain,
    Dialect,
    Displayed,
    Heading,
    Listing,
    Paragraph,
    Part,
    Parts,
    Picture,
    ProofBegins,
    indented,
    inline,
    write_markdown,
)
from gdssm_symbolic.writing.printing import to_latex

#: An id of a reading or a theorem: P2.4, P2.T7.
ID = re.compile(rf"(?<![\w.])(?:{'|'.join(listed())})\.T?\d+\b")
#: The fence of what is folded; longer than any inside it.
FENCE = "::::"
#: Formulas of more characters are folded, unless they are folded with a proof; but not those that are short.
LONGEST, SHORT = 1500, 300
#: A paragraph of more characters is folded after its first sentences.
LONGEST_PARAGRAPH = 600


def address(name: str) -> str:
    """Where a claim, a reading, a theorem or a lemma stands, from the root of the site: claims/P2.html#P2.4."""
    return f"claims/{name.partition('.')[0]}.html#{name}"


def linked(name: str, text: str, root: str = "") -> str:
    """A link to what has an id; `root` leads from the page to the root of the site."""
    return _link(root + address(name), text)


def _link(target: str, text: str) -> str:
    return f'<a href="{escape(target)}">{escape(text)}</a>'


def anchor(label: str) -> str:
    """What gives a place on a page its address."""
    return f'<span class="anchor" id="{escape(label)}"></span>'


def heading(text: str, level: int, label: str = "") -> str:
    """A heading, whose own address is its label; `conf.py` knows the role."""
    place = f"{{place}}`{label}`" if label else ""
    return f"{'#' * level} {place}{text}"


def verdict(word: str, *, good: bool | None = None) -> str:
    """A verdict with a colour: good, bad, or neither."""
    kind = {True: "good", False: "bad", None: "open"}[good]
    return f'<span class="verdict {kind}">{escape(word)}</span>'


def cards(table: str) -> str:
    """A table of which a row is a block of its own on a narrow screen and in print."""
    return f":::{{container}} cards\n\n{table}\n\n:::"


def dropdown(title: str, *inside: str, name: str = "", depth: int = 0) -> str:
    """What is folded below a title; its fence is longer than those of what it holds, which are less deep."""
    fence = FENCE + ":" * depth
    named = f"\n:name: {name}" if name else ""
    return "\n\n".join((f"{fence}{{dropdown}} {title}{named}", *inside, fence))


def dialect(root: str | None) -> Dialect:
    """How prose, code, references and formulas are written on a page from which `root` leads to the root of the site.

    With None, all that is referred to stands on the page itself.
    """

    def reference(label: str, text: str) -> str:
        return _link(f"#{label}", text) if root is None else linked(label, text, root)

    def words(text: str) -> str:
        """Prose, in which every id leads to where it stands."""
        pieces = enumerate(prose.myst(text).split("$"))
        return "$".join(
            piece if k % 2 else ID.sub(lambda found: reference(found[0], found[0]), piece) for k, piece in pieces
        )

    return Dialect(
        words,
        "`{}`".format,
        lambda label: reference(label, label),
        lambda item: f"${to_latex(item)}$",
        lambda to: reference(to.label, to.text),
    )


def write_myst(document: Iterable[Block], root: str | None = "", *, folded: bool = True) -> str:
    """The document as MyST; a proof is folded if not said otherwise."""
    return "\n\n".join(_blocks(document, dialect(root), folded)) + "\n"


def _blocks(document: Iterable[Block], written: Dialect, folded: bool) -> Iterator[str]:
    opened = False
    for block in document:
        if opened and isinstance(block, Heading):
            yield FENCE
            opened = False
        if isinstance(block, ProofBegins):
            if folded:
                yield f"{FENCE}{{dropdown}} Proof, line by line"
                opened = True
        elif isinstance(block, Displayed) and not opened and len(_block(block, written)) > LONGEST:
            yield from _in_part(block, written)
        else:
            yield _block(block, written)
    if opened:
        yield FENCE


def _in_part(block: Displayed, written: Dialect) -> Iterator[str]:
    """The short formulas of a display for which there is no room, and the others folded."""
    shown: list[Part] = []
    folded: list[Part] = []
    room = LONGEST
    for formula in block.formulas:
        length = len(_block(Displayed((formula,)), written))
        if length <= min(SHORT, room):
            shown.append(formula)
            room -= length
        else:
            folded.append(formula)
    if shown:
        yield _block(Displayed(tuple(shown)), written)
    title = "A long formula" if len(folded) == 1 else f"{len(folded)} longer formulas"
    yield dropdown(title, _block(Displayed(tuple(folded)), written))


def _block(block: Block, written: Dialect) -> str:
    told = partial(inline, dialect=written)
    match block:
        case Heading(text=text, level=level, label=label):
            return heading(prose.myst(text), level, label)
        case Paragraph(parts=parts):
            return _no_block(told(parts))
        case Displayed():
            return write_markdown((block,)).rstrip()
        case Chain():
            return "\n\n".join(('<div class="chain">', *_lines(block, written), "</div>"))
        case Listing(items=items):
            return "\n".join(f"- {told(item)}" for item in items)
        case Picture(path=path, caption=caption, label=label):
            return f"{anchor(label) if label else ''}![{told(caption)}]({path})\n\n*{told(caption)}*"
    raise TypeError(f"{type(block).__name__} has no place on a page")


def _lines(chain: Chain, written: Dialect) -> Iterator[str]:
    """Each line of a chain as a paragraph: the formula, and beside it the reason."""
    for line in chain.lines():
        reason = f' <span class="reason">{inline(line.reason, written)}</span>' if line.reason else ""
        yield rf"$\displaystyle {indented(line)}${reason}"


def _no_block(text: str) -> str:
    """A paragraph in which no list begins."""
    return re.sub(r"^(?=[-+] |\d+\. )", r"\\", text)


def shortened(text: str) -> str:
    """A paragraph, of which the rest is folded after the first sentences if it is long."""
    sentence = r"(?:[^$.]|\$[^$]*\$|\.(?! [A-Z]))*\. "
    first = re.match(rf"{sentence}(?:{sentence})?", text)
    if len(text) <= LONGEST_PARAGRAPH or first is None:
        return text
    return f"{first[0].rstrip()}\n\n{dropdown('More', text[first.end() :])}"


def cells(parts: Parts, root: str | None = "") -> str:
    """Parts on one line, for a title or a cell."""
    return inline(parts, dialect(root))
