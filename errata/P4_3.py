"""A.3 prints the prediction -eta (gradient)^T x_{t+1}. That of the model is g of this number."""

from fractions import Fraction

N, eta = 1, Fraction(1)
w, x = Fraction(1), [1, 1]  # the last entry is the query


def g(z: Fraction) -> Fraction:
    return z + 1


slope_at_0 = 1
y = [g(w * x_i) for x_i in x]

gradient = sum((g(Fraction(0)) - y[i]) * slope_at_0 * x[i] for i in range(N)) / Fraction(N)
inner = (0 - eta * gradient) * x[N]
printed = inner  # printed; corrected: g(inner)
meant = g(inner)

print("printed:", printed, "  gradient descent:", meant)
assert printed != meant
