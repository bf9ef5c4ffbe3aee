# %% [markdown]
# # What the best predictor is, and what is trained
#
# The best predictors of a given depth for random tasks, exactly, and what trained models come to.
#
# The whole story in short: [the tour](00_tour.ipynb).

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
# The committed results, each trained from random starts.

# %%
from pathlib import Path

from derivations.figures import data, plots
from derivations.figures.plots import Picture
from derivations.training import committed

trained = committed.loaded(Path("../results"))
points = data.points(trained.values())
curves = [data.curve(f, range(1, 41)) for f in sorted({p.features for p in points})]
Picture(plots.coefficients(curves, points), "predicted and fitted coefficients over f and N")

# %%
one = trained["f5_N10"]
setting, rates = one["configuration"], one["predicted"]["learning_rates"]
constructed = data.constructed_parameters(setting["features"], setting["samples"], rates)
Picture(
    plots.parameters(constructed, data.trained_parameters(one)),
    "Q, q, decay and C of the construction above those of a trained model, Q_21 = -1 and q_3 = 1 by scaling",
)

# %%
Picture(plots.losses(one), "the loss of every replica while it is trained, and the exact optimum")

# %%
Picture(
    plots.losses(trained["f5_N10_two_steps"]),
    "the same for two layers: some replicas stay at the best single step for a while",
)

# %% [markdown]
# ## Change something
#
# The coefficient that was learned at f = 5, N = 10, held against the best one for these sizes, then for one sample
# more. Try other sizes.

# %%
from fractions import Fraction

from derivations.training.prediction import prediction


def fits(features: int, samples: int) -> str:
    """Is the learned coefficient the best one for these sizes, within the cap of the fit?"""
    best = Fraction(prediction(features, samples, 1, "uniform", Fraction(1), Fraction(0))["coefficients"][0])
    learned = next(p for p in points if (p.features, p.samples, p.layers, p.targets) == (5, 10, 1, "vector"))
    within = abs(learned.mean / best - 1) <= learned.cap
    word = "fits" if within else "misses"
    return f"f = {features}, N = {samples}: predicted {best}, learned {learned.mean:.4f}: {word}"


print(fits(features=5, samples=10))

# %%
print(fits(features=5, samples=11))
