"""Commented recurrence files, each of which is proved: one for every algorithm, and for every other kind of claim."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_HEAD = """\
# {title}
# A letter alone is its value at token t; k[i] is that at token i. Products stand side by side; ^T is the transpose,
# |x|^2 a squared norm, <x, y> an inner product. I and 0 have the size that fits.

[data]                 # what each token carries: "m" is a column of m numbers, "d m" a matrix, "1" a number
"""

_DELTA = """\
k = "m"
v = "d"
q = "m"
beta = "1"

[layer]                # each state with its start ("0", "any" or a formula) and its update, in which S is the old value
S = { shape = "d m", start = "0", update = "S (I - beta k k^T) + beta v k^T" }
output = "S q"         # in which S is the new value

"""

_PROXIMAL = _DELTA.replace("S (I - beta k k^T) + beta v k^T", "S + beta / (1 + beta k^T k) (v - S k) k^T")

_DECAYED = """\
k = "m"
v = "d"
q = "m"

[constants]            # the same for all tokens
gamma = "1"

[layer]                # each state with its start ("0", "any" or a formula) and its update, in which S is the old value
S = { shape = "d m", start = "START", update = "gamma S + v k^T" }
output = "S q"         # in which S is the new value

"""

_MOMENTUM = """\
k = "m"
v = "d"
q = "m"
eta = "1"
theta = "1"

[layer]                # each state with its start ("0", "any" or a formula) and its update, in which S is the old value
S = { shape = "d m", start = "0", update = "S + U'" }    # U' is the new value of U
U = { shape = "d m", start = "0", update = "eta U - theta (S k - v) k^T" }
output = "S q"         # in which S is the new value

"""

_SOLVED = """\
k = "m"
q = "m"

[constants]            # the same for all tokens
lambda = "1"

[layer]                # each state with its start ("0", "any" or a formula) and its update, in which H is the old value
H = { shape = "m m", start = "0", update = "H + k k^T" }
x = { shape = "m", start = "0", update = "q <q, q> / (q^T (H' + lambda I) q)" }    # H' is the new value of H
output = "x"           # in which x is the new value

"""

_INVERTED = """\
A = "m m"

[layer]                # each state with its start ("0", "any" or a formula) and its update, in which X is the old value
X = { shape = "m m", start = "any", update = "2 X - X A X" }
output = "X"           # in which X is the new value

"""

_REGRESSION = """\
k = "m"
v = "d"

[constants]            # the same for all tokens
A = "m m"

[layer]                # each state with its start ("0", "any" or a formula) and its update, in which P is the old value
P = { shape = "m m", start = "inv(A)", update = "P - P k k^T P / (1 + k^T P k)" }
W = { shape = "d m", start = "0", update = "W + (v - W k) k^T P / (1 + k^T P k)" }
output = "W"           # in which W is the new value

"""


def _template(title: str, layer: str, claim: str, start: str = "0") -> str:
    return _HEAD.format(title=title) + layer.replace("START", start) + claim


TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        "online gradient descent": _template(
            "One step of gradient descent at every token: the delta rule (DeltaNet).",
            _DELTA,
            """\
[claim]                # more keys: decay = "alpha S", where the step is taken; left, right, steps
algorithm = "online gradient descent"
loss = "1/2 |S k - v|^2"
rate = "beta"
""",
        ),
        "gradient descent": _template(
            "One step of gradient descent on the loss of all tokens so far, from the start (linear attention, RetNet).",
            _DECAYED,
            """\
[claim]                # more keys: left = "P" and right = "P", factors of the gradient; steps = 2
algorithm = "gradient descent"
loss = "1/2 sum(i = 1..t, gamma^(t-i) |S k[i] - v[i]|^2)"
rate = "1"
""",
        ),
        "heavy ball": _template(
            "Gradient descent at every token, with a part of the last change of the state.",
            _MOMENTUM,
            """\
[claim]                # more keys: decay = "(1 - alpha) S"; then the last change has the decay in it
algorithm = "heavy ball"
loss = "1/2 |S k - v|^2"
rate = "theta"
momentum = "eta"
""",
        ),
        "momentum": _template(
            "Gradient descent at every token, with a part of what was last added (Titans).",
            _MOMENTUM,
            """\
[claim]                # more keys: decay = "(1 - alpha) S"; then what is added goes to the state after the decay
algorithm = "momentum"
loss = "1/2 |S k - v|^2"
rate = "theta"
momentum = "eta"
""",
        ),
        "proximal step": _template(
            "As online gradient descent, with the gradient at the end of the step (Longhorn).",
            _PROXIMAL,
            """\
[claim]                # more keys: decay = "alpha S", from where the step is taken
algorithm = "proximal step"
loss = "1/2 |S k - v|^2"
rate = "beta"
""",
        ),
        "conjugate gradients": _template(
            "Conjugate gradients from 0 on (H + lambda I) x = q, one step at every token (MesaNet).",
            _SOLVED,
            """\
[claim]                # steps = 2: two steps
algorithm = "conjugate gradients"
of = "x"               # the state that is the solution after these steps
matrix = "H + lambda I"
vector = "q"
""",
        ),
        "Newton-Schulz inversion": _template(
            "Newton and Schulz's iteration for the inverse of a matrix.",
            _INVERTED,
            """\
[claim]
algorithm = "Newton-Schulz inversion"
matrix = "A"
""",
        ),
        "ridge regression": _template(
            "Ridge regression (Mesa layer) after every token: W (A + sum k k^T) is sum v k^T, with the penalty A.",
            _REGRESSION,
            """\
[claim]
algorithm = "ridge regression"
of = "W"               # the state with the weights
penalty = "A"
input = "k"
target = "v"           # forgetting = "gamma" would let older tokens weigh less
""",
        ),
        "recursive least squares": _template(
            "Recursive least squares (RLS), which is ridge regression with the penalty A after every token.",
            _REGRESSION,
            """\
[claim]
algorithm = "recursive least squares"
of = "W"               # the state with the weights
inverse = "P"          # the state with the inverse of A + sum k k^T
input = "k"
target = "v"
""",
        ),
        "same as": _template(
            "The same layer as another: here with the state transposed, and in the form with the error.",
            _DELTA,
            """\
[other]
M = { shape = "m d", start = "0", update = "M + beta k (v - M^T k)^T" }
output = "M^T q"

[claim]                # the relation may be left out where the states are equal, transposed or multiples
same_as = "other"
relation = "M = S^T"
""",
        ),
        "formula": _template(
            "The output as a formula: here the parallel form of retention.",
            _DECAYED,
            """\
[claim]                # of = "S" says it of the state
formula = "sum(i = 1..t, gamma^(t-i) <k[i], q> v[i])"
of = "output"
""",
        ),
        "chunk": _template(
            "The state after C more tokens, from any state.",
            _DECAYED,
            """\
[claim]
chunk = "gamma^C S + sum(i = 1..C, gamma^(C-i) v[t+i] k[t+i]^T)"
of = "S"
length = "C"
""",
            start="any",
        ),
    }
)
