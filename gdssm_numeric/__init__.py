"""The numerical engine (PyTorch): the network, its training, and what can be read off it.

It knows nothing of `gdssm_symbolic`: `derivations.training.weights` turns the symbolic construction into weights for
it, `derivations.training.fit` holds what was trained against the symbolic expressions. It has no expected number but
those of `GDSSM.construction` in `layer`, which a test compares with the symbolic ones.

`tasks` draws the data, `recurrence`, `window_model` and `token_model` are the network, `layer` is the network as a
module for a model of one's own, `descent` is what it is held against, `training` with `presets` and `checkpoint` trains
it, `identified` and `evaluation` read it off, `files` replaces files at once. `competitors` builds other architectures
for the same tokens from the blocks in `competitor_blocks`. `population_loss` is the exact expected error of one layer,
and `gradient_flow` follows its gradient. PyTorch and their libraries are optional dependencies, so
nothing is imported here.
"""
