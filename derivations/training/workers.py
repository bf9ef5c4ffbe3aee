"""The replicas of a run in several processes, which are ranks of `torch.distributed`.

Rank 0 is the command itself. It starts the others on this machine; or `torchrun` has started all of them, on this or on
several machines that share the folder. Each rank trains its replicas as if they were alone, and writes checkpoints of
its own. So a rank that is lost loses what it did since its last checkpoint, and the others lose nothing. Nothing is
exchanged until all have finished, but for what is told of the progress; then rank 0 gathers the replicas.

What is told goes through the store: `order` from rank 0, `told/k` and `ended/k` from rank k, `go` from rank 0 when all
have ended. A rank that finds no store ends itself: when rank 0 is killed, nothing goes on alone.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from multiprocessing.context import ForkServerProcess, SpawnProcess
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import torch
import torch.distributed as dist
from torch.distributed import PrefixStore, Store, TCPStore, rendezvous  # type: ignore[attr-defined]

from derivations.background import fresh_processes
from gdssm_numeric import checkpoint
from gdssm_numeric.shares import State, joined
from gdssm_numeric.training import Diverged, Model, Run, Training

from .interrupts import noted_interrupts
from .parts import Follow, Standing, saved_states, standing, standing_of, train_replicas
from .run_options import run_of

#: Ranks tell how far they are, and rank 0 looks, about so often, in seconds.
TOLD_EVERY = 0.5
#: A rank that has finished looks so often whether all have.
WAIT = 0.05
#: So long a rank waits for the others to begin, and for what they send.
TIMEOUT = timedelta(minutes=10)


class Lost(Exception):
    """A process of the run has ended before its time: which replicas it trained, and how it ended."""


@dataclass(frozen=True)
class Order:
    """What all ranks train: a run in a folder, on a kind of device, with so many threads each."""

    run: Run
    out: Path
    device: str
    threads: int

    def text(self) -> str:
        """Return the order as it is sent: as JSON, which runs no code where it is read."""
        return json.dumps({**asdict(self), "out": str(self.out)})

    @classmethod
    def read(cls, text: str) -> Order:
        given = json.loads(text)
        return cls(run_of(given["run"]["task"], given["run"]), Path(given["out"]), given["device"], given["threads"])


def launched() -> bool:
    """Has `torchrun`, or something like it, started this process as one of several?"""
    return all(name in os.environ for name in ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"))


def rank() -> int:
    """Return the number of this process among those that were started together; 0 if it is alone."""
    return int(os.environ["RANK"]) if launched() else 0


def share(replicas: int, rank: int, size: int) -> tuple[int, int]:
    """Return the first replica of a rank, and the one after its last: none for some if there are more ranks."""
    used = min(size, replicas)
    if rank >= used:
        return replicas, replicas
    return replicas * rank // used, replicas * (rank + 1) // used


@dataclass
class Ranks:
    """The processes of a run, as rank 0 sees them; those that it has started, by their rank."""

    size: int
    store: Store
    processes: Mapping[int, BaseProcess] = field(default_factory=dict)
    told: dict[int, Standing] = field(default_factory=dict)
    looked: float = 0.0

    def train(self, order: Order, follow: Follow, lost: Callable[[str], object]) -> Training[Model]:
        """Train a run to its end in all processes, and return it as a whole.

        `lost` is told at once of a process that has ended before its time. Raises Lost when the others have finished;
        Diverged; OSError if a checkpoint cannot be written.
        """
        run, device = order.run, local_device(order.device)
        states = list(saved_states(order.out).values())
        shares = [share(run.replicas, k, self.size) for k in range(self.size)]
        self.told = {k: standing_of(states, *part) for k, part in enumerate(shares) if part[0] < part[1]}
        whole = standing(list(self.told.values()))
        missing: dict[int, str] = {}
        self.store.set("order", order.text())

        def look(training: Training[Any], path: Path | None) -> None:
            nonlocal whole
            if monotonic() - self.looked > TOLD_EVERY or training.finished:
                self.looked = monotonic()
                self._hear(training, shares[0])
                whole = standing(list(self.told.values()))
                for k in self._gone():
                    if k not in missing:
                        missing[k] = self._how(k, shares[k])
                        lost(missing[k])
            follow(whole, lambda: None if path is None else checkpoint.write(path, training.state()))

        training = train_replicas(run, order.out, device, states, shares[0], look)
        ended: dict[int, dict[str, Any]] = {}
        while len(ended) + len(missing) + 1 < self.size:
            for k in range(1, self.size):
                if k not in ended and self.store.check([f"ended/{k}"]):
                    ended[k] = json.loads(self.store.get(f"ended/{k}"))
            sleep(WAIT)
            look(training, None)
        diverged = [one["diverged"] for one in ended.values() if "diverged" in one]
        failed = [one["failed"] for one in ended.values() if "failed" in one]
        self.store.set("go", "stop" if diverged or failed or missing else "gather")
        if diverged:
            raise Diverged(min(diverged))
        if failed or missing:
            raise Lost("; ".join((*failed, *missing.values())))
        others = _gathered(self.store, {k: one["bytes"] for k, one in ended.items()}, self.size)
        found = Training(run, device)
        found.restore(joined([training.state(), *others]))
        return found

    def _hear(self, training: Training[Any], own: tuple[int, int]) -> None:
        """Take in what the others have told, and how far this process is."""
        for k in self.told:
            if k and self.store.check([f"told/{k}"]):
                done, losses = json.loads(self.store.get(f"told/{k}"))
                self.told[k] = Standing(done, losses)
        self.told[0] = _standing(training, own)

    def _gone(self) -> list[int]:
        """Return the ranks whose processes have ended without having said so."""
        ended = [k for k, process in self.processes.items() if process.exitcode is not None]
        return [k for k in ended if not self.store.check([f"ended/{k}"])]

    def _how(self, k: int, replicas: tuple[int, int]) -> str:
        first, last = replicas[0], replicas[1] - 1
        which = f"replica {first}" if first == last else f"replicas {first} to {last}"
        return f"the process of {which} ended with status {self.processes[k].exitcode}"


@contextmanager
def ranks_of(workers: int) -> Iterator[Ranks]:
    """Have so many processes, this one among them; or those that were started together with this one.

    Whatever happens, none is left running that was started here. What it trains is written down first.
    """
    if launched():
        store, _, size = _rendezvous()
        yield Ranks(size, store)
        return
    store = TCPStore("127.0.0.1", 0, is_master=True, wait_for_workers=False, timeout=TIMEOUT)
    context = fresh_processes((__name__,))
    processes: dict[int, ForkServerProcess | SpawnProcess] = {}
    try:
        for k in range(1, workers):
            process = context.Process(target=_worker, args=(store.port, k, workers), daemon=True)
            process.start()
            processes[k] = process
        yield Ranks(workers, store, processes)
        for process in processes.values():
            process.join()
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            process.join()


def _worker(port: int, rank: int, size: int) -> None:
    """Be one of the processes that rank 0 has started."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; rank 0 ends the others
    store = TCPStore("127.0.0.1", port, is_master=False, timeout=TIMEOUT)
    take_part(store, rank, size)


