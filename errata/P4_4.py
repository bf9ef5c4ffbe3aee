"""A.3 prints that the recurrence of Eq. 12 accumulates (w_0^T x_i - y_i) x_i. It does so for w_0 = 0 only.

The sign of the recurrence is corrected (see P1_3.py).
"""

from fractions import Fraction

N = 1
w, w_0, x = Fraction(1), Fraction(1), [Fraction(1)]
y = [w * x_i + 1 for x_i in x]  # g(w x_i) with g(z) = z + 1

state = -sum(x[i] * y[i] for i in range(N))
further_head = Fraction(0)  # printed; corrected: sum(x[i] * x[i] for i in range(N))
printed = state + further_head * w_0
meant = sum((w_0 * x[i] - y[i]) * x[i] for i in range(N))

print("printed:", printed, "  the sum:", meant)
assert printed != meant
