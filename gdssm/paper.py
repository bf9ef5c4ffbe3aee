"""The claims of the paper: their verdicts and their derivations."""

from __future__ import annotations

from derivations.claims import CLAIMS
from derivations.cli.console import choose
from derivations.cli.verify import settled
from derivations.constructions.check import Checked as CheckedConstruction
from derivations.paper.meant import meant
from derivations.progress import Steps
from derivations.recurrences.check import Checked as CheckedRecurrence
from derivations.recurrences.equations import CheckedEquation
from derivations.recurrences.toml_file import Stated
from derivations.report.claim_list import claims_at
from derivations.report.derivation import derivation
from derivations.report.excerpt import excerpt, together
from derivations.report.told import Verdicts
from gdssm_symbolic import ProofError
from gdssm_symbolic.display import document_of
from gdssm_symbolic.kernel.exact import class_of
from gdssm_symbolic.writing.told import Told

#: What is told by itself: what a user states, and the verdicts on it.
OWN = Stated, CheckedEquation, CheckedRecurrence, CheckedConstruction


def verify(*claims: str) -> Verdicts:
    """Prove the claims with these ids or about these places, or all of them, and return what was found out, by id.

    It does what `gdssm verify --only symbolic` does. A claim's `as_printed` and `verdict` are as that prints them, its
    `theorems_by_id` what was proved, its `readings` the sentences of the paper with the evidence on each. All claims
    take about a minute.

    InputError if there is no such claim or place.

    >>> import gdssm
    >>> found = gdssm.verify("P1")
    >>> found["P1"].as_printed.value, found["P1"].verdict.value
    ('refuted', 'proved')
    >>> print(found["P1"].theorems_by_id["P1.T1"].statement)
    −(η/N) z_Nᵀ Θ c_N = (0 − η ∇ℒ_N(0))ᵀ x_{N+1}
    """
    chosen = choose(claims)
    with Steps(len(chosen)) as steps:
        return Verdicts(settled(chosen, steps))


def show(what: str | object) -> Told:
    """Prove a claim and return its derivation, or one theorem or reading of it; or tell a theorem of your own.

    `what` is an id, as `gdssm show` lists them: P2, a reading P2.4, a theorem P2.T7. Or it is a place of the paper,
    such as "Eq. 18", which stands for the theorems and readings about it; if several claims have some, as at
    "Proposition 2", the claims are listed. Printed, the derivation is what `gdssm show P2` prints; in a notebook its
    formulas are set. `latex` and `markdown` are the document in these forms.

    Or it is an object that prints, such as what `prove`, `refute`, `decide` and `check` return. The
    LaTeX of a theorem has a label made of its title, which \\ref finds.

    InputError if there is no such id or place, ProofError if a theorem or the claim is not proved, TypeError for an
    object that is not of this package.

    >>> import gdssm
    >>> told = gdssm.show("P1")
    >>> print(told)  # doctest: +ELLIPSIS
    P1: one step, scalar targets
    ============================
    ...
    >>> r"\\nabla\\mathcal{L}" in told.latex
    True
    >>> print(gdssm.show("P2.4"))  # doctest: +ELLIPSIS
    Reading P2.4...
    >>> A = gdssm.Name("A", (gdssm.f, gdssm.f))()
    >>> theorem = gdssm.prove(gdssm.Equation((A + A.T).T, A.T + A), title="A + Aᵀ is symmetric")
    >>> r"\\label{gdssm:a-a-t-is-symmetric.theorem}" in gdssm.show(theorem).latex
    True
    """
    if isinstance(what, OWN) and class_of(what) in OWN:
        return what.told
    if not isinstance(what, str):
        return Told(document_of(what))
    place, ids = meant(what)
    if len(ids) > 1:
        return Told(claims_at(place, ids))
    ((claim, parts),) = ids.items()
    if parts:
        return Told(together([excerpt(CLAIMS[claim], name) for name in parts]))
    (outcome,) = verify(claim).values()
    if outcome.problem:
        raise ProofError(outcome.problem)
    return Told(tuple(derivation(outcome)))
