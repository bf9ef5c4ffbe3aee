"""What uses what: the theorems and lemmas of each claim, and the claims among each other, as graphs for Graphviz."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from derivations.claim import Outcome
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.writing.narration import lemmas_of, references, said
from gdssm_symbolic.writing.prose import plain

from .web import address

#: A colour for each kind of proof, which reads in black letters; what has none is grey.
COLOURS = {
    "Calculation": "#cfe3f5",
    "Induction": "#cdebd0",
    "GradientExpansion": "#fbe3b8",
    "Differentiation": "#fbe3b8",
    "Expectation": "#e5d5f2",
    "Positivity": "#f9d2cf",
    "Independence": "#d3efee",
    "Assumption": "#ffffff",
}
OTHERS = "#e4e4e4"
#: What a kind of proof is called, where its name in two words says too little.
CALLED = {
    "Calculation": "calculation, line by line",
    "GradientExpansion": "gradient, by expansion",
    "Differentiation": "gradient, by the chain rule",
    "Expectation": "expected value",
    "Assumption": "assumed",
    "ByCoefficients": "comparison of coefficients",
    "Passage": "passage to a limit",
    "Specialisation": "special case",
    "Absurdity": "contradiction",
}
HEAD = 'rankdir=BT; bgcolor=transparent; node [shape=box style="rounded,filled" fontname="sans-serif" fontsize=11]'


@dataclass(frozen=True)
class Node:
    """A box: where it leads, what stands in it, and what is told of it."""

    label: str
    text: str
    colour: str
    told: str

    @property
    def drawn(self) -> str:
        style = f'fillcolor="{self.colour}" tooltip={_quoted(self.told)}'
        return f"{_quoted(self.label)} [label={_quoted(self.text)} URL={_quoted(address(self.label))} {style}]"


@dataclass(frozen=True)
class Graph:
    """Boxes, and arrows between their labels."""

    nodes: tuple[Node, ...]
    arrows: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        """Arrows are in alphabetical order: the lemmas of a theorem come in one that differs from run to run."""
        object.__setattr__(self, "arrows", tuple(sorted(set(self.arrows))))

    @property
    def apart(self) -> list[Node]:
        """What no arrow leads to or from; it is not drawn."""
        ends = {end for arrow in self.arrows for end in arrow}
        return [node for node in self.nodes if node.label not in ends]

    @property
    def used_by(self) -> dict[str, list[str]]:
        """For each label, what an arrow leads to from there."""
        found: dict[str, list[str]] = {}
        for start, end in self.arrows:
            found.setdefault(start, []).append(end)
        return found

    def __str__(self) -> str:
        boxes = (node.drawn for node in self.nodes if node not in self.apart)
        arrows = (f"{_quoted(start)} -> {_quoted(end)}" for start, end in self.arrows)
        return "\n".join(("digraph {", HEAD, *boxes, *arrows, "}"))


def of_claim(outcome: Outcome) -> Graph:
    """An arrow leads from a lemma to what uses it."""
    theorems = (*outcome.theorems, *lemmas_of(outcome.theorems))
    names = references(outcome.theorems, outcome.by_id, outcome.claim.id)
    label = {key: name.label for key, name in names.items()}
    nodes = dict.fromkeys(_node(one, label[said(one)], names[said(one)].text) for one in theorems)
    arrows = dict.fromkeys((label[said(lemma)], label[said(one)]) for one in theorems for lemma in one.lemmas)
    return Graph(tuple(nodes), tuple(arrows))


def _node(theorem: Theorem, label: str, text: str) -> Node:
    kind = type(theorem.proof).__name__
    told = f"{called(kind)}: {plain(theorem.title)}" if theorem.title else called(kind)
    return Node(label, text, COLOURS.get(kind, OTHERS), told)


def of_claims(outcomes: Sequence[Outcome]) -> Graph:
    """An arrow leads from a claim to another in whose proofs something is used that the first one states."""
    home = {said(theorem): outcome.claim.id for outcome in reversed(outcomes) for theorem in outcome.by_id.values()}
    arrows = dict.fromkeys(
        (owner, outcome.claim.id)
        for outcome in outcomes
        for theorem in (*outcome.theorems, *lemmas_of(outcome.theorems))
        if (owner := home.get(said(theorem), outcome.claim.id)) != outcome.claim.id
    )
    claims = ((outcome.claim.id, plain(outcome.claim.label)) for outcome in outcomes)
    return Graph(tuple(Node(name, name, COLOURS["Calculation"], told) for name, told in claims), tuple(arrows))


def legend(outcomes: Iterable[Outcome]) -> Iterator[tuple[str, str, int]]:
    """Each kind of proof with its colour, and how many theorems and lemmas it proves."""
    every = {said(one): one for outcome in outcomes for one in (*outcome.theorems, *lemmas_of(outcome.theorems))}
    kinds = [type(theorem.proof).__name__ for theorem in every.values()]
    for kind in sorted(set(kinds), key=lambda one: -kinds.count(one)):
        yield called(kind), COLOURS.get(kind, OTHERS), kinds.count(kind)


def called(kind: str) -> str:
    """The name of a kind of proof in words: joint induction for JointInduction."""
    return CALLED.get(kind, re.sub(r"(?<!^)(?=[A-Z])", " ", kind).lower())


def _quoted(text: str) -> str:
    """A string of Graphviz, in which only the quotation mark is special."""
    return json.dumps(text, ensure_ascii=False).replace("\\\\", "\\")
