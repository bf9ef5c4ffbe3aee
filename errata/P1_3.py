"""Eqs. 12 to 18 print a state that accumulates +x_t y_t, and the factor -eta/N at the output: a step uphill."""

from fractions import Fraction

N, eta = 1, Fraction(1)
w, x = 1, [1, 1]  # the last entry is the query
y = [w * x_i for x_i in x]

sign = 1  # printed; corrected: -1
state = sum(sign * x[i] * y[i] for i in range(N))
printed = -eta / N * state * x[N]

gradient = sum((0 * x[i] - y[i]) * x[i] for i in range(N)) / Fraction(N)
meant = (0 - eta * gradient) * x[N]

print("printed:", printed, "  gradient descent:", meant)
assert printed != meant
