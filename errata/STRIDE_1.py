"""Propositions 2 and 3 print a step of the recurrence for every token. The windows between two samples then count too.

This is the printed head, with Q and the sign corrected. The proof of STRIDE.1 is for every head and decay, N >= 3.
"""

from fractions import Fraction

N, eta = 3, Fraction(1)
W, x = 1, [1, 1, 1, 1]  # the last entry is the query
y = [W * x_i for x_i in x]
tokens = [x[0], y[0], x[1], y[1], x[2], y[2], x[3]]

stride = 1  # printed; corrected: 2
state = 0
for start in range(0, len(tokens) - 2, stride):
    window = tokens[start : start + 3]
    state += window[1] * window[0]
printed = eta / N * state * x[N]

gradient = sum((0 * x[i] - y[i]) * x[i] for i in range(N)) / Fraction(N)
meant = (0 - eta * gradient) * x[N]

print("printed:", printed, "  gradient descent:", meant)
assert printed != meant
