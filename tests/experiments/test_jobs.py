"""Jobs: stopped and resumed to the same numbers, one that fails alone, rates that are searched, what is refused."""

from __future__ import annotations

import json
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from derivations.errors import InputError
from derivations.experiments.efforts import SMOKE
from derivations.experiments.jobs import Job, outcome, perform
from derivations.experiments.panels import converged
from derivations.experiments.plans import (
    FIGURES,
    GD_SSM,
    TITLES,
    compared_jobs,
    gd_ssm,
    jobs,
    searched,
    searches,
    sine,
    task_of,
)
from derivations.experiments.pool import Running, run_jobs
from derivations.training.run_files import CHECKPOINT, RESULT
from gdssm_numeric import checkpoint
from gdssm_numeric.competitors import CompetitorRun

pytestmark = pytest.mark.usefixtures("one_thread")

SEARCHING = replace(SMOKE, interleaved=replace(SMOKE.interleaved, updates=16, searched=3))

JOBS = {
    "GD-SSM": gd_ssm(SMOKE, "interleaved", 2),
    "competitor": compared_jobs(SMOKE, "interleaved", "gated-deltanet", 3e-3)[1],
    "sinusoids": sine(SMOKE, 1, True),
}


class Stopped(Exception):
    pass


def done(job: Job, folder: Path) -> dict[str, Any]:
    perform(job, folder, "cpu", lambda *_: None)
    found = json.loads((folder / job.name / RESULT).read_text())
    del found["seconds"]
    return found


