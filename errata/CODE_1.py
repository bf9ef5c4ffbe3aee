"""§3.1 and A.1 print the factor -eta/N. The code has the number f of features in place of N."""

from fractions import Fraction

f, N, eta = 1, 2, Fraction(1)
W, x = 1, [0, 1, 1]  # the last entry is the query
y = [W * x_i for x_i in x]

divisor = f  # in the code; corrected: N
state = sum(x[i] * y[i] for i in range(N))
code = -(-eta / divisor * state * x[N])  # the code multiplies its output by -1

gradient = sum((0 * x[i] - y[i]) * x[i] for i in range(N)) / Fraction(N)
meant = (0 - eta * gradient) * x[N]

print("code:", code, "  gradient descent:", meant)
assert code != meant
