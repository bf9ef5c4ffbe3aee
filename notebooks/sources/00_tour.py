# %% [markdown]
# # A tour in ten minutes
#
# *State-space models can learn in-context by gradient descent* (arXiv:2410.11687, version 1) says that a diagonal
# linear recurrence over windows of tokens computes steps of gradient descent on the samples in its context. These are
# its four propositions, as printed and as corrected.

# %%
from derivations.claims import CLAIMS
from derivations.report.notebook_display import decided, fit_lines, headline, overview, readings
from derivations.verdict import judge

P1 = judge(CLAIMS["P1"])
P2 = judge(CLAIMS["P2"])
P3 = judge(CLAIMS["P3"])
P4 = judge(CLAIMS["P4"])
overview(P1, P2, P3, P4)

# %% [markdown]
# Here the construction of P2 is drawn, proved line by line, held against the printed text, and found again by training.
#
# ## The construction
#
# The context holds samples of a regression problem: inputs and targets take turns, and the last token is the input
# whose target is to be predicted. A window of three tokens slides over them.

# %%
from derivations.figures import data, diagrams, plots
from derivations.figures.plots import Picture
from gdssm_symbolic import WindowLayer, entries

layer = WindowLayer()
Picture(diagrams.window(layer), "windows of three tokens, one at every input")

# %% [markdown]
# Each window adds a matrix to the state and is multiplied with it to give an output. There is nothing else: the numbers
# below are the whole layer.

# %%
Picture(diagrams.recurrence(layer), "the recurrence of one layer as a diagram")

# %% [markdown]
# As samples arrive the state fills up. What it adds up is the gradient of the loss at zero, which grows towards a
# multiple of the weights that made the data: the state holds what is to be learned.

# %%
filled = data.filling(layer, features=3, samples=30, seed=0)
Picture(plots.filling(filled), "the state after some windows, and the multiple of the weights that is its mean")

# %% [markdown]
# ## Why it is gradient descent
#
# The statement, and its proof for all sizes, line by line.

# %%
P2.statement

# %%
headline(P2)

# %% [markdown]
# ## The printed text
#
# The paper's own numbers differ from those above. Each sentence was decided in every reading that we found.

# %%
readings(P2)

# %% [markdown]
# ### How far off
#
# The error of each of these layers on random tasks, as the context grows.

# %%
from derivations.claims.proposition_2 import COLUMNS, EVERY_TOKEN, LAYER, PRINTED

kinds = {
    "as corrected": LAYER,
    "as printed": PRINTED,
    "as printed, with the other sign": COLUMNS,
    "corrected, a window at every token": EVERY_TOKEN,
}
errors = data.construction_errors(kinds, 5, (1, 2, 4, 8, 16, 32, 64, 128), tasks=200, seed=0)
Picture(plots.construction_errors(errors), "the relative error of four constructions over N")

# %% [markdown]
# ## A model trained on the spot
#
# A network of the same form, from random starts. It is not told the construction; the exact engine says what the best
# learning rate is for these tasks, and so what training must come to.

# %%
from dataclasses import replace
from time import perf_counter

from derivations.training.fit import Expected, fit
from derivations.training.result_document import result
from derivations.training.run import use_threads
from gdssm_numeric.presets import QUICK
from gdssm_numeric.tasks import Task
from gdssm_numeric.training import Run, Training, train

preset = replace(QUICK, name="tour", updates=2500, batch=768)
run = Run(Task(features=3, samples=4), replicas=3, seed=0, preset=preset)
training, expected = Training(run), Expected(run.task, run.layers)
began = perf_counter()
with use_threads(1):
    train(training, path=None)
    found = fit(run, training.fitted(), expected)
document = result(training, found, expected, seconds=perf_counter() - began)
Picture(plots.losses(document), "the loss of every replica while it is trained, and the exact optimum")

# %% [markdown]
# What was learned, beside what the symbols say: the best coefficient, exactly, and every identified number.

# %%
expected.optimum.coefficients

# %%
print(fit_lines(found))

# %%
constructed = data.constructed_parameters(3, 4, document["predicted"]["learning_rates"])
Picture(
    plots.parameters(constructed, data.trained_parameters(document)),
    "Q, q, decay and C of the construction above those of a trained model, Q_21 = -1 and q_3 = 1 by scaling",
)

# %% [markdown]
# ## Change something
#
# Change a number of the layer, run the cell again, and see what becomes of the verdict: first the layer as it is, then
# with one entry moved.

# %%
decided(WindowLayer())

# %%
decided(WindowLayer(Q=entries([[0, -1, 0], [0, 0, 0], [0, 0, 0]])))

# %% [markdown]
# ## Where to go on
#
# - [One layer, one step of gradient descent](01_one_step.ipynb)
# - [Many layers, many steps](02_many_steps.ipynb)
# - [Other models and other losses](03_models_and_losses.ipynb)
# - [Attention, windows and gates](04_architecture.ipynb)
# - [The authors' code](05_authors_code.ipynb)
# - [What the best predictor is, and what is trained](06_optimum.ipynb)
# - [Figures 1, 2 and 3: one layer](07_figures_1_to_3.ipynb)
# - [Figures 4 and 5: several layers, sinusoids, other architectures](08_figures_4_and_5.ipynb)
# - [Other data than in training](09_shifts.ipynb)
