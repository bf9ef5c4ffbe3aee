"""A.2 prints an update that is the transpose of what is added to W, and Z_t accumulates x_t y_t^T.

The first W_0 is where the first layer starts; the second is a later layer's.
"""

from fractions import Fraction

N, eta = 1, Fraction(1)
W, x, query = [[0, 0], [0, 1]], [1, 1], [0, 1]  # one sample x, and its target y = W^T x
y = [W[0][b] * x[0] + W[1][b] * x[1] for b in (0, 1)]
for W_0 in [[0, 0], [0, 0]], [[1, 2], [0, 0]]:
    W_0_transposed = [[W_0[b][a] for b in (0, 1)] for a in (0, 1)]
    start = W_0  # printed; corrected: W_0_transposed
    bracket = [[start[b][a] for b in (0, 1)] for a in (0, 1)]  # printed; corrected: start
    left, right = x, y  # printed; corrected: y, x
    Z = [[left[a] * right[b] for b in (0, 1)] for a in (0, 1)]
    product = [[(bracket[a][0] * x[0] + bracket[a][1] * x[1]) * x[b] for b in (0, 1)] for a in (0, 1)]
    V = [[start[a][b] - eta / N * (product[a][b] - Z[a][b]) for b in (0, 1)] for a in (0, 1)]
    printed = [V[a][0] * query[0] + V[a][1] * query[1] for a in (0, 1)]

    error = [W_0[0][b] * x[0] + W_0[1][b] * x[1] - y[b] for b in (0, 1)]
    W_1 = [[W_0[a][b] - eta / N * x[a] * error[b] for b in (0, 1)] for a in (0, 1)]
    meant = [W_1[0][b] * query[0] + W_1[1][b] * query[1] for b in (0, 1)]

    print("printed:", *printed, "  gradient descent:", *meant)
    assert printed != meant
