"""The numerical engine (PyTorch): the network, its training, and what can be read off it.

It knows nothing of `gdssm_symbolic`, and no expected number: `derivations.training.weights` turns the symbolic
construction into weights for it, `derivations.training.fit` holds what was trained against the symbolic expressions.
`tasks` draws the data, `recurrence`, `window_model` and `token_model` are the network, `descent` is what it is held
against, `training` with `presets` and `checkpoint` trains it, `identified` and `evaluation` read it off, and
`files` replaces files at once.
`competitors` builds other architectures for the same tokens from the blocks in `competitor_blocks`. PyTorch and their
libraries are optional dependencies, so nothing is imported here.
"""
