"""§3.2 and A.1 print a Q with its 1 in row 1, column 2. Eq. 17 needs it in row 2, column 1.

Reading out the transpose of Z, as the public code does, corrects the same fault.

The printed Q gives 0 here, so it gives 0 for every factor beta. The sign of beta is corrected (see P1_3.py).
"""

from fractions import Fraction

N, eta = 1, Fraction(1)
W, x, query = [[0, 0], [1, 0]], [0, 1], [0, 1]  # one sample x, and its target y = W^T x
y = [W[0][b] * x[0] + W[1][b] * x[1] for b in (0, 1)]

Q = [[0, 1, 0], [0, 0, 0], [0, 0, 0]]  # printed; corrected: [[0, 0, 0], [1, 0, 0], [0, 0, 0]]
C = [x, y, query]  # the columns of the window
Z = [[sum(Q[i][j] * C[i][a] * C[j][b] for i in range(3) for j in range(3)) for b in (0, 1)] for a in (0, 1)]
printed = [eta / N * (Z[a][0] * query[0] + Z[a][1] * query[1]) for a in (0, 1)]

W_1 = [[0 - eta / N * x[a] * (0 - y[b]) for b in (0, 1)] for a in (0, 1)]  # one step from W_0 = 0
meant = [W_1[0][b] * query[0] + W_1[1][b] * query[1] for b in (0, 1)]

print("printed:", *printed, "  gradient descent:", *meant)
assert printed != meant
