# %% [markdown]
# # Attention, windows and gates
#
# What the parts of the architecture are for: linear attention, the stride of the window, multiplication at input and
# output.
#
# The whole story in short: [the tour](00_tour.ipynb).

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
from derivations.figures import diagrams
from derivations.figures.plots import Picture
from gdssm_symbolic import WindowLayer

Picture(diagrams.window(WindowLayer(stride=2)), "windows of three tokens, one at every input")

# %%
Picture(diagrams.window(WindowLayer(stride=1)), "windows of three tokens, one at every token")

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
