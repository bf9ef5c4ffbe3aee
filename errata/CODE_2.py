"""§4.1 and A.5 print inputs from U(-1, 1). The code draws from U(-1/2, 1/2), where the best coefficient is larger.

For the prediction c (sum_i y_i x_i^T) x_{N+1} and M = sum_i x_i x_i^T, with independent entries of variance 1 in W,
the expected error is a multiple of f - 2 c E tr M + c^2 E tr M^2. It is smallest at c = E tr M / E tr M^2.
"""

from fractions import Fraction

f, N = 1, 1
W, x = 1, [Fraction(1, 4), Fraction(1, 4)]  # inside (-1/2, 1/2); the last entry is the query
y = W * x[0]
width = 1  # printed; corrected: Fraction(1, 2)
predictions = []
for half in (Fraction(width), Fraction(1, 2)):
    variance, fourth = half**2 / 3, half**4 / 5  # the moments of U(-half, half)
    trace = N * f * variance
    trace_of_square = N * f * (fourth + (f - 1) * variance**2) + N * (N - 1) * f * variance**2
    predictions.append(trace / trace_of_square * y * x[0] * x[N])
printed, meant = predictions

print("printed:", printed, "  code:", meant)
assert printed != meant
