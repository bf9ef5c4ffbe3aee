# %% [markdown]
# # What the best predictor is, and what is trained
#
# For random tasks (inputs uniform in $(-1, 1)$, normal $W$) the expected squared error of one layer is a polynomial of
# its numbers, with exact coefficients. Along the construction it is a parabola $R(c) = R_{\min} + a \, (c - c_*)^2$ in
# $c = \eta/N$, whose minimum $c_*$ is a fraction. There is a second local minimum: with decay 0 a layer sees the last
# sample alone and predicts $\kappa \, y_N \, x_N^\top x_{N+1}$. On the left are both parabolas. On the right the
# coordinates of the inputs have different variances, from 1 down to the smallest in even steps. There the construction,
# with one rate for all coordinates, is no longer the best: the step preconditioned by a diagonal matrix
# $\operatorname{diag}(p)$ has a smaller exact error.
#
# The whole story in short: [the tour](00_tour.ipynb). The next cell holds the sizes of all pictures here; the proofs
# are for all sizes. [docs/claims.md](../docs/claims.md) says what the verdicts mean, [docs/trust.md](../docs/trust.md)
# what the rules of a proof are, and K and K+.

# %%
from derivations.figures.examples import Example, losses

here = Example(f=5, N=10, seed=0)
losses(here)

# %%
from derivations.claims import CLAIMS
from derivations.report.notebook_display import introduction, overview, why
from derivations.verdict import judge

OPT1 = judge(CLAIMS["OPT1"])
OPTL = judge(CLAIMS["OPTL"])
OPTG = judge(CLAIMS["OPTG"])
ANISO = judge(CLAIMS["ANISO"])
OPTX = judge(CLAIMS["OPTX"])
DESCENT = judge(CLAIMS["DESCENT"])
overview(OPT1, OPTL, OPTG, ANISO, OPTX, DESCENT)

# %%
introduction(OPT1)

# %%
why(OPT1)

# %%
introduction(OPTL)

# %%
why(OPTL)

# %%
introduction(OPTG)

# %%
why(OPTG)

# %%
introduction(ANISO)

# %%
why(ANISO)

# %%
introduction(OPTX)

# %%
why(OPTX)

# %%
introduction(DESCENT)

# %%
why(DESCENT)

# %% [markdown]
# ## Trained models
#
# The committed results, each trained from random starts. First the coefficients of all of them, whatever their sizes.

# %%
from pathlib import Path

from derivations.figures.examples import coefficients
from derivations.training import committed

results = committed.loaded(Path("../results")).values()
coefficients(results)

# %% [markdown]
# Now the model of the sizes above: its numbers beside those of the construction, and how its loss fell.

# %%
from derivations.figures.examples import committed_run, learned_numbers, loss_curves

one = committed_run(here, results, layers=1)
learned_numbers(one)

# %%
loss_curves(one)

# %% [markdown]
# The same for two layers: some replicas stay at the best single step for a while.

# %%
loss_curves(committed_run(here, results, layers=2))

# %% [markdown]
# ## Change something
#
# The coefficient that was learned, held against the best one for these sizes, then for one sample more. Try other
# sizes.

# %%
from dataclasses import replace

from derivations.figures.examples import learned

print(learned(one, at=here))

# %%
print(learned(one, at=replace(here, N=here.N + 1)))
