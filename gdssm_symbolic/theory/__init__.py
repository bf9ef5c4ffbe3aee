"""The mathematics of the claims: layers, losses, gradient descent, and the proofs that relate them."""
