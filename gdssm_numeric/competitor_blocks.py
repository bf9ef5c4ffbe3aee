"""The blocks of the competitors: layers as their libraries have them, each with its residual connection and its norms.

    block            source                                         beside the layer itself
    S5               s5-pytorch, S5Block                            LayerNorm, gated MLP
    Mamba, Mamba-2   transformers, MambaBlock, Mamba2Block          RMSNorm
    Griffin          transformers, RecurrentGemmaDecoderLayer       RMSNorm, gated MLP; no attention
    Gated DeltaNet   transformers, Qwen3NextDecoderLayer            RMSNorm, gated MLP; no mixture of experts
    softmax          torch.nn, TransformerEncoderLayer              LayerNorm, MLP
    linear           three lines here: no library has it without a feature map or a norm

Every block is built for a width and a number of tokens T, maps (B, T, width) to (B, T, width), and is causal.
`transformers` builds its blocks from configurations; nothing is downloaded. The libraries compute in single precision,
whatever the input. They draw their initial parameters from torch's default generator (see `competitors.build`), and are
imported only when a block is built.
"""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

#: Heads of softmax attention, and blocks of the gates in Griffin's RG-LRU.
HEADS = 4
#: Entries of a head in Mamba-2 and Gated DeltaNet, and of the state of a channel in Mamba and Mamba-2.
HEAD = 16
#: Time steps at the start, log-uniform between these: the default of S5, Mamba and Mamba-2.
TIME_STEPS = 0.001, 0.1
#: `transformers` would give its embedding of words ids for padding, beginning and end; there are no words here.
NO_WORDS = {"vocab_size": 1, "pad_token_id": None, "bos_token_id": None, "eos_token_id": None}


class LinearAttention(nn.Module):
    """Causal linear self-attention with a residual connection: e_t + P Σ_{s ≤ t} v_s (k_s · q_t).

    Without norm, feature map and channel mixing, as in von Oswald et al. 2023, where it does steps of gradient descent.
    Entries of V, K and Q start normal with variance 1/width, those of P with deviation 1/(T width): several layers that
    start larger start at many times the size of a target.
    """

    def __init__(self, width: int, length: int) -> None:
        super().__init__()
        self.query, self.key, self.value, self.projection = (nn.Linear(width, width, bias=False) for _ in range(4))
        for layer in (self.query, self.key, self.value, self.projection):
            nn.init.normal_(layer.weight, std=1 / (length * width) if layer is self.projection else width**-0.5)

    def forward(self, hidden: Tensor) -> Tensor:
        scores = (self.query(hidden) @ self.key(hidden).mT).tril()
        return hidden + self.projection(scores @ self.value(hidden))


class SoftmaxAttention(nn.Module):
    """A layer of a pre-norm Transformer with a causal mask."""

    def __init__(self, width: int, _length: int) -> None:
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(width, HEADS, 4 * width, dropout=0.0, batch_first=True, norm_first=True)

    def forward(self, hidden: Tensor) -> Tensor:
        length = hidden.shape[1]
        mask = nn.Transformer.generate_square_subsequent_mask(length, device=hidden.device, dtype=hidden.dtype)
        return self.layer(hidden, src_mask=mask, is_causal=True)


class Griffin(nn.Module):
    """Griffin's residual block with the RG-LRU, whose width is that of the block."""

    def __init__(self, width: int, _length: int) -> None:
        super().__init__()
        with _experiments():
            from transformers import RecurrentGemmaConfig, RecurrentGemmaModel
        config = RecurrentGemmaConfig(
            **NO_WORDS,
            hidden_size=width,
            intermediate_size=6 * width,  # of gate and values together: an MLP of three times the width
            num_hidden_layers=1,
            num_attention_heads=HEADS,
            block_types=("recurrent",),
            w_init_variance_scale=1.0,  # with the default, 0.01, narrow models hardly learn
        )
        self.layer = RecurrentGemmaModel(config).layers[0]
        # The library draws the MLP with the variance of the convolution of 4 taps, 1/4: its output would be a hundred
        # times its input. It starts as torch starts linear maps.
        for linear in self.layer.mlp_block.children():
            if isinstance(linear, nn.Linear):
                linear.reset_parameters()

    def forward(self, hidden: Tensor) -> Tensor:
        positions = torch.arange(hidden.shape[1], device=hidden.device).unsqueeze(0)
        output = self.layer(hidden, position_ids=positions, attention_mask=None, use_cache=False)
        # The library keeps the last state, and with it the graph of this batch: a module with it cannot be copied.
        self.layer.temporal_block.rg_lru.recurrent_states = None
        return output


