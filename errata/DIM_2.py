"""Footnote 3 prints that a linear transformation may bring inputs and targets to one size. Not every invertible A may.

A layer multiplies y_i by the inner product of A x_i and A x_{N+1}. It is 0 here, so the output is 0 for every beta.
"""

from fractions import Fraction

N, eta = 1, Fraction(1)
W, x, query = [[0, 0], [0, 1]], [1, 1], [1, 0]  # one sample x, and its target y = W^T x
y = [W[0][b] * x[0] + W[1][b] * x[1] for b in (0, 1)]

A = [[1, -1], [0, 1]]  # printed; corrected: [[1, 0], [0, 1], [0, 0]]
inner = sum((row[0] * x[0] + row[1] * x[1]) * (row[0] * query[0] + row[1] * query[1]) for row in A)
printed = [eta / N * y[b] * inner for b in (0, 1)]

W_1 = [[0 - eta / N * x[a] * (0 - y[b]) for b in (0, 1)] for a in (0, 1)]  # one step from W_0 = 0
meant = [W_1[0][b] * query[0] + W_1[1][b] * query[1] for b in (0, 1)]

print("printed:", *printed, "  gradient descent:", *meant)
assert printed != meant
