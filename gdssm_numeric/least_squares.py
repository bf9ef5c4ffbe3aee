"""Exact solvers of the in-context regression: ridge regression and the least-squares solution of smallest norm.

Both take the singular value decomposition X = U diag(s) Vᵀ of a context's N inputs (rows, N × f) and predict with
W = V diag(h(s)) UᵀY, so that fewer samples than features need no case of their own and XᵀX, whose condition number
is the square of that of X, is never formed. The solution is a constant for autograd, as in `descent`: a sensitivity
∂ŷ/∂x_{N+1} is W.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from .tasks import Batch


def ridge(batch: Batch, penalty: float) -> Tensor:
    """Wᵀx_{N+1} for the W that minimises Σ_i ‖Wᵀx_i - y_i‖² + λ‖W‖², with λ the penalty: (R, B, g).

    W = (XᵀX + λI)⁻¹XᵀY. With λ = τ²/ω² it is E[W | context] for label noise of variance τ² and normal weights of
    variance ω². ValueError unless λ > 0.
    """
    if not penalty > 0:
        raise ValueError("the penalty is positive; least_squares has none")
    return _predict(batch, lambda s: s / (s.square() + penalty))


def least_squares(batch: Batch) -> Tensor:
    """Wᵀx_{N+1} for the W of smallest norm among those that minimise Σ_i ‖Wᵀx_i - y_i‖²: (R, B, g).

    A singular value counts as 0 up to 100 max(N, f) ε times the largest, with ε the rounding unit of the batch: inputs
    that are linearly dependent but for their rounding are dependent here.
    """
    N, f = batch.inputs.shape[2] - 1, batch.inputs.shape[3]
    share = 100 * max(N, f) * torch.finfo(batch.inputs.dtype).eps

    def inverted(s: Tensor) -> Tensor:
        counts = s > share * s[..., :1]
        return counts / s.where(counts, 1.0)

    return _predict(batch, inverted)


def _predict(batch: Batch, inverted: Callable[[Tensor], Tensor]) -> Tensor:
    """The prediction with W = V diag(h(s)) UᵀY for h, a function of the singular values (R, B, min(N, f))."""
    with torch.no_grad():
        U, s, Vt = torch.linalg.svd(batch.inputs[:, :, :-1].double(), full_matrices=False)
        W = Vt.mT @ (inverted(s).unsqueeze(-1) * (U.mT @ batch.targets.double()))
    return (batch.inputs[:, :, -1:] @ W.to(batch.inputs.dtype)).squeeze(-2)
