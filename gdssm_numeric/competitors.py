"""The architectures that the GD-SSM is compared with: S5, Mamba, Mamba-2, Griffin, Gated DeltaNet, Transformers.

All read the same tokens at the same positions and predict from the last token:

    e_t = E [token_t, one-hot(t)],      h = block_L(… block_1(e) …),      ŷ = W h_T + w

The blocks are in `competitor_blocks`, as their libraries have them; the embedding E and the readout W, w are ours. E
is learned, but for linear attention: there it writes zeros after token and position, so that both stay apart. One
model is one replica.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from . import competitor_blocks as blocks
from .presets import Preset
from .tasks import INITIAL, Batch, Task, generator


@dataclass(frozen=True)
class Architecture:
    """What is built under a name: its title, its block for a width and a length, how many of them, the embedding."""

    title: str
    block: Callable[[int, int], nn.Module]
    layers: int = 1
    learned_embedding: bool = True


def sizes(task: Task) -> tuple[int, int]:
    """How many tokens a task has, and how many entries a token and its position have together."""
    interleaved = task.tokens == "interleaved"
    length = 2 * task.samples + 1 if interleaved else task.samples
    return length, length + (task.features if interleaved else 2 * task.features)


class Competitor(nn.Module):
    """Embedding, blocks and readout for the tokens of one task. ValueError if the width is too small for them."""

    def __init__(self, architecture: Architecture, task: Task, width: int) -> None:
        super().__init__()
        self.kind = task.tokens
        self.length, entries = sizes(task)
        learned = architecture.learned_embedding
        if not learned and width < entries:
            raise ValueError(f"a token and its position have {entries} entries, more than the width {width}")
        self.zeros = 0 if learned else width - entries
        self.embedding = nn.Linear(entries, width) if learned else nn.Identity()
        self.layers = nn.ModuleList(architecture.block(width, self.length) for _ in range(architecture.layers))
        self.readout = nn.Linear(width, task.outputs)

    def outputs(self, tokens: Tensor) -> Tensor:
        """The output at every token, (B, T, g), which depends on this and earlier tokens alone; tokens (B, T, d).

        The model computes in the precision of its parameters; the output has that of the tokens.
        """
        seen = tokens.to(self.readout.weight.dtype)
        positions = torch.eye(self.length, dtype=seen.dtype, device=seen.device).expand(len(seen), -1, -1)
        hidden = self.embedding(nn.functional.pad(torch.cat((seen, positions), dim=-1), (0, self.zeros)))
        for layer in self.layers:
            hidden = layer(hidden)
        return self.readout(hidden).to(tokens.dtype)

    def read(self, tokens: Tensor) -> Tensor:
        """The prediction from the last token, (B, g), for tokens (B, T, d)."""
        return self.outputs(tokens)[:, -1]

    def forward(self, batch: Batch) -> Tensor:
        """The prediction, (1, B, g): the axes are those of the engine's other models. The batch has one replica."""
        (tokens,) = batch.tokens(self.kind)
        return self.read(tokens).unsqueeze(0)


ARCHITECTURES = {
    "s5": Architecture("S5", blocks.s5),
    "mamba": Architecture("Mamba", blocks.mamba),
    "mamba-2": Architecture("Mamba-2", blocks.mamba2),
    "griffin": Architecture("Griffin", blocks.Griffin),
    "gated-deltanet": Architecture("Gated DeltaNet", blocks.GatedDeltaNet),
    "softmax-1": Architecture("softmax Transformer, 1 layer", blocks.SoftmaxAttention),
    "softmax-2": Architecture("softmax Transformer, 2 layers", blocks.SoftmaxAttention, layers=2),
    "linear-1": Architecture("linear Transformer, 1 layer", blocks.LinearAttention, 1, learned_embedding=False),
    "linear-2": Architecture("linear Transformer, 2 layers", blocks.LinearAttention, 2, learned_embedding=False),
}

#: Widths are multiples of this, so that heads come out even.
MULTIPLE = 16


def build(name: str, task: Task, width: int, own: torch.Generator) -> Competitor:
    """Build an architecture for the tokens of a task, in single precision on the CPU, at its random start.

    The libraries draw from torch's default generator. It is seeded from `own`, and put back as it was afterwards.
    KeyError for an unknown name, ValueError for a width that is no positive multiple of 16 or too small for the
    tokens, ImportError if the library is not installed.
    """
    architecture = ARCHITECTURES[name]
    if width < 1 or width % MULTIPLE:
        raise ValueError(f"the width is a positive multiple of {MULTIPLE}")
    seed = int(torch.randint(2**63 - 1, (), generator=own))
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)  # torch.manual_seed would seed the GPUs too
        return Competitor(architecture, task, width)


@dataclass(frozen=True)
class CompetitorRun:
    """All that determines the training of one competitor, but for the machine and the number of its replica."""

    task: Task
    architecture: str
    width: int
    preset: Preset
    seed: int = 0
    replicas: int = field(default=1, init=False)
    dtype: str = field(default="float32", init=False)

    def model(self, first: int = 0, dtype: str | None = None) -> Competitor:  # noqa: ARG002 - the libraries' is single
        """The model at the random start of replica number `first`, in single precision; errors as of `build`."""
        return build(self.architecture, self.task, self.width, generator(self.seed, first, INITIAL))
