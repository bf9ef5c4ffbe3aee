"""The verdicts on claims, which show themselves as a table."""

from __future__ import annotations

from collections.abc import Iterable

from derivations.claim import Outcome
from gdssm_symbolic.writing.documents import Records
from gdssm_symbolic.writing.told import Told

from .json_report import SUMMARY, summary


def overview(*outcomes: Outcome) -> Told:
    """Tabulate these claims with their verdicts, one claim a row."""
    return Told((Records(SUMMARY, tuple(map(summary, outcomes))),))


class Verdicts(dict[str, Outcome]):
    """What was found out about claims, by their ids; it shows itself as a table of the verdicts."""

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        super().__init__({outcome.claim.id: outcome for outcome in outcomes})

    def _repr_markdown_(self) -> str:
        return overview(*self.values()).markdown

    def __repr__(self) -> str:
        return repr(overview(*self.values()))
