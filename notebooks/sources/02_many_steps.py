# %% [markdown]
# # Many layers, many steps
#
# Layers with two heads; what an L2 penalty adds; what happens sample by sample, where inputs and targets have different
# sizes, and in the limit of many steps.
#
# The whole story in short: [the tour](00_tour.ipynb).

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
