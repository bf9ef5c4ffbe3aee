"""How much is trained: the presets of `gdssm reproduce`."""

from __future__ import annotations

from dataclasses import dataclass

from gdssm_numeric.presets import PAPER, Preset


@dataclass(frozen=True)
class Comparison:
    """One setting in which architectures are compared: f = N, and so many updates for every model.

    `searched` learning rates are tried for each architecture, at a quarter of the updates; with 1 the usual one is
    taken.
    """

    size: int
    updates: int
    searched: int = 3


@dataclass(frozen=True, kw_only=True)
class Effort:
    """Seeds, sizes and updates of every figure. f = N throughout, as in the paper."""

    name: str
    seeds: int
    tests: int = 10_000  # tasks on which every model is tested
    main: int = 10  # f of Figures 1 to 3 and 4A
    sizes: tuple[int, ...] = (5, 10, 20, 35, 50)  # f of panels 1C and 2C
    updates: int  # of the GD-SSM in Figures 1 to 4A, at the main size
    updates_of_sizes: int  # … and at the other sizes
    rate: float = 1e-2  # … and its learning rate; that of the decays is half of it
    interleaved: Comparison  # Figure 5, 4C as the text says, and the shifts
    interleaved_large: Comparison  # Figure 5 at the paper's size
    constructed: Comparison  # Figure 4C as its caption says
    sinusoids: int  # updates of Figure 4B
    scalar: int = 3  # a scalar target says less about the parameters than f components: so many times the updates
    slower: bool = True  # … at lower rates, and above the main size more of them as f grows
    weight_decay: float = 0.0
    batch: int = 64

    def preset(self, updates: int, rate: float, decays: float = 0.5) -> Preset:
        """The preset of one training run: a tenth of it, and at most the paper's 1,000 updates, is warm-up.

        `decays` is the learning rate of the decays, as a share of the other one.
        """
        return Preset(
            name=self.name,
            updates=updates,
            batch=self.batch,
            rate=rate,
            decay_rate=rate * decays,
            warm_up=min(PAPER.warm_up, updates // 10),
            weight_decay=self.weight_decay,
            averaged=0.0,
            checkpoint=max(1, min(1000, updates // 4)),
        )


#: For tests: every figure and every architecture in a minute, at f = 2 and 3 and with a few updates.
SMOKE = Effort(
    name="smoke",
    seeds=2,
    tests=200,
    main=2,
    sizes=(2, 3),
    updates=20,
    updates_of_sizes=10,
    interleaved=Comparison(2, 10, searched=1),
    interleaved_large=Comparison(3, 4, searched=1),
    constructed=Comparison(2, 4, searched=1),
    sinusoids=4,
)
QUICK = Effort(
    name="quick",
    seeds=3,
    updates=3000,
    updates_of_sizes=1500,
    interleaved=Comparison(5, 3000),
    interleaved_large=Comparison(10, 300, searched=1),
    constructed=Comparison(10, 1500),
    sinusoids=2000,
)
STANDARD = Effort(
    name="standard",
    seeds=5,
    updates=20_000,
    updates_of_sizes=8000,
    interleaved=Comparison(5, 8000),
    interleaved_large=Comparison(10, 3000),
    constructed=Comparison(10, 6000),
    sinusoids=8000,
)
_LONG = PAPER.updates
AS_PAPER = Effort(
    name="paper",
    seeds=5,
    updates=_LONG,
    updates_of_sizes=_LONG,
    rate=PAPER.rate,
    interleaved=Comparison(5, _LONG),
    interleaved_large=Comparison(10, _LONG),
    constructed=Comparison(10, _LONG),
    sinusoids=_LONG,
    scalar=1,
    slower=False,  # the paper trains all sizes alike
    weight_decay=PAPER.weight_decay,
    batch=PAPER.batch,
)
EFFORTS = {effort.name: effort for effort in (QUICK, STANDARD, AS_PAPER, SMOKE)}
