"""How Sphinx makes the site. `derivations.generate.site` writes the pages beside a copy of this file, and runs it."""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from pygments.lexers.special import TextLexer
from sphinx.transforms import SphinxTransform

from derivations import __version__

project = "gdssm"
author = "The gdssm founders"
copyright = author  # noqa: A001 - Sphinx's name
version = release = __version__

extensions = ["myst_nb", "sphinx_design", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # the notebooks hold their outputs
nb_render_markdown_format = "myst"
templates_path: list[str] = []
exclude_patterns = ["jupyter_execute", "README.md"]

html_theme = "furo"
html_title = "gdssm"
html_static_path = ["static"]
html_favicon = "static/favicon.svg"
html_css_files = ["katex/katex.min.css", "gdssm.css"]
html_js_files = [(name, {"defer": "defer"}) for name in ("katex/katex.min.js", "formulas.js", "reading.js")]
html_math_renderer = "tex"
html_copy_source = html_show_sourcelink = False
html_use_index = False
html_show_search_summary = True  # but from a folder, where no page may be read: static/find.js
autodoc_typehints = "none"


def inline_formula(writer: Any, node: Any) -> None:
    """TeX as text, which `static/formulas.js` sets with KaTeX once it is seen."""
    writer.body.append(f'<span class="tex">{escape(node.astext())}</span>')
    raise nodes.SkipNode


def displayed_formula(writer: Any, node: Any) -> None:
    """As `inline_formula`, on lines of its own."""
    writer.body.append(f'<div class="tex display">{escape(node.astext())}</div>')
    raise nodes.SkipNode


def no_substitutions(*arguments: Any) -> None:
    """In a docstring, |x| is a norm."""
    lines: list[str] = arguments[-1]
    lines[:] = [line.replace("|", r"\|") for line in lines]


def place(_name: str, _raw: str, label: str, *_: Any) -> tuple[list[Any], list[Any]]:
    """The role of an exact address, P2.T1: of what stands there, or of the section whose title it stands in."""
    return [nodes.target("", "", ids=[label], classes=["place"])], []


class Places(SphinxTransform):
    """Gives each section the address in its title, as its first: links, lists at the sides and the search use it."""

    default_priority = 500

    def apply(self, **_: Any) -> None:
        for target in [one for one in self.document.findall(nodes.target) if "place" in one["classes"]]:
            if isinstance(target.parent, nodes.title) and isinstance(target.parent.parent, nodes.section):
                target.parent.parent["ids"][:0] = target["ids"]
                target.parent.remove(target)


def names_for_the_search(app: Any, page: str, *_: Any) -> None:
    """The page of the search knows what is asked for by its name."""
    if page == "search":
        app.add_js_file("named.js", loading_method="defer")
        app.add_js_file("find.js", loading_method="defer")


def setup(app: Any) -> None:
    """Let formulas stay TeX; what is no code of a known language is plain text."""
    app.add_role("place", place)
    app.add_transform(Places)
    app.add_lexer("formulas", TextLexer)
    app.connect("html-page-context", names_for_the_search)
    app.connect("autodoc-process-docstring", no_substitutions)
    app.add_html_math_renderer("tex", (inline_formula, None), (displayed_formula, None))
