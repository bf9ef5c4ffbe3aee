"""How Sphinx makes the site. `derivations.generate.site` writes the pages beside a copy of this file, and runs it."""

from __future__ import annotations

from html import escape
from typing import Any

from pygments.lexers.special import TextLexer

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
html_js_files = [("katex/katex.min.js", {"defer": "defer"}), ("formulas.js", {"defer": "defer"})]
html_math_renderer = "tex"
html_copy_source = html_show_sourcelink = False
html_use_index = False
html_show_search_summary = False  # it would read the pages, which a browser does not do from a folder
autodoc_typehints = "none"


def inline_formula(writer: Any, node: Any) -> None:
    """TeX as text, which `static/formulas.js` sets with KaTeX once it is seen."""
    writer.body.append(f'<span class="tex">{escape(node.astext())}</span>')
    raise _skip()


def displayed_formula(writer: Any, node: Any) -> None:
    """As `inline_formula`, on lines of its own."""
    writer.body.append(f'<div class="tex display">{escape(node.astext())}</div>')
    raise _skip()


def _skip() -> Exception:
    from docutils.nodes import SkipNode

    return SkipNode()


def no_substitutions(*arguments: Any) -> None:
    """In a docstring, |x| is a norm."""
    lines: list[str] = arguments[-1]
    lines[:] = [line.replace("|", r"\|") for line in lines]


def setup(app: Any) -> None:
    """Let formulas stay TeX; what is no code of a known language is plain text."""
    app.add_lexer("formulas", TextLexer)
    app.connect("autodoc-process-docstring", no_substitutions)
    app.add_html_math_renderer("tex", (inline_formula, None), (displayed_formula, None))