class GatedDeltaNet(nn.Module):
    """The residual block of Qwen3-Next with Gated DeltaNet; keys, queries and values have the block's width in all."""

    def __init__(self, width: int, _length: int) -> None:
        super().__init__()
        with _experiments():
            from transformers import Qwen3NextConfig
            from transformers.models.qwen3_next.modeling_qwen3_next import Qwen3NextDecoderLayer
        heads = width // HEAD
        config = Qwen3NextConfig(
            **NO_WORDS,
            hidden_size=width,
            intermediate_size=4 * width,
            num_hidden_layers=1,
            layer_types=["linear_attention"],
            linear_num_key_heads=heads,
            linear_num_value_heads=heads,
            linear_key_head_dim=HEAD,
            linear_value_head_dim=HEAD,
            mlp_only_layers=[0],  # no mixture of experts
        )
        self.layer = Qwen3NextDecoderLayer(config, 0)
        # The library starts at dt_bias = 1, which forgets almost everything from token to token.
        low, high = (math.log(step) for step in TIME_STEPS)
        steps = torch.empty(heads).uniform_(low, high).exp()
        with torch.no_grad():
            self.layer.linear_attn.dt_bias.copy_(steps.expm1().log())  # the inverse of softplus

    def forward(self, hidden: Tensor) -> Tensor:
        # One chunk of the sequence's own length: padded to 64 tokens it would take twice the time.
        return self.layer(hidden, position_embeddings=None, chunk_size=hidden.shape[1])


def s5(width: int, _length: int) -> nn.Module:
    """S5's block with a state of `width` complex channels."""
    with _experiments(), warnings.catch_warnings():
        # The library compiles its scan on import with torch.jit.script, which torch 2.13 calls deprecated.
        warnings.filterwarnings("ignore", r"`torch\.jit\.script` is deprecated", DeprecationWarning)
        from s5.s5_model import S5Block
    return S5Block(width, width, bidir=False)


def mamba(width: int, _length: int) -> nn.Module:
    """Mamba's block."""
    with _experiments():
        from transformers import MambaConfig, MambaModel
    config = MambaConfig(**NO_WORDS, hidden_size=width, state_size=HEAD, num_hidden_layers=1)
    return MambaModel(config).layers[0]


def mamba2(width: int, length: int) -> nn.Module:
    """Mamba-2's block."""
    with _experiments():
        from transformers import Mamba2Config, Mamba2Model
    config = Mamba2Config(
        **NO_WORDS,
        hidden_size=width,
        state_size=HEAD,
        num_hidden_layers=1,
        num_heads=2 * width // HEAD,
        head_dim=HEAD,
        n_groups=1,
        chunk_size=length,  # the library pads to a multiple of this
    )
    return Mamba2Model(config).layers[0]


@contextmanager
def _experiments() -> Iterator[None]:
    """Say what to install if a library is missing; do not repeat the advice to install kernels for a GPU."""
    logging.getLogger("transformers.integrations.hub_kernels").addFilter(_no_kernel_advice)
    try:
        yield
    except ModuleNotFoundError as missing:
        raise ImportError(f"this architecture needs {missing.name}: pip install 'gdssm[experiments]'") from missing


def _no_kernel_advice(record: logging.LogRecord) -> bool:
    """Everything but the news that there is no CUDA kernel and the plain PyTorch one is used."""
    return "is falling back to its reference PyTorch implementation" not in record.getMessage()
