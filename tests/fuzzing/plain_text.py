"""Expressions, meanings and theorems on one line, for the reports of the fuzzer."""

from __future__ import annotations

from typing import Any

from gdssm_symbolic.extensions.differentiation import Gradient, GradientOf
from gdssm_symbolic.extensions.expectation import Mean
from gdssm_symbolic.extensions.impossibility import Impossible
from gdssm_symbolic.extensions.independence import Independent
from gdssm_symbolic.extensions.limits import Limit
from gdssm_symbolic.extensions.positivity import Positive
from gdssm_symbolic.extensions.systems import Joint
from gdssm_symbolic.extensions.unit_vectors import UnitVectors
from gdssm_symbolic.kernel.definitions import Definition, Recurrence
from gdssm_symbolic.kernel.expressions import (
    Add,
    App,
    Blocks,
    Expr,
    Identity,
    Mul,
    Power,
    Scalar,
    Sum,
    Trace,
    Transpose,
    Zero,
)
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem


def told(expr: Expr) -> str:
    """An expression; the index of a sum is followed by + or 0+ if it is declared positive or nonnegative."""
    match expr:
        case Scalar():
            return f"({expr.value})" if expr.value.is_Add or expr.value.is_Mul else str(expr.value)
        case App():
            indices = f"[{', '.join(map(str, expr.indices))}]" if expr.indices else ""
            arguments = f"({', '.join(map(told, expr.arguments))})" if expr.arguments else ""
            return f"{expr.name.text}{indices}{arguments}"
        case Identity():
            return f"I_{expr.size}"
        case Zero():
            return f"0_{expr.rows}x{expr.columns}"
        case Add():
            return f"({' + '.join(map(told, expr.terms))})"
        case Mul():
            return "·".join(map(told, expr.factors))
        case Transpose():
            return f"{told(expr.argument)}ᵀ"
        case Trace():
            return f"tr({told(expr.argument)})"
        case Power():
            return f"{told(expr.base)}^({expr.exponent})"
        case Sum():
            return f"Σ({expr.index}{_declared(expr.index)}={expr.lower}..{expr.upper}, {told(expr.body)})"
        case Blocks():
            return f"[{'; '.join(', '.join(map(told, row)) for row in expr.rows)}]"
    return repr(expr)


def _declared(symbol: Any) -> str:
    return "⁺" if symbol.is_positive else "⁰" if symbol.is_nonnegative else ""


def told_statement(statement: Any) -> str:
    match statement:
        case Equation():
            return f"{told(statement.left)} = {told(statement.right)}"
        case Positive():
            signs = [f"{s} ≥ 0" for s in statement.nonnegative] + [f"{s} ≠ 0" for s in statement.nonzero]
            return f"{told(statement.number)} > 0 where {', '.join(signs)}"
        case Independent():
            return f"{told(statement.combination)} independent in {statement.weights}, from {statement.least}"
        case Gradient():
            return f"∇ {told(statement.function)} = {told(statement.gradient)} in {statement.point.text}"
        case Limit():
            return f"{told(statement.sequence)} → {told(statement.value)} as {statement.index} grows"
        case Impossible():
            unknowns, data = (
                ", ".join(getattr(one, "text", str(one)) for one in listed)
                for listed in (statement.unknowns, statement.data)
            )
            given = f", given {', '.join(map(told, statement.given))}" if statement.given else ""
            return f"no {unknowns} with {told_statement(statement.equation)} for all {data}{given}"
    return repr(statement)


def told_meaning(meaning: Any) -> str:
    match meaning:
        case Definition():
            return f"{told(meaning.left)}{_index_kinds(meaning)} := {told(meaning.body)}"
        case Recurrence():
            first = f"{told(meaning.at(meaning.start))} := {told(meaning.initial)}"
            return f"{first}, {told(meaning.left)}{_index_kinds(meaning)} := {told(meaning.body)}"
        case Joint():
            system = meaning.system
            steps = (f"{told(system.at(one.name, system.index))} := {told(one.body)}" for one in system.members)
            first = (f"{told(system.at(one.name, system.start))} := {told(one.initial)}" for one in system.members)
            return f"{meaning.name.text} of ({', '.join((*first, *steps))}){_index_kinds(meaning)}"
        case Mean():
            laws = ", ".join(f"{name.text} ~ {law!r}" for name, law in meaning.laws)
            return f"{meaning.name.text} := E[{told(meaning.body)}], {laws}"
        case GradientOf():
            return f"{meaning.name.text} := ∇{meaning.function.text}"
        case UnitVectors():
            return f"{meaning.name.text} unit vectors"
    return repr(meaning)


def _index_kinds(meaning: Definition | Recurrence | Joint) -> str:
    kinds = [f"{s}{_declared(s)}" for s in meaning.indices if _declared(s)]
    return f" ({', '.join(kinds)})" if kinds else ""


def told_theorem(theorem: Theorem) -> str:
    text = told_statement(theorem.statement)
    meanings = "; ".join(map(told_meaning, theorem.meanings.values()))
    assumed = "; ".join(told_statement(one.statement) for one in theorem.assumptions)
    text += f"   where {meanings}" if meanings else ""
    text += f"   assuming {assumed}" if assumed else ""
    return text + _chain(theorem)


def _chain(theorem: Theorem) -> str:
    """How it was proved, where values or data were put in."""
    proof = theorem.proof
    if hasattr(proof, "general") and hasattr(proof, "values"):
        values = proof.values
        put = [one if isinstance(one, tuple) else (told(one.left), told(one.body)) for one in values]
        return f"   by {', '.join(f'{k} := {v}' for k, v in put)} in {told_statement(proof.general.statement)}"
    lemmas = [told_statement(lemma.statement) for lemma in theorem.lemmas]
    return f"   by {'; '.join(lemmas)}" if lemmas else ""
