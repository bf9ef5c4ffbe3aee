"""Training from a random start: R replicas, each on batches of its own.

Nothing couples the replicas: AdamW works entry by entry, the loss is the sum of theirs, and no gradient is clipped.
On the CPU, with the same number of threads, a run that is stopped and resumed ends with the same bits as one that is
not, and a replica of a GD-SSM ends with the same bits whatever others are trained beside it. A GPU draws the same
batches again after a resumption, but its sums may be taken in another order: the same up to rounding is all that it
promises.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_swa_avg_fn

from . import checkpoint
from .presets import QUICK, Preset
from .steps import Gradient, OneByOne, Step, Together, ordered
from .tasks import INITIAL, TRAINING, Task, Tasks, generator
from .token_gradient import token_gradient
from .token_model import TokenModel
from .window_gradient import WindowGradient
from .window_model import START_OF_DECAYS, WindowModel

#: A record of the losses is kept about this many times in a run.
RECORDS = 200
#: A model is watched at about this many updates of a run, evenly spaced on a logarithmic axis.
WATCHED = 30

Model = WindowModel | TokenModel


class Diverged(ArithmeticError):
    """The loss or the parameters are no longer finite: after which update."""

    def __init__(self, update: int) -> None:
        super().__init__(f"the loss was not finite at update {update}")
        self.update = update


M_co = TypeVar("M_co", bound=nn.Module, covariant=True)


class Trainable(Protocol[M_co]):
    """All that determines how a model is trained, but for the machine: a frozen dataclass.

    The model maps a batch (R, B, …) to predictions (R, B, g). Its parameters whose names end in `decay` have the
    preset's rate of decays.
    """

    @property
    def task(self) -> Tasks: ...
    @property
    def replicas(self) -> int: ...
    @property
    def seed(self) -> int: ...
    @property
    def preset(self) -> Preset: ...
    @property
    def dtype(self) -> str: ...

    def model(self, first: int = 0, dtype: str | None = None) -> M_co:
        """The model at its random start, on the CPU; its replicas are numbered from `first`."""


#: Of each record: after which update, and the mean loss of each replica since the record before.
Losses = list[tuple[int, list[float]]]
#: What is to be noted of a model while it is trained: numbers by name, one for each replica.
Watch = Callable[[nn.Module], dict[str, list[float]]]


@dataclass(frozen=True)
class Run:
    """What determines the training of a GD-SSM, but for the machine: a checkpoint belongs to exactly one of these."""

    task: Task
    layers: int = 1
    replicas: int = 5
    seed: int = 0
    preset: Preset = QUICK
    decays: tuple[float, float] = START_OF_DECAYS
    dtype: str = "float32"

    def __post_init__(self) -> None:
        if min(self.layers, self.replicas) < 1 or self.seed < 0:
            raise ValueError("layers and replicas start at 1, the seed at 0")
        if self.dtype not in ("float32", "float64"):
            raise ValueError("dtype is float32 or float64")
        if self.task.tokens == "constructed" and self.layers > 1:
            raise ValueError("constructed tokens have one layer")
        if self.task.targets == "scalar" and self.task.tokens == "interleaved":
            raise ValueError("scalar targets are trained on constructed tokens: interleaved, most decays would be dead")

    def model(self, first: int = 0, dtype: str | None = None) -> Model:
        """The model at its random start, on the CPU; its replicas are numbered from `first`."""
        precision = getattr(torch, dtype or self.dtype)
        model: Model
        if self.task.tokens == "constructed":
            model = TokenModel(self.task.features, self.replicas, dtype=precision)
        else:
            model = WindowModel(self.task.features, self.layers, self.replicas, dtype=precision)
        own = [generator(self.seed, first + r, INITIAL) for r in range(self.replicas)]
        model.initialise(own, self.task.samples, self.decays)
        return model

    def gradient(self) -> Gradient:
        """Return what computes the loss of one replica and its gradient."""
        task = self.task
        if task.tokens == "constructed":
            return token_gradient
        return WindowGradient(task.features, task.samples, self.preset.batch, self.layers, getattr(torch, self.dtype))


class Training(Generic[M_co]):
    """The state of a run between two updates. `first` numbers its replicas: two runs can be two halves of one.

    `watch` is called at the start, at some updates and at the end; what it returns is kept with the number of updates.
    """

    def __init__(
        self, run: Trainable[M_co], device: torch.device | str = "cpu", first: int = 0, watch: Watch | None = None
    ) -> None:
        self.run, self.device, self.first, self.watch = run, torch.device(device), first, watch
        self.model = run.model(first).to(self.device)
        preset = run.preset
        self.step: Step
        if isinstance(run, Run) and self.device.type == "cpu":
            self.step = OneByOne(self.model, preset, run.gradient())
        else:
            self.step = Together(self.model, preset)
        self.generators = [generator(run.seed, first + r, TRAINING, self.device) for r in range(run.replicas)]
        self.done = 0
        self.losses: Losses = []
        self.wide = torch.float64 if has_double(self.device) else torch.float32  # what sums and averages are kept in
        self._since = torch.zeros(run.replicas, dtype=self.wide, device=self.device)
        self._diverged = torch.zeros((), dtype=torch.int64, device=self.device)  # the first update that did, or 0
        self._average: AveragedModel | None = None
        self.watched: list[tuple[int, dict[str, list[float]]]] = []
        self.plot = False  # is a picture wanted at the end? whoever goes on need not be told again
        self._points = watched_at(preset.updates)
        self._look()

    @property
    def finished(self) -> bool:
        return self.done >= self.run.preset.updates

    def update(self) -> None:
        """One update of all replicas, each on a fresh batch; Diverged, a little later, if a loss is not finite."""
        preset = self.run.preset
        dtype = getattr(torch, self.run.dtype)
        losses = self.step.update(preset.factor(self.done), self.run.task, self.generators, dtype)
        self.done += 1
        with torch.no_grad():
            self._since += losses
            # Noted on the device and looked at now and then, so that a GPU need not wait for every update.
            bad = (self._diverged == 0) & ~losses.isfinite().all()
            self._diverged += bad * self.done
            if preset.averages(self.done):
                self._averaging().update_parameters(self.model)
        if self.done % max(1, preset.updates // RECORDS) == 0 or self.finished:
            self._record()
        self._look()

    def _look(self) -> None:
        if self.watch is not None and self.done in self._points:
            self.watched.append((self.done, self.watch(self.model)))

    def _averaging(self) -> AveragedModel:
        if self._average is None:  # with avg_fn, since torch's default, which is faster, has other last bits
            mean = get_swa_avg_fn()  # type: ignore[no-untyped-call]
            self._average = AveragedModel(copy.deepcopy(self.model).to(self.wide), avg_fn=mean)
        return self._average

    @property
    def averages(self) -> dict[str, Tensor]:
        """The averaged weights by name, if the average has begun."""
        return {} if self._average is None else {n: p.detach() for n, p in self._average.module.named_parameters()}

    def check(self) -> None:
        """Diverged if a loss or a parameter is not finite."""
        diverged = int(self._diverged)
        if diverged or not all(bool(p.isfinite().all()) for p in self.model.parameters()):
            raise Diverged(diverged or self.done)

    def _record(self) -> None:
        """Keep the mean losses since the last record."""
        self.check()
        last = self.losses[-1][0] if self.losses else 0
        self.losses.append((self.done, (self._since / (self.done - last)).tolist()))
        self._since.zero_()

    def fitted(self) -> M_co:
        """The model as trained, in double precision, with the averaged weights if there are any.

        It is on the run's device, or on the CPU if that has no double precision. A model that its library has in
        single precision alone stays in it.
        """
        model = fitted(self.run, self.model.state_dict(), self.averages)
        return model.to(self.device) if self.wide == torch.float64 else model

    def state(self) -> dict[str, Any]:
        """All that it takes to go on, for a checkpoint."""
        return {
            "run": self._settings(),
            "first": self.first,
            "device": self.device.type,
            "threads": torch.get_num_threads(),
            "done": self.done,
            "model": {name: value.clone() for name, value in self.model.state_dict().items()},
            "optimiser": {"state": self.step.state()},
            "generators": [own.get_state() for own in self.generators],
            "losses": self.losses,
            "since": self._since,
            "averages": self.averages,
            "averaged": 0 if self._average is None else int(self._average.n_averaged),
            "watched": self.watched,
            "plot": self.plot,
        }

    def _settings(self) -> dict[str, Any]:
        return asdict(self.run)  # type: ignore[call-overload] # the protocol says that it is a dataclass

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from there. CheckpointError if the state is another run's, or of another kind of device."""
        for key, mine in (("run", self._settings()), ("first", self.first), ("device", self.device.type)):
            if state.get(key) != mine:
                raise checkpoint.CheckpointError(f"it is of another run: {_difference(state.get(key), mine, key)}")
        try:
            self._require_fitting(state)
            self.model.load_state_dict(state["model"])
            self.step.restore(state["optimiser"]["state"])
            for own, saved in zip(self.generators, state["generators"], strict=True):
                own.set_state(saved)
            self._since.copy_(state["since"])
            self._average = None
            if state["averaged"]:
                self._averaging().module.load_state_dict({**self.model.state_dict(), **state["averages"]})
                self._averaging().n_averaged.fill_(state["averaged"])
            self.done, self.losses = state["done"], state["losses"]
            self.watched = state["watched"]
            self.plot = state.get("plot", False)
        except (KeyError, ValueError, RuntimeError, TypeError, AttributeError, IndexError):
            raise checkpoint.CheckpointError("its parts do not fit together") from None

    def _require_fitting(self, state: dict[str, Any]) -> None:
        """ValueError if a part has another shape or type than this run's: the fused optimiser would not notice."""
        shapes = {name: value.shape for name, value in self.model.named_parameters()}
        moments = state["optimiser"]["state"]
        wanted = [parameter.shape for _, parameter in ordered(self.model)]
        done, averaged, losses = state["done"], state["averaged"], state["losses"]
        fitting = (
            {name: value.shape for name, value in state["model"].items()} == shapes,
            set(moments) == (set(range(len(wanted))) if done else set()),
            all(set(moment) == {"step", "exp_avg", "exp_avg_sq"} for moment in moments.values()),
            all(moments[k][name].shape == wanted[k] for k in moments for name in ("exp_avg", "exp_avg_sq")),
            all(moment["step"].shape == () for moment in moments.values()),
            type(done) is int and 0 <= done <= self.run.preset.updates,
            type(averaged) is int and 0 <= averaged <= self.run.preset.updates,
            state["averages"].keys() == (shapes.keys() if averaged else set()),
            all(value.shape == shapes[name] for name, value in state["averages"].items()),
            isinstance(losses, list) and all(len(kept) == self.run.replicas for _, kept in losses),
            state["since"].shape == self._since.shape,
        )
        if not all(fitting):
            raise ValueError("a part does not fit")


