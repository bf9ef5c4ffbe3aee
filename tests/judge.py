"""A second reading of a construction file, for the tests: plain Python, plain fractions, nothing of ours.

Entries are evaluated by Python itself (the texts are the tests' own), the recurrence is run token by
token, gradient descent is done on matrices of numbers.
"""

from __future__ import annotations

import re
import tomllib
from fractions import Fraction
from typing import Any

Vector = list[Fraction]
Matrix = list[Vector]


def value(text: str | int, scope: dict[str, Fraction]) -> Fraction:
    """An entry at given sizes and rates. Cancelled poles are not known here: choose sizes off them."""
    written = re.sub(r"\d+", r"Fraction(\g<0>)", str(text)).replace("^", "**").replace("lambda", "penalty")
    return Fraction(eval(written, {"Fraction": Fraction, **scope}))


def dot(a: Vector, b: Vector) -> Fraction:
    return sum((p * q for p, q in zip(a, b, strict=True)), Fraction(0))


def applied(matrix: Matrix, vector: Vector) -> Vector:
    return [dot(row, vector) for row in matrix]


def transposed(matrix: Matrix) -> Matrix:
    return [list(column) for column in zip(*matrix, strict=True)]


class Judge:
    """One in-context problem, and what a construction file predicts on it."""

    def __init__(self, file: str, at: dict[str, Any]) -> None:
        self.table: dict[str, Any] = tomllib.loads(file)
        self.f, self.N = at["f"], at["N"]
        self.eta, self.penalty = Fraction(at["eta"]), Fraction(at.get("lambda", 0))
        self.x = [list(map(Fraction, row)) for row in at["x"]]
        self.y = [list(map(Fraction, row)) for row in at["y"]]
        self.query = list(map(Fraction, at["x_query"]))
        self.start = [list(map(Fraction, row)) for row in at.get("W_0", [])]
        self.steps: int = at.get("L", 1)
        self.scope = {"N": Fraction(self.N), "f": Fraction(self.f), "eta": self.eta, "penalty": self.penalty}

    def number(self, key: str, default: int = 0) -> Fraction:
        return value(self.table.get(key, default), self.scope)

    def state(self, weights: str) -> Matrix:
        Q = [[value(entry, self.scope) for entry in row] for row in self.table[weights]]
        Z = [[Fraction(0)] * self.f for _ in range(self.f)]
        decay = self.number("decay")
        for window in self.windows():
            for r in range(self.f):
                for c in range(self.f):
                    drive = sum(Q[i][j] * window[i][r] * window[j][c] for i in range(3) for j in range(3) if Q[i][j])
                    Z[r][c] = decay * Z[r][c] + drive
        return Z

    def windows(self) -> list[list[Vector]]:
        tokens = [token for pair in zip(self.x, self.y, strict=True) for token in pair] + [self.query]
        return [tokens[p : p + 3] for p in range(0, len(tokens) - 2, self.table["stride"])]

    def model(self) -> Vector:
        if self.table["tokens"] == "constructed":
            return [self.constructed()]
        q = [value(entry, self.scope) for entry in self.table["q"]]
        last = self.windows()[-1]
        readout = [sum((q[k] * last[k][r] for k in range(3)), Fraction(0)) for r in range(self.f)]
        Z = self.state("Q")
        if "Q_tilde" not in self.table:
            return [self.number("beta") * entry for entry in applied(Z, readout)]
        second = self.state("Q_tilde")
        rate, keep = self.number("rate"), self.number("keep", 1)
        V = transposed(self.start)
        for _ in range(self.steps):
            V = [
                [keep * row[c] + rate * (dot(row, transposed(second)[c]) - Z[r][c]) for c in range(self.f)]
                for r, row in enumerate(V)
            ]
        return applied(V, readout)

    def constructed(self) -> Fraction:
        psi, theta = ([value(entry, self.scope) for entry in self.table[key]] for key in ("Psi", "Theta"))
        inputs, state = [*self.x, self.query], [Fraction(0)] * self.f
        for t in range(self.N):
            token = [self.y[t][0] * entry for entry in self.x[t]], inputs[t + 1]
            state = [self.number("decay") * z + psi[0] * a + psi[1] * b for z, a, b in zip(state, *token, strict=True)]
        read = [theta[0] * a + theta[1] * b for a, b in zip(*token, strict=True)]
        return self.number("beta") * dot(state, read)

    def gradient_descent(self) -> Vector:
        targets = len(self.y[0])
        W = [list(row) for row in self.start] or [[Fraction(0)] * targets for _ in range(self.f)]
        penalty = value(self.table.get("penalty", 0), self.scope)
        for _ in range(self.steps):
            slope = [[2 * penalty * entry for entry in row] for row in W]
            for x, y in zip(self.x, self.y, strict=True):
                error = [p - target for p, target in zip(applied(transposed(W), x), y, strict=True)]
                slope = [
                    [s + a * e / self.N for s, e in zip(row, error, strict=True)]
                    for row, a in zip(slope, x, strict=True)
                ]
            W = [[w - self.eta * s for w, s in zip(*rows, strict=True)] for rows in zip(W, slope, strict=True)]
        return applied(transposed(W), self.query)


def confirms(file: str, counterexample: dict[str, Any]) -> bool:
    """Are both predictions of a counterexample what they are said to be, and different?"""
    judge = Judge(file, counterexample)
    model, descended = judge.model(), judge.gradient_descent()
    said = [list(map(Fraction, counterexample[key])) for key in ("model", "gd")]
    shapes = {len(row) for row in judge.x} | {len(judge.query)} == {judge.f} and len(judge.x) == judge.N
    return [model, descended] == said and model != descended and judge.eta != 0 and shapes
