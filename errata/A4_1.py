"""A.4 prints that the penalty ||W||^2 adds W to the bracket of the update. It adds 2N W."""

from fractions import Fraction

N, eta = 1, Fraction(1)
W, W_0, x = 0, 1, [0, 1]  # the last entry is the query
y = [W * x_i for x_i in x]

factor = 1  # printed; corrected: 2 * N
Z = sum(y[i] * x[i] for i in range(N))
squares = sum(x[i] * x[i] for i in range(N))
printed = (W_0 - eta / N * (W_0 * squares - Z + factor * W_0)) * x[N]

gradient = sum((W_0 * x[i] - y[i]) * x[i] for i in range(N)) / Fraction(N) + 2 * W_0  # of the loss and the penalty
meant = (W_0 - eta * gradient) * x[N]

print("printed:", printed, "  gradient descent:", meant)
assert printed != meant
