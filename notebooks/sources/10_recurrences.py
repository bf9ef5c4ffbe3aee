# %% [markdown]
# # Which recurrence is which algorithm
#
# Many recurrent layers keep a matrix $S_t$ that maps keys to values, and change it at every token. Take the loss
# $\mathcal{L}_t(S) = \frac{1}{2} \lVert S k_t - v_t \rVert^2$ of one token. Its gradient is $(S k_t - v_t) k_t^\top$,
# so a step of gradient descent of rate $\beta_t$ is $S_t = S_{t-1} (I - \beta_t k_t k_t^\top) + \beta_t v_t k_t^\top$,
# which is the layer DeltaNet. Linear attention, $S_t = S_{t-1} + v_t k_t^\top$, is one step from 0 on all tokens so
# far. An algorithm says what a layer does as a learner: let $v_t = W k_t$ for a fixed $W$. Below is the distance of
# $S_t$ from $W$, where the online steps have the rates $\beta_t = 1/(2 \lVert k_t \rVert^2)$. Many small steps approach
# $W$; one large step overshoots, and forgetting or momentum, here with 9/10, leave an error.
#
# The whole story in short: [the tour](00_tour.ipynb). The next cell holds the sizes of the picture, keys and values of
# `f` entries and `N` tokens; the proofs are for all sizes. The layers are [files](../recurrences/README.md) that state
# what they are said to be.

# %%
from derivations.figures.examples import Example, as_learners
from derivations.recurrences.toml_file import load

NAMES = ("linear_attention", "retnet", "deltanet", "l2_penalty", "heavy_ball")
gallery = {name: load(f"../recurrences/{name}.toml") for name in NAMES}
here = Example(f=3, N=24, seed=0)
as_learners(here, gallery)

# %% [markdown]
# ## What each is, and is it true?
#
# Each is decided now: proved for all sizes, lengths and data, or refuted.

# %%
from derivations.report.notebook_display import which_algorithms

which_algorithms(gallery)

# %% [markdown]
# The proof for DeltaNet, by induction on the tokens.

# %%
from derivations.recurrences.check import check

check(gallery["deltanet"]).proof()

# %% [markdown]
# ## Change something
#
# DeltaNet as it is, then without the rate at the new value. In an update `S` is the state before the token, of the
# shape `d m`; keys, values and rates are data of a token, whose shapes stand in `data`. Write a layer and a loss of
# your own: [docs/recurrences.md](../docs/recurrences.md) has the language.

# %%
from gdssm import recurrence

data = {"k": "m", "v": "d", "beta": "1"}
descent = {"algorithm": "online gradient descent", "loss": "1/2 |S k - v|^2", "rate": "beta"}
delta = {"shape": "d m", "start": "0", "update": "S (I - beta k k^T) + beta v k^T"}
check(recurrence(data=data, layer={"S": delta}, output="S k", claim=descent))

# %%
changed = {**delta, "update": "S (I - beta k k^T) + v k^T"}
check(recurrence(data=data, layer={"S": changed}, output="S k", claim=descent))