def has_double(device: torch.device) -> bool:
    """Does the device compute in double precision? Apple's GPUs do not, nor do some of Intel's."""
    if device.type in ("cpu", "cuda"):
        return True
    try:
        torch.ones(1, dtype=torch.float64, device=device).add(1)
    except (TypeError, RuntimeError):
        return False
    return True


def _difference(theirs: Any, mine: Any, key: str) -> str:
    """The first setting in which two runs differ, on one line."""
    if isinstance(theirs, dict) and isinstance(mine, dict):
        for name in mine:
            if theirs.get(name) != mine[name]:
                return _difference(theirs.get(name), mine[name], name)
    return f"{key} is {theirs} there and {mine} here"


def fitted(run: Trainable[M_co], trained: Mapping[str, Tensor], averages: Mapping[str, Tensor]) -> M_co:
    """Return the model that is reported: in double precision on the CPU, averages in place of weights where there are.

    RuntimeError if the names or shapes are not this run's.
    """
    model = run.model(dtype="float64")
    model.load_state_dict({**trained, **averages})
    return model


def watched_at(updates: int) -> frozenset[int]:
    """At which of so many updates a model is watched: 0, the last, the end of the fourth fifth, and those between."""
    spaced = (round(updates ** (k / WATCHED)) for k in range(WATCHED + 1))
    return frozenset((0, updates - updates // 5, *spaced))


def train(
    training: Training[Any],
    path: Path | None,
    on_update: Callable[[Training[Any]], object] = lambda _: None,
    until: int | None = None,
) -> None:
    """Go on to the end, or to update `until`, with a checkpoint at the start, at intervals and at the end if there is
    a path for it.

    Diverged, with the last good checkpoint left as it is, if a loss is not finite.
    """
    if path is not None and not path.exists():
        checkpoint.write(path, training.state())
    every, last = training.run.preset.checkpoint, training.run.preset.updates if until is None else until
    while training.done < last:
        training.update()
        if path is not None and (training.done % every == 0 or training.done == last):
            training.check()
            checkpoint.write(path, training.state())
        on_update(training)
