# %% [markdown]
# # The authors' code
#
# The conventions of the public implementation beside those of the paper.
#
# The whole story in short: [the tour](00_tour.ipynb).

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
