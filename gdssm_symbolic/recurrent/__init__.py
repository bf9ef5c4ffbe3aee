"""Recurrent layers as one writes them, and proofs that they run a learning algorithm."""