def member() -> None:
    """Be one of the ranks beside the first that were started together."""
    store, rank, size = _rendezvous()
    take_part(store, rank, size)


def _rendezvous() -> tuple[Store, int, int]:
    store, rank, size = next(rendezvous("env://", timeout=TIMEOUT))
    return PrefixStore("gdssm", store), rank, size


def local_device(name: str) -> torch.device:
    """Return the device of this process: of several of a kind, the one with its number on this machine."""
    device = torch.device(name)
    if launched() and device.type != "cpu" and device.index is None:
        return torch.device(device.type, int(os.environ.get("LOCAL_RANK", "0")))
    return device


@contextmanager
def noted_ends(*, terminated: bool) -> Iterator[Callable[[], bool]]:
    """Let Ctrl-C be noted, and SIGTERM too if `terminated`: `torchrun` sends it to all ranks when one of them is lost.

    What is given is a function that says whether one of them has come.
    """
    numbers = (signal.SIGINT, signal.SIGTERM) if terminated else (signal.SIGINT,)
    with ExitStack() as stack:
        asked = [stack.enter_context(noted_interrupts(number)) for number in numbers]
        yield lambda: any(one.is_set() for one in asked)


def take_part(store: Store, rank: int, size: int) -> None:
    """Train the replicas of a rank beside the first, as rank 0 orders, and send them to it.

    Raises SystemExit if this process is asked to end, when it has written a checkpoint; or if rank 0 is gone.
    """
    order = Order.read(_asked(lambda: store.get("order")).decode())
    torch.set_num_threads(order.threads)  # of this process, which does nothing else
    part = share(order.run.replicas, rank, size)
    content, last = b"", 0.0
    with noted_ends(terminated=True) as asked:

        def follow(training: Training[Any], path: Path) -> None:
            nonlocal last
            if asked():
                training.check()
                checkpoint.write(path, training.state())
                raise SystemExit(128 + signal.SIGTERM)
            if monotonic() - last > TOLD_EVERY or training.finished:
                last = monotonic()
                now = _standing(training, part)
                _asked(lambda: store.set(f"told/{rank}", json.dumps((now.done, now.losses))))

        try:
            if part[0] < part[1]:
                states = saved_states(order.out).values()
                training = train_replicas(order.run, order.out, local_device(order.device), states, part, follow)
                content = checkpoint.packed(training.state())
            said: dict[str, Any] = {"bytes": len(content)}
        except Diverged as error:
            said = {"diverged": error.update}
        except OSError as error:
            said = {"failed": f"cannot write {error.filename2 or error.filename or order.out}: {error.strerror}"}
        _asked(lambda: store.set(f"ended/{rank}", json.dumps(said)))
        while not _asked(lambda: store.check(["go"])):
            if asked():
                raise SystemExit(128 + signal.SIGTERM)
            sleep(WAIT)
        if _asked(lambda: store.get("go")) == b"gather":
            _send(store, rank, size, content)


