# %% [markdown]
# # The authors' code
#
# The public implementation adds up the transposed state, with another sign. It also reads the state out transposed, and
# its output is multiplied by $-1$, so that both cancel. One thing does not cancel: it divides by the number of features
# $f$ where the loss divides by the number of samples $N$. Its layer takes a step of rate $\eta N/f$ in place of $\eta$,
# so that the prediction is off by the share $|N/f - 1|$. It is right at $N = f$.
#
# The whole story in short: [the tour](00_tour.ipynb). The next cell holds the sizes of all pictures here; the proofs
# are for all sizes. [docs/claims.md](../docs/claims.md) says what the verdicts mean, [docs/trust.md](../docs/trust.md)
# what the rules of a proof are, and K and K+.

# %%
from derivations.figures.examples import Example, dividing_by_features

here = Example(f=5, N=10, seed=0)
dividing_by_features(here)

# %%
from derivations.claims import CLAIMS
from derivations.report.notebook_display import introduction, readings, why
from derivations.verdict import judge

CODE = judge(CLAIMS["CODE"])
introduction(CODE)

# %%
readings(CODE)

# %%
why(CODE)

# %% [markdown]
# ## Change something
#
# The layer as corrected, then divided by the number of features in place of the number of samples. Try another β.

# %%
from dataclasses import replace

from derivations.report.notebook_display import decided
from gdssm_symbolic import WindowLayer
from gdssm_symbolic.layers import eta, f

layer = WindowLayer()
decided(layer)

# %%
decided(replace(layer, beta=-eta / f))
