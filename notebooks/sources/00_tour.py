# %% [markdown]
# # A tour in ten minutes
#
# A context holds $N$ samples $(x_i, y_i)$ with $x_i, y_i \in \mathbb{R}^f$, and an input $x_{N+1}$ whose target is to
# be predicted. Gradient descent fits a matrix $W$ to the samples: it lowers
# $\mathcal{L}(W) = \frac{1}{2N} \sum_i \lVert W^\top x_i - y_i \rVert^2$. One step of rate $\eta$ from $W = 0$ gives
# $W_1 = \frac{\eta}{N} \sum_i x_i y_i^\top$, and the prediction $W_1^\top x_{N+1}$.
#
# A state-space model reads the same context as windows $C_t = [x_t \; y_t \; x_{t+1}]$, which have three columns. It
# adds them up in a state, $Z_t = Z_{t-1} + C_t Q C_t^\top$ from $Z_0 = 0$, and reads that out with $C_N q$. For one
# choice of the $3 \times 3$ numbers $Q$ and the three numbers $q$, the two are the same:
#
# $$-\frac{\eta}{N} \, Z_N \, C_N q \;=\; \frac{\eta}{N} \sum_{i=1}^N y_i \, x_i^\top x_{N+1}.$$
#
# That is Proposition 2 of *State-space models can learn in-context by gradient descent* (arXiv:2410.11687, version 1),
# corrected. The next cell shows it in numbers: above, the layer is run window by window; below, PyTorch differentiates
# the loss. It also holds all sizes of this notebook. Change `f`, `N` or `seed`, run everything again, and every number
# and every picture follows.

# %%
from derivations.figures.examples import Example, identity

here = Example(f=3, N=4, seed=0)
identity(here)

# %% [markdown]
# ## The layer
#
# Inputs and targets take turns, and a window of three tokens starts at every input.

# %%
from derivations.figures.examples import windows

windows(here)

# %% [markdown]
# The numbers below are the whole layer, for all sizes. $Q$ has one number that is not 0: it picks $-y_t x_t^\top$ out
# of a window. And $q$ picks the last column of the last window, $x_{N+1}$.

# %%
from derivations.figures.examples import recurrence

recurrence()

# %% [markdown]
# ## Why it is gradient descent, for all sizes
#
# A picture shows one size. The statement for every $f$ and $N$ is proved, by an exact engine that you can read: line by
# line, each with the rules that it uses. [docs/trust.md](../docs/trust.md) says what the rules are.

# %%
from derivations.claims import CLAIMS
from derivations.report.notebook_display import decided, fit_lines, headline, reading
from derivations.verdict import judge

P2 = judge(CLAIMS["P2"])
P2.statement

# %%
headline(P2)

# %% [markdown]
# ## What the paper prints fails
#
# The paper prints other numbers. Let $e_1, e_2, e_3$ be the unit vectors: above, $Q = -e_2 e_1^\top$, and printed is
# $Q = e_1 e_2^\top$. Then the state adds up $x_t y_t^\top$. The engine finds data at which the printed layer is wrong,
# small enough to check by hand.

# %%
reading(P2, "P2.1")

# %% [markdown]
# The same layer on the data of the first picture: the last columns differ. (At $f = 1$ only the sign is wrong.)

# %%
from derivations.claims.proposition_2 import PRINTED

identity(here, PRINTED)

# %% [markdown]
# ## Training finds it
#
# A network of the same form is trained here, from three random starts, on random tasks: inputs uniform in $(-1, 1)$,
# normal $W$. It is free in all its numbers: $Q$, $q$, a decay for each entry of the state, by which that entry is
# multiplied at each window, and an $f \times f$ matrix $C$ in the place of $-\eta/N$. It is not told the construction.
# The exact engine says which learning rate is best for such tasks, and so the loss that no layer of this form can beat.

# %%
from derivations.figures.examples import loss_curves, trained

model = trained(here)
loss_curves(model.document)

# %% [markdown]
# The best coefficient $\eta/N$, exactly.

# %%
model.expected.optimum.coefficients

# %% [markdown]
# What was predicted and what was found, number by number. Only products are determined, since the output does not
# change if $Q$ is doubled and $q$ halved: so the table has the 27 products of an entry of $Q$ and one of $q$, times
# $\bar C$, the mean of the diagonal of $C$. The loss is told as a multiple of the best one. In the picture below it the
# numbers are scaled to $Q_{21} = -1$ and $q_3 = 1$.

# %%
print(fit_lines(model.fit))

# %%
from derivations.figures.examples import learned_numbers

learned_numbers(model.document)

# %% [markdown]
# ## Change something
#
# First the layer as it is, then with its one number moved: $Q_{12} = -1$ in place of $Q_{21} = -1$. Change any number,
# run the cell again, and see what becomes of the verdict.

# %%
from gdssm_symbolic import WindowLayer, entries

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
# - [Which recurrence is which algorithm](10_recurrences.ipynb)