@pytest.mark.parametrize("job", JOBS.values(), ids=JOBS)
def test_a_job_that_is_stopped_goes_on_to_the_same_numbers(job: Job, tmp_path: Path) -> None:
    """In the middle of training, and after it, before it is measured."""
    updates = job.run.preset.updates
    for when in (3 * updates // 4, updates):

        def stop(now: int, of: int, when: int = when) -> None:
            if now == when:
                raise Stopped

        with pytest.raises(Stopped):
            perform(job, tmp_path / str(when), "cpu", stop)
        assert outcome(job, tmp_path / str(when)) is None
    stopped = [done(job, tmp_path / str(when)) for when in (3 * updates // 4, updates)]
    assert stopped == [done(job, tmp_path / "whole")] * 2
    assert set(stopped[0]["measures"]) == set(job.measures)


def test_a_job_that_is_asked_to_stop_writes_down_where_it_is(tmp_path: Path) -> None:
    """After any update, not only where a checkpoint is due; and it goes on to the same numbers."""
    job = JOBS["GD-SSM"]

    def ask(now: int, of: int) -> None:
        if now == 7 < of:
            signal.raise_signal(signal.SIGTERM)

    assert 7 % job.run.preset.checkpoint != 0
    with pytest.raises(SystemExit):
        perform(job, tmp_path / "stopped", "cpu", ask)
    assert checkpoint.read(tmp_path / "stopped" / job.name / CHECKPOINT)["done"] == 7
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert done(job, tmp_path / "stopped") == done(job, tmp_path / "whole")


def test_ctrl_c_loses_no_update_of_a_job(tmp_path: Path) -> None:
    run = JOBS["GD-SSM"].run
    long = replace(run.preset, updates=10**6, checkpoint=10**6)
    job = replace(JOBS["GD-SSM"], run=replace(run, preset=long))  # type: ignore[type-var]

    class Interrupting(Told):
        def on_change(self, running: Sequence[Running], ended: Sequence[Running]) -> None:
            if any(one.done > 0 for one in running):
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_jobs([job], tmp_path, 1, "cpu", Interrupting())
    assert checkpoint.read(tmp_path / job.name / CHECKPOINT)["done"] > 0


def test_only_what_is_missing_is_measured(tmp_path: Path) -> None:
    job = replace(JOBS["GD-SSM"], measures=("test",))
    first = done(job, tmp_path)
    path = tmp_path / job.name / RESULT
    held = json.loads(path.read_text())
    held["measures"]["test"]["loss"] = [7.0, 7.0]  # what is there is not measured again
    path.write_text(json.dumps(held))
    second = done(replace(job, measures=("test", "weights")), tmp_path)
    assert second["measures"]["test"]["loss"] == [7.0, 7.0]
    assert set(second["measures"]) == {"test", "weights"}
    assert second["watched"] == first["watched"]


class Told:
    """Who is told how far jobs are, and keeps it."""

    def __init__(self) -> None:
        self.known: list[str] = []
        self.ended: list[str] = []

    def on_known(self, jobs: Sequence[Job]) -> None:
        self.known += [job.name for job in jobs]

    def on_change(self, running: Sequence[Running], ended: Sequence[Running]) -> None:
        self.ended += [one.job.name for one in ended]


def test_a_job_that_fails_takes_no_other_with_it(tmp_path: Path) -> None:
    """A width without room for a token; a bug; a damaged result; and one that is fine, which is not run again."""
    fine = JOBS["competitor"]
    narrow = replace(
        fine, name="narrow", run=CompetitorRun(task_of("interleaved", 9), "linear-1", 16, SMOKE.preset(2, 1e-3))
    )
    unknown = replace(fine, name="unknown", measures=("no such measure",))
    damaged = replace(fine, name="damaged")
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / RESULT).write_text('{"settings": {}, "measures": null}')
    all_jobs, told = [narrow, fine, unknown, damaged], Told()
    outcomes, failures = run_jobs(all_jobs, tmp_path, 2, "cpu", told)
    assert set(outcomes) == {fine.name}
    assert "more than the width" in failures["narrow"]
    assert "ended with status 1" in failures["unknown"]
    assert "is not the result of a job; delete it" in failures["damaged"]
    assert sorted(told.ended) == sorted(["narrow", "unknown", fine.name])
    again = Told()
    assert run_jobs([fine], tmp_path, 2, "cpu", again)[0] == outcomes
    assert (again.known, again.ended) == ([fine.name], [])


def test_a_folder_of_another_run_is_not_taken_up(tmp_path: Path) -> None:
    job = replace(JOBS["GD-SSM"], measures=())
    done(job, tmp_path)
    other = replace(job, run=replace(job.run, seed=1))  # type: ignore[type-var]
    with pytest.raises(InputError, match="another run"):
        outcome(other, tmp_path)
    (tmp_path / job.name / RESULT).unlink()
    with pytest.raises(InputError, match="seed is 0 there and 1 here"):
        perform(other, tmp_path, "cpu", lambda *_: None)


def test_every_architecture_and_every_seed_is_trained_once() -> None:
    planned = jobs(SMOKE, FIGURES, {})
    assert len({job.name for job in planned}) == len(planned)
    for setting in ("interleaved", "interleaved-large", "constructed"):
        for name in TITLES:
            mine = [job.name for job in planned if job.name.startswith(f"{setting}/{name}")]
            if name in GD_SSM:
                assert len(mine) == (0 if (setting, name) == ("constructed", "gd-ssm-2") else 1)
            else:
                own = [one for one in mine if one.removeprefix(f"{setting}/{name}-").isdigit()]
                assert len(own) == SMOKE.seeds


def chosen(name: str, losses: dict[str, float | None]) -> float:
    tried = [job for job in searches(SEARCHING, ("fig5",)) if job.name.startswith(f"search/interleaved/{name}-")]
    outcomes = {
        job.name: {
            "diverged": None if losses[job.name.removeprefix(f"search/interleaved/{name}-")] else 3,
            "watched": [{"loss": [losses[job.name.removeprefix(f"search/interleaved/{name}-")]]}],
        }
        for job in tried
    }
    assert len(tried) == 3
    return searched(SEARCHING, "interleaved", name, outcomes).rate


def test_another_rate_is_taken_only_if_it_is_clearly_better() -> None:
    assert chosen("s5", {"0.003": 1.0, "0.001": 0.995, "0.009": 1.2}) == 0.003
    assert chosen("s5", {"0.003": 1.0, "0.001": 0.98, "0.009": 1.2}) == 0.001
    assert chosen("s5", {"0.003": None, "0.001": None, "0.009": 1.2}) == 0.009
    assert chosen("s5", {"0.003": None, "0.001": None, "0.009": None}) == 0.003


def test_what_has_converged_fell_by_less_than_a_hundredth_in_the_last_fifth() -> None:
    updates = [1, 40, 80, 90, 100]
    assert converged(updates, [9.0, 5.0, 1.0, 0.999, 0.991])
    assert not converged(updates, [9.0, 5.0, 1.0, 0.999, 0.989])
    assert converged(updates, [9.0, 1.0, 0.999, 0.995, 0.991], 2), "since update 40: none was watched at 50"
    assert not converged(updates, [9.0, 1.01, 0.999, 0.995, 0.991], 2)
