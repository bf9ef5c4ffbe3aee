"""A.3 prints that some map f takes the sum of (w_0^T x_i - y_i) x_i to the gradient of the non-linear model.

Two data sets have the same sum and different gradients, so no f is right for both. Here w_0 = 0, g(z) = (1 + z)^2.
"""

from fractions import Fraction

f, states, gradients = {}, [], []
for w, x in (Fraction(1), Fraction(1)), (Fraction(0), Fraction(4)):  # data sets of one sample
    y = (1 + w * x) ** 2
    further_head = 0  # printed; corrected: x
    states.append(((0 * x - y) * x, further_head))
    gradients.append((1 - y) * 2 * x)  # (g(0) - y) g'(0) x
    f[states[-1]] = gradients[-1]  # for a state seen before, this replaces what f was
printed, meant = f[states[0]], gradients[0]

print("printed, f of the first sum:", printed, "  its gradient:", meant)
assert printed != meant
