# %% [markdown]
# # Other models and other losses
#
# Let the model be $\hat y = g(w^\top x)$. At $w = 0$ the gradient of $\frac{1}{2} \sum_i (g(w^\top x_i) - y_i)^2$ is
# $g'(0) \sum_i (g(0) - y_i) \, x_i$. So it needs two sums: $\sum_i y_i x_i$, which the state has, and $\sum_i x_i$,
# unless $g(0) g'(0) = 0$. For the logistic function $\sigma(0) \sigma'(0) = 1/8$. On the left are two contexts with the
# same state and different gradients, along a direction $u$: $N$ samples $(\sigma(z) u, \sigma(0))$, and $N$ samples
# $(\sigma(0) u, \sigma(z))$. No function of the state, however large a network computes it, is the gradient of both. On
# the right are predictions on random contexts, after a step of rate 5: with a second head for $\sum_i x_i$ they are
# exact. The same two sums give a step on cross-entropy.
#
# The whole story in short: [the tour](00_tour.ipynb). The next cell holds the sizes of all pictures here; the proofs
# are for all sizes. [docs/claims.md](../docs/claims.md) says what the verdicts mean, [docs/trust.md](../docs/trust.md)
# what the rules of a proof are, and K and K+.

# %%
from derivations.figures.examples import Example, same_state

here = Example(f=3, N=4, seed=0)
same_state(here)

# %%
from derivations.claims import CLAIMS
from derivations.report.notebook_display import introduction, overview, readings, why
from derivations.verdict import judge

P4 = judge(CLAIMS["P4"])
CE = judge(CLAIMS["CE"])
overview(P4, CE)

# %%
introduction(P4)

# %%
readings(P4)

# %%
why(P4)

# %%
introduction(CE)

# %%
why(CE)

# %% [markdown]
# ## Change something
#
# The prediction of P4 with its factor, then without the division by N. Try another factor.

# %%
from derivations.report.notebook_display import judged
from gdssm_symbolic import Scalar
from gdssm_symbolic.layers import N, eta
from gdssm_symbolic.theory.proposition_4 import MEANINGS, prediction, statement

judged(statement(Scalar(-eta / N)), MEANINGS, prediction)

# %%
judged(statement(Scalar(-eta)), MEANINGS, prediction)
