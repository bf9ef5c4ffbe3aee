"""Where the time of `gdssm verify --only symbolic` goes: CPU seconds of each claim, its proofs and its evaluation.

Each claim is judged in a process of its own, as the command does it, one after another; the longest come first. The
proofs are what the checker accepts; the evaluation writes the theorems out at small sizes. With --profile CLAIM, the
functions that take the longest in one claim are printed.

    python benchmarks/claims.py [--json] [--profile OPTL]
"""

from __future__ import annotations

import argparse
import json
import platform
from cProfile import Profile
from functools import partial
from pstats import Stats
from time import process_time

from derivations.background import Background
from derivations.claim import Claim
from derivations.claims import CLAIMS
from derivations.report.markdown_table import markdown_table
from derivations.verdict import confirmation, judge, proved


def measured(claim: Claim) -> tuple[float, float]:
    """Return the CPU seconds of the proofs, and of the evaluation."""
    began = process_time()
    outcome = proved(claim)
    between = process_time()
    confirmation(outcome)
    return between - began, process_time() - between


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--profile", metavar="CLAIM", choices=CLAIMS)
    options = parser.parse_args()
    if options.profile:
        profile = Profile()
        profile.runcall(judge, CLAIMS[options.profile])
        Stats(profile).sort_stats("tottime").print_stats(25)
        return
    imported = process_time()
    seconds = {key: Background(partial(measured, claim)).result() for key, claim in CLAIMS.items()}
    longest = sorted(seconds, key=lambda key: -sum(seconds[key]))
    totals = [sum(one[part] for one in seconds.values()) for part in (0, 1)]
    if options.json:
        rows = {key: dict(zip(("proofs", "evaluation"), seconds[key], strict=True)) for key in longest}
        print(json.dumps({"python": platform.python_version(), "imports": imported, "claims": rows}, indent=1))
        return
    table = [(key, *(f"{one:.2f}" for one in (*seconds[key], sum(seconds[key])))) for key in longest]
    table += [("all", *(f"{one:.1f}" for one in (*totals, sum(totals))))]
    print(markdown_table(("claim", "proofs", "evaluation", "both"), table))
    print(f"\nCPU seconds; before that, {imported:.1f} for imports. Python {platform.python_version()}.")


if __name__ == "__main__":
    main()
