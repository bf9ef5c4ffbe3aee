# %% [markdown]
# # Attention, windows and gates
#
# With a window at every input, stride 2, all windows are $[x_t \; y_t \; x_{t+1}]$. With a window at every token there
# are windows $[y_t \; x_{t+1} \; y_{t+1}]$ between them, which add products such as $x_{t+1} y_t^\top$ that gradient
# descent does not have. No numbers of a single head remove these and keep $y_t x_t^\top$. On the left is the error that
# is left, relative to the prediction after one step, over random tasks: "best numbers" are fitted to these tasks, for
# the best of 41 decays in $[-1, 1]$. On the right is how many heads with different positive decays together get rid of
# the unwanted products: $2N - 2$. It was found by exact linear algebra for decays 1/2, 2/3, 3/4, … and heads of the
# form that is constructed below (HEADS), where it is proved for all positive decays.
#
# Further claims below: linear attention, and why input and output need multiplications.
#
# The whole story in short: [the tour](00_tour.ipynb). The next cell holds the sizes of all pictures here; the proofs
# are for all sizes. [docs/claims.md](../docs/claims.md) says what the verdicts mean, [docs/trust.md](../docs/trust.md)
# what the rules of a proof are, and K and K+.

# %%
from derivations.figures.examples import Example, window_at_every_token

here = Example(f=3, N=5, seed=0)
window_at_every_token(here)

# %%
from derivations.claims import CLAIMS
from derivations.report.notebook_display import introduction, overview, readings, why
from derivations.verdict import judge

LSA = judge(CLAIMS["LSA"])
STRIDE = judge(CLAIMS["STRIDE"])
HEADS = judge(CLAIMS["HEADS"])
GATE = judge(CLAIMS["GATE"])
overview(LSA, STRIDE, HEADS, GATE)

# %%
introduction(LSA)

# %%
readings(LSA)

# %%
why(LSA)

# %%
introduction(STRIDE)

# %%
readings(STRIDE)

# %%
why(STRIDE)

# %%
introduction(HEADS)

# %%
why(HEADS)

# %%
introduction(GATE)

# %%
readings(GATE)

# %%
why(GATE)

# %% [markdown]
# ## Two strides
#
# Windows at every input token, and windows at every token.

# %%
from derivations.figures.examples import windows
from gdssm_symbolic import WindowLayer

windows(here, WindowLayer(stride=2))

# %%
windows(here, WindowLayer(stride=1))

# %% [markdown]
# ## Change something
#
# The layer with a window at every input, then with a window at every token. No other numbers of the second one help:
# try some.

# %%
from dataclasses import replace

from derivations.report.notebook_display import decided

layer = WindowLayer(stride=2)
decided(layer)

# %%
decided(replace(layer, stride=1))
