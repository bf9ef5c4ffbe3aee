"""A LaTeX document around what `documents.write_latex` writes, and what a paper needs that takes it in."""

from __future__ import annotations

from .documents import KINDS

#: The packages: formulas, proofs, long tables, pictures.
PACKAGES = r"\usepackage{amsmath,amssymb,amsthm,booktabs,longtable,graphicx}"


def environments() -> str:
    """The environments of statements, which share one numbering: theorems slanted, readings of the paper upright."""
    lines = [
        rf"\newtheorem{{{kind}}}{'' if kind == 'theorem' else '[theorem]'}{{{kind.capitalize()}}}"
        for kind in KINDS
        if kind != "reading"
    ]
    return "\n".join((*lines, r"\theoremstyle{definition}", r"\newtheorem{reading}[theorem]{Reading}"))


#: The text is 16 cm wide, for which formulas are broken (`page_layout`).
PREAMBLE = rf"""\documentclass[10pt,a4paper]{{article}}
\usepackage[margin=2.5cm]{{geometry}}
\usepackage[T1]{{fontenc}}
\usepackage{{lmodern}}
{PACKAGES}
\usepackage[hidelinks]{{hyperref}}
{environments()}
\setlength{{\emergencystretch}}{{3em}}
"""


def whole(body: str) -> str:
    """A document that compiles as it stands."""
    return f"{PREAMBLE}\\begin{{document}}\n{body}\\end{{document}}\n"


def excerpt(body: str) -> str:
    """The body, after the lines that a paper's preamble needs for it, as comments."""
    needed = "\n".join(f"%   {line}" for line in (PACKAGES, *environments().splitlines()))
    return f"% The preamble needs these lines; --preamble writes a whole document.\n{needed}\n\n{body}"