def _asked(ask: Callable[[], Any]) -> Any:
    """Return what the store says. Raises SystemExit if it is gone, and so is rank 0."""
    try:
        return ask()
    except RuntimeError:  # DistError, and what sockets end in
        raise SystemExit(1) from None


def _standing(training: Training[Any], part: tuple[int, int]) -> Standing:
    """Return how far a rank is; while it trains only those of its replicas that were behind, without their losses."""
    whole = (training.first, training.first + training.run.replicas) == part
    return Standing(training.done, training.losses if whole else [])


@contextmanager
def _connected(store: Store, rank: int, size: int) -> Iterator[None]:
    """Be a rank of a group that can send and receive, until all of them are done with it."""
    dist.init_process_group("gloo", store=store, rank=rank, world_size=size, timeout=TIMEOUT)
    try:
        yield
        dist.barrier()
    finally:
        dist.destroy_process_group()


def _gathered(store: Store, lengths: Mapping[int, int], size: int) -> list[State]:
    """Return the states of the other ranks, in order, of those that have replicas."""
    found = []
    with _connected(store, 0, size):
        for k, length in sorted(lengths.items()):
            if length:
                content = torch.empty(length, dtype=torch.uint8)
                dist.recv(content, k)
                found.append(checkpoint.unpacked(content.numpy().tobytes()))
    return found


def _send(store: Store, rank: int, size: int, content: bytes) -> None:
    """Send a state to rank 0, if there is one."""
    with _connected(store, rank, size):
        if content:
            dist.send(torch.frombuffer(bytearray(content), dtype=torch.uint8), 0)
