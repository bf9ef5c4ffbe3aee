# %% [markdown]
# # Other data than in training
#
# If a model runs a learning algorithm, it behaves as that algorithm does when the data change. A step with a fixed
# coefficient $c$ predicts $c \, Y X^\top x_{N+1}$ whatever the data are. For inputs of covariance $\Sigma$ its expected
# squared error is $T_0 - 2 c \, T_1 + c^2 \, (T_2 + \tau^2 T_1)$ with
# $T_k = \mathbb{E} \operatorname{tr}((X X^\top)^k \Sigma)$ and noise of variance $\tau^2$ in the labels: a curve
# without a parameter for every change of the data. Each model is trained once at $f = N = 5$, and tested on scaled,
# correlated and collinear inputs, with label noise, on contexts of other lengths, and with heavier tails.
#
# The [tour](00_tour.ipynb) says what a GD-SSM is; [docs/experiments.md](../docs/experiments.md) says more.

# %%
import copy
from pathlib import Path

from derivations.report.notebook_display import panel, verdict_lines
from derivations.training.committed import reproduced

shift = reproduced(Path("../results"))["shift"]
print(verdict_lines(shift))

# %%
panel(shift, "A")

# %%
panel(shift, "B")

# %%
panel(shift, "C")

# %%
panel(shift, "D")

# %%
panel(shift, "E")

# %%
panel(shift, "F")

# %%
panel(shift, "G")

# %% [markdown]
# ## Change something
#
# Which algorithm a model is nearest to is computed from the distances of its predictions. As they were measured, then
# with the predictions of one layer farther from one step.

# %%
print(verdict_lines({**shift, "panels": {"G": shift["panels"]["G"]}}))

# %%
changed = copy.deepcopy(shift["panels"]["G"])
one_layer = changed["rows"][0]["distances"]
for distances in one_layer["noise"]:
    distances["1 step"] += 1
print(verdict_lines({**shift, "panels": {"G": changed}}))
