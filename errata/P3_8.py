"""A.2 prints that the output of a layer can be looped back. It is a vector; the next step needs the matrix V."""

from fractions import Fraction

N, eta = 1, Fraction(1)
W, x, query = [[1, 0], [0, 1]], [1, 0], [0, 1]  # one sample x, and its target y = W^T x
y = [W[0][b] * x[0] + W[1][b] * x[1] for b in (0, 1)]

V = [[eta / N * y[a] * x[b] for b in (0, 1)] for a in (0, 1)]  # the transpose of W after one step from 0
output = [[V[a][0] * query[0] + V[a][1] * query[1]] for a in (0, 1)]
looped = output  # printed; corrected: V
printed = (len(looped), len(looped[0]))
meant = (len(V), len(V[0]))

print("printed:", printed, "  needed:", meant)
assert printed != meant
