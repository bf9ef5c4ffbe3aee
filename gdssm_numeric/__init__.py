"""The numerical engine (PyTorch): the network, its training and its fit. It knows nothing of `gdssm_symbolic`.

Empty in this version; `gdssm verify` is symbolic only until it is filled.
"""
