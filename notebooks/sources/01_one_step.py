# %% [markdown]
# # One layer, one step of gradient descent
#
# One layer with one head, held against one step from zero on the least-squares loss of the context.
#
# The whole story in short: [the tour](00_tour.ipynb).

# %%
from derivations.claims import CLAIMS
from derivations.report.notebook_display import introduction, overview, readings, why
from derivations.verdict import judge

P1 = judge(CLAIMS["P1"])
P2 = judge(CLAIMS["P2"])
overview(P1, P2)

# %%
introduction(P1)

# %%
readings(P1)

# %%
why(P1)

# %%
introduction(P2)

# %%
readings(P2)

# %%
why(P2)

# %% [markdown]
# ## Change something
#
# The layer of P2 as it is, then with the number in Q moved to another place. Move it elsewhere, and see what becomes of
# the verdict.

# %%
from dataclasses import replace

from derivations.report.notebook_display import decided
from gdssm_symbolic import WindowLayer, entries

layer = WindowLayer()
decided(layer)

# %%
decided(replace(layer, Q=entries([[0, 1, 0], [0, 0, 0], [0, 0, 0]])))
