"""The lemmas of all claims, each numbered and proved once: what is proved by induction in a chapter of its own.

A paper that shows several claims cites a lemma by its number wherever it is used.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from derivations.claim import Outcome
from gdssm_symbolic.extensions.joint_induction import JointInduction
from gdssm_symbolic.kernel.proofs import Induction
from gdssm_symbolic.kernel.theorem import Assumption, Theorem
from gdssm_symbolic.writing.documents import Reference
from gdssm_symbolic.writing.narration import Said, lemmas_of, said

CHAPTER = "lemmas"
#: Before the words for what a theorem assumes, in the list of a claim.
ASSUMED = "assumed: "


@dataclass(frozen=True)
class Lemmas:
    """What the claims rest on. `shared` is the chapter: what has no id, and is used by several or proved by induction.

    `labels` has what everything is called that has an id or a number. `users` are the claims that rest on it, and
    `home` is the claim in which it is proved; for what is in the chapter, CHAPTER.
    """

    shared: tuple[Theorem, ...]
    labels: Mapping[Said, Reference]
    users: Mapping[Said, tuple[str, ...]]
    home: Mapping[Said, str]

    def elsewhere(self, claim: str) -> Collection[Said]:
        """What is not proved in this claim."""
        return {one for one, home in self.home.items() if home != claim}

    def used_by(self, outcome: Outcome) -> Iterator[Reference]:
        """The lemmas of the chapter, and the theorems of other claims, on which a claim rests."""
        own = {said(theorem) for theorem in outcome.by_id.values()}
        for lemma in lemmas_of(outcome.theorems):
            if said(lemma) not in own and self.home[said(lemma)] != outcome.claim.id:
                yield self.labels[said(lemma)]

    def assumed_by(self, theorem: Theorem) -> list[Reference]:
        """The assumptions on which a theorem rests, in the order of their numbers."""
        found = {self.labels[said(one)] for one in lemmas_of([theorem]) if isinstance(one.proof, Assumption)}
        return sorted(found, key=lambda label: int(label.text.rpartition(" ")[2]))


def lemmas(outcomes: Sequence[Outcome]) -> Lemmas:
    """Number the lemmas: those of the chapter first, what has one title side by side, then claim by claim."""
    ids: dict[Said, tuple[str, str]] = {}
    for outcome in outcomes:
        for name, theorem in outcome.by_id.items():
            ids.setdefault(said(theorem), (name, outcome.claim.id))
    users: dict[Said, list[str]] = {}
    first: dict[Said, Theorem] = {}
    for outcome in outcomes:
        every = {said(one): one for one in (*lemmas_of(outcome.theorems), *outcome.by_id.values())}
        for key, theorem in every.items():
            users.setdefault(key, []).append(outcome.claim.id)
            first.setdefault(key, theorem)
    nameless = [key for key in first if key not in ids]
    shared = [
        key for key in nameless if len(users[key]) > 1 or isinstance(first[key].proof, Induction | JointInduction)
    ]
    kinds = list(dict.fromkeys(_kind(first[key]) for key in shared))
    shared.sort(key=lambda key: kinds.index(_kind(first[key])))
    labels = {key: _named(first[key], name) for key, (name, _) in ids.items()}
    assumptions = [key for key in nameless if isinstance(first[key].proof, Assumption)]
    assumptions.sort(key=lambda key: _as_listed(first[key], outcomes))
    proved = [key for key in (*shared, *nameless) if key not in assumptions]
    for keys in (proved, assumptions):
        for number, key in enumerate(dict.fromkeys(keys), 1):
            labels[key] = _numbered(first[key], number)
    home = {key: CHAPTER if key in shared else ids[key][1] if key in ids else users[key][0] for key in first}
    told = {key: tuple(claims) for key, claims in users.items()}
    return Lemmas(tuple(first[key] for key in shared), labels, told, home)


def _kind(lemma: Theorem) -> str:
    """The title without its formulas."""
    return re.sub(r"\$[^$]*\$", "", lemma.title)


def _as_listed(assumed: Theorem, outcomes: Sequence[Outcome]) -> tuple[int, int]:
    """Where the words for what is assumed stand among those of the claims; behind all others, if nowhere."""
    words = f"{ASSUMED}{assumed.proof.name}" if isinstance(assumed.proof, Assumption) else ""
    listed = (outcome.claim.assumptions for outcome in outcomes)
    return next(((k, one.index(words)) for k, one in enumerate(listed) if words in one), (len(outcomes), 0))


def _named(theorem: Theorem, name: str) -> Reference:
    return Reference(name, "assumption" if isinstance(theorem.proof, Assumption) else "theorem", name)


def _numbered(lemma: Theorem, number: int) -> Reference:
    kind = "assumption" if isinstance(lemma.proof, Assumption) else "lemma"
    return Reference(f"{kind.capitalize()} {number}", kind, f"{kind}-{number}")
