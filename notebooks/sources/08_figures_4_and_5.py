# %% [markdown]
# # Figures 4 and 5: several layers, sinusoids, other architectures
#
# $L$ layers of two heads predict $\sum_{k<L} c_k \, Y X^\top (X X^\top)^k x_{N+1}$ with $X = [x_1 \dots x_N]$ and
# $Y = [y_1 \dots y_N]$. $L$ steps of gradient descent are of this form, and the best coefficients $c_k$ and their error
# $R_L$ are known exactly. So training $L$ layers has to end at $R_L$ (Figure 4A). Figure 4B has sinusoids in place of
# linear tasks: gradient descent on the last layer of an embedding. Figures 4C and 5A ask what other architectures (S5,
# Mamba, Griffin, Transformers, Mamba-2 and Gated DeltaNet) reach on the same tokens, beside $R_1$, $R_2$, ….
#
# The [tour](00_tour.ipynb) says what a GD-SSM is. [docs/experiments.md](../docs/experiments.md) says how these numbers
# were made, has the loss curves, and says why a panel disagrees with the paper.

# %%
import copy
from pathlib import Path

from derivations.report.notebook_display import panel, verdict_lines
from derivations.training.committed import reproduced

figures = reproduced(Path("../results"))

# %% [markdown]
# ## Figure 4

# %%
print(verdict_lines(figures["fig4"]))

# %%
panel(figures["fig4"], "A")

# %%
panel(figures["fig4"], "B")

# %%
panel(figures["fig4"], "C")

# %% [markdown]
# ## Figure 5: vector targets

# %%
print(verdict_lines(figures["fig5"]))

# %%
panel(figures["fig5"], "A")

# %% [markdown]
# ## Change something
#
# A verdict is computed from the numbers of the panels. Figure 4 as it was measured, then with one seed of two layers
# that ends at one step.

# %%
print(verdict_lines(figures["fig4"]))

# %%
changed = copy.deepcopy(figures["fig4"])
one, two, _ = changed["panels"]["A"]["tested"]
two["losses"][0] = one["losses"][0]
print(verdict_lines(changed))
