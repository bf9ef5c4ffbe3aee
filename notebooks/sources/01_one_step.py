# %% [markdown]
# # One layer, one step of gradient descent
#
# A layer with one head computes $o = \beta \, Z_N C_N q$ with $Z_N = \sum_t C_t Q C_t^\top$, a polynomial of degree
# three in the data. One step of gradient descent from $W = 0$ predicts $\frac{\eta}{N} \sum_i y_i \, x_i^\top x_{N+1}$,
# a polynomial of the same kind. Two polynomials are the same for all data only if all their coefficients are: that is
# decided exactly, and it leaves $Q$ hardly any freedom. The plot shows what other numbers cost. It has the error of
# four layers on random tasks, relative to the prediction after the step, as the context grows: with corrected numbers
# only rounding is left, with the printed ones the error stays.
#
# The whole story in short: [the tour](00_tour.ipynb). The next cell holds the sizes of all pictures here; the proofs
# are for all sizes. [docs/claims.md](../docs/claims.md) says what the verdicts mean, [docs/trust.md](../docs/trust.md)
# what the rules of a proof are, and K and K+.

# %%
from derivations.figures.examples import Example, errors

here = Example(f=5, N=2, seed=0)
errors(here)

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
