# %% [markdown]
# # Many layers, many steps
#
# One step from $W_0$ is an affine map, $W_1 = (I - \eta S) W_0 + \frac{\eta}{N} \sum_i x_i y_i^\top$ with
# $S = \frac{1}{N} \sum_i x_i x_i^\top$. So a layer needs two sums over the context, one head for each, and $L$ such
# layers take $L$ steps. The distance from a least-squares solution $W_*$ is $W_L - W_* = (I - \eta S)^L (W_0 - W_*)$:
# along an eigenvector of $S$ it shrinks by $1 - \eta \lambda$ a step. The plot has $L$ layers and $L$ steps on one
# random task with $\eta = 1/(2 \lambda_{\max})$. They are the same, and in the end their distance from least squares
# falls like the slowest of these factors. (Here $W_0 = 0$, and $\lambda$ runs through the eigenvalues that are not 0.)
#
# Further claims below: what an L2 penalty adds, what happens sample by sample, inputs and targets of different sizes.
#
# The whole story in short: [the tour](00_tour.ipynb). The next cell holds the sizes of all pictures here; the proofs
# are for all sizes. [docs/claims.md](../docs/claims.md) says what the verdicts mean, [docs/trust.md](../docs/trust.md)
# what the rules of a proof are, and K and K+.

# %%
from derivations.figures.examples import Example, towards_least_squares

here = Example(f=3, N=8, seed=0)
towards_least_squares(here)

# %%
from derivations.claims import CLAIMS
from derivations.report.notebook_display import introduction, overview, readings, why
from derivations.verdict import judge

P3 = judge(CLAIMS["P3"])
A4 = judge(CLAIMS["A4"])
STEP = judge(CLAIMS["STEP"])
DIM = judge(CLAIMS["DIM"])
LIMIT = judge(CLAIMS["LIMIT"])
overview(P3, A4, STEP, DIM, LIMIT)

# %%
introduction(P3)

# %%
readings(P3)

# %%
why(P3)

# %%
introduction(A4)

# %%
readings(A4)

# %%
why(A4)

# %%
introduction(STEP)

# %%
readings(STEP)

# %%
why(STEP)

# %%
introduction(DIM)

# %%
readings(DIM)

# %%
why(DIM)

# %%
introduction(LIMIT)

# %%
why(LIMIT)

# %% [markdown]
# ## Change something
#
# The layer of P3 as it is, then divided by the number of features in place of the number of samples. Try another rate.

# %%
from dataclasses import replace

from derivations.report.notebook_display import decided
from gdssm_symbolic import TwoHeadLayer
from gdssm_symbolic.layers import eta, f

layer = TwoHeadLayer()
decided(layer)

# %%
decided(replace(layer, rate=-eta / f))
