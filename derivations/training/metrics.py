"""The losses of a run as a table for other programs, which grows while it trains."""

from __future__ import annotations

import csv
import io

from gdssm_numeric.training import Losses, Run


def metrics(run: Run, losses: Losses, optimum: float) -> str:
    """Return the table as CSV: a line for each record of the losses so far, about 200 in a run.

    Its columns are the number of updates; the learning rate of Q, q and C in the last of them; the expected loss of the
    best predictor; and for each replica its loss, squared error per component, mean since the record before.
    """
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    replicas = range(run.replicas)
    table.writerow(("update", "learning_rate", "optimum", *(f"loss_{replica}" for replica in replicas)))
    preset = run.preset
    for update, means in losses:
        row = preset.rate * preset.factor(update - 1), optimum, *means
        table.writerow((update, *(f"{number:.9g}" for number in row)))
    return written.getvalue()
