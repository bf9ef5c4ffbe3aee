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


#: How to cite what is printed, and the paper that it is about.
CITE = r"\cite{gdssm,gdssm-paper}"


def whole(body: str, bibliography: str) -> str:
    """A document that compiles as it stands, after the BibTeX entries that `CITE` needs, as comments."""
    entries = "".join(f"%   {line}\n" for line in bibliography.splitlines())
    return f"% To cite it by {CITE}:\n{entries}\n{PREAMBLE}\\begin{{document}}\n{body}\\end{{document}}\n"


def excerpt(body: str) -> str:
    """The body, after the lines that a paper's preamble needs for it, as comments."""
    needed = "\n".join(f"%   {line}" for line in (PACKAGES, *environments().splitlines()))
    cite = f"% Cite it by {CITE}; --preamble writes a whole document, and these BibTeX entries."
    return f"% The preamble needs these lines:\n{needed}\n{cite}\n\n{body}"
