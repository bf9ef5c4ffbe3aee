# %% [markdown]
# # The paper's figures, trained again
#
# Every panel of the figures that are committed so far, drawn from its numbers, with what came of it.
# [docs/experiments.md](../docs/experiments.md) says how they were made; `gdssm reproduce` makes them again.

# %%
from pathlib import Path

from derivations.experiments.verdicts import verdicts
from derivations.figures import experiments
from derivations.figures.plots import Picture
from derivations.training import committed

figures = committed.reproduced(Path("../results"))


def panel(figure: str, letter: str) -> Picture:
    """A panel as a picture; what came of it is its text."""
    shown = figures[figure]["panels"]
    verdict = verdicts(figure, shown)[letter]
    return Picture(experiments.panel(shown[letter]), f"{verdict.measured}: {verdict.verdict}")


for figure, result in figures.items():
    for letter, verdict in verdicts(figure, result["panels"]).items():
        print(f"{figure} {letter}: {verdict.verdict}. The paper: {verdict.paper}. Measured: {verdict.measured}.")

# %% [markdown]
# ## Figure 2: one layer over windows, vector targets

# %%
panel("fig2", "A")

# %%
panel("fig2", "B")

# %%
panel("fig2", "C")

# %%
panel("fig2", "D")

# %% [markdown]
# ## Figure 3: the weights of that layer

# %%
panel("fig3", "A")

# %%
panel("fig3", "B")

# %%
panel("fig3", "C")

# %%
panel("fig3", "D")

# %% [markdown]
# ## Shift: data that the model was not trained on

# %%
panel("shift", "A")

# %%
panel("shift", "B")

# %%
panel("shift", "C")

# %%
panel("shift", "D")

# %%
panel("shift", "E")

# %%
panel("shift", "F")

# %%
panel("shift", "G")
