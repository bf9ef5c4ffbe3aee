"""Propositions 2 and 3 print an output for every token. In the code's three layers it depends on later tokens.

At every window, the first layer uses its weights after the last window. The rate is eta/N at every token.
"""

from fractions import Fraction

N, t, eta = 2, 1, Fraction(1)
W, x = 1, [1, 1, 0]  # the last entry is the query
y = [W * x_i for x_i in x]

first = [-eta / N * sum(x[i] * y[i] for i in range(n)) for n in range(N + 1)]  # after n samples
second = [-eta / N * sum(x[i] * x[i] for i in range(n)) for n in range(N + 1)]
third = first
used = N  # in the code; corrected: t
code = -(first[t] + first[used] * second[t] + third[t]) * x[t]

w = Fraction(0)
for _ in range(2):  # two steps on the first t samples
    w -= eta / N * sum((w * x[i] - y[i]) * x[i] for i in range(t))
meant = w * x[t]

print("code:", code, "  two steps on the first sample:", meant)
assert code != meant
