"""§4.3 and A.7 print layers that each make a step. The code adds the query to their output."""

from fractions import Fraction

N, eta = 1, Fraction(1)
W, x = 0, [0, 1]  # the last entry is the query
y = [W * x_i for x_i in x]

first = third = -eta / N * sum(x[i] * y[i] for i in range(N))
second = -eta / N * sum(x[i] * x[i] for i in range(N))
added = x[N]  # in the code; corrected: 0
code = -((first + first * second + third) * x[N] + added)

w = Fraction(0)
for _ in range(2):
    w -= eta / N * sum((w * x[i] - y[i]) * x[i] for i in range(N))
meant = w * x[N]

# CODE.4: other numbers do not help. Where all samples are 0 and the query is k, gradient descent from 0 predicts 0.
a, b, c, d = Fraction(2), Fraction(-3), Fraction(1, 2), Fraction(5)  # any numbers for the layers and the readout
p = [-((a * k**2 + a * k**2 * b * k**2 + c * k**2) * d * k + k) for k in (1, 2, 3)]
assert 45 * p[0] - 9 * p[1] + p[2] == -30  # so they are not all 0

print("code:", code, "  gradient descent:", meant)
assert code != meant
