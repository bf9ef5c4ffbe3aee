# %% [markdown]
# # Other models and other losses
#
# A model that is not linear in its weights, and losses that are not squared errors.
#
# The whole story in short: [the tour](00_tour.ipynb).

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
