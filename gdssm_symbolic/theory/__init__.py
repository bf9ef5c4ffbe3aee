"""The mathematics of the claims: layers, losses, gradient descent, and the proofs that they are related as is said."""
