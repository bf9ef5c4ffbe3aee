"""A LaTeX document around what `documents.write_latex` writes, and what a paper needs that takes it in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .documents import BREAK, KINDS

#: The packages, each with what needs it: formulas, their symbols, statements and proofs, tables, pictures.
PACKAGES = {
    "amsmath": r"\\begin\{(?:align\*|[pb]?matrix|cases)\}|\\(?:text|operatorname|allowdisplaybreaks|[lr]Vert)\b",
    "amssymb": r"\\math(?:bb|frak)\b",
    "amsthm": rf"\\begin\{{(?:{'|'.join(KINDS)}|proof)\}}",
    "booktabs": r"\\(?:top|mid|bottom)rule\b",
    "longtable": r"\\begin\{longtable\}",
    "graphicx": r"\\includegraphics\b",
}


def packages(names: Sequence[str] = tuple(PACKAGES)) -> str:
    """The line that loads these packages."""
    return rf"\usepackage{{{','.join(names)}}}"


def environments(kinds: Sequence[str] = KINDS) -> str:
    """The environments of statements, which share one numbering: theorems slanted, readings of the paper upright."""
    lines: list[str] = []
    for kind in kinds:
        if kind == "reading":
            lines.append(r"\theoremstyle{definition}")
        shared = f"[{kinds[0]}]" if kind != kinds[0] else ""
        lines.append(rf"\newtheorem{{{kind}}}{shared}{{{kind.capitalize()}}}")
    return "\n".join(lines)


def needed(body: str) -> tuple[str, str]:
    """What the preamble of a paper needs for the body, and nothing else: the line of packages, and environments."""
    used = [name for name, pattern in PACKAGES.items() if re.search(pattern, body)]
    kinds = [kind for kind in KINDS if rf"\begin{{{kind}}}" in body]
    return packages(used) if used else "", environments(kinds)


def preamble(packages: str, environments: str) -> str:
    """The beginning of a document with these lines; the text is 16 cm wide, for which formulas are broken."""
    return rf"""\documentclass[10pt,a4paper]{{article}}
\usepackage[margin=2.5cm]{{geometry}}
\usepackage[T1]{{fontenc}}
\usepackage{{lmodern}}
{packages}
\usepackage[hidelinks]{{hyperref}}
{environments}
\setlength{{\emergencystretch}}{{3em}}
"""


#: Of a document that may have everything in it.
PREAMBLE = preamble(packages(), environments())

#: Of a document whose theorems have numbers of their own: names at which one can refer to a place, and small entries.
NUMBERED = r"""\makeatletter
\newcommand{\named}[3]{\phantomsection\def\@currentlabel{#2}\label{#1}\textbf{#3}}
\makeatother
\setlength{\emergencystretch}{12em}
\postdisplaypenalty=10000
\newenvironment{entry}{\par\addvspace{0.6em plus 0.2em}\small\raggedright\noindent\ignorespaces}{\par}
"""

#: How to cite what is printed, and the paper that it is about.
CITE = r"\cite{gdssm,gdssm-paper}"


def whole(body: str, bibliography: str, works: str) -> str:
    """A document that compiles as it stands; the BibTeX entries that `CITE` needs come first, as comments.

    `works` is the list of the works that are cited, as an environment of LaTeX.
    """
    entries = "".join(f"%   {line}\n" for line in bibliography.splitlines())
    begun = f"% To cite it by {CITE}:\n{entries}\n{preamble(*needed(body))}\\begin{{document}}\n"
    cited = f"\n{works}\n" if CITE in body else ""
    return f"{begun}{body}{cited}\\end{{document}}\n"


def excerpt(body: str) -> str:
    """The body, after the lines that a paper's preamble needs for it, as comments; its formulas break anywhere."""
    body = body.replace(rf"{BREAK} ", r"\allowbreak ")
    lines = [f"%   {line}\n" for part in needed(body) for line in part.splitlines()]
    asked = f"% The preamble needs these lines:\n{''.join(lines)}" if lines else ""
    verb = "It says" if CITE in body else "Cite it by"
    cite = f"% {verb} {CITE}; --preamble writes a whole document, and these BibTeX entries."
    return f"{asked}{cite}\n\n{body}"
