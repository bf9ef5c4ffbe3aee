"""The rules of the kernel. Each has a name, and the reason why it holds for all sizes.

`normal_form` records the rules that a decision used; `theorem` and `proofs` record the rules of inference. Each
extension defines its own rules in its own file. `writing.rule_list.RULES` lists all rules. Derivations refer
to them by name.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Rule:
    """A name, one line on why the rule holds, and the file in `gdssm_symbolic` that applies it."""

    name: str
    because: str
    file: str


NORMAL_FORM, THEOREM, PROOFS, CHECKER = "kernel/normal_form.py", "kernel/theorem.py", "kernel/proofs.py", "checker.py"

FIELD = Rule("field", "scalar factors are rational functions of free symbols, compared in their field", NORMAL_FORM)
SCALAR_POWER = Rule("scalar-power", "$a^(m+n) = a^m·a^n$, as rational functions of $a$", NORMAL_FORM)
DISTRIBUTE = Rule("distribute", "products, transposes and traces are linear in each factor", NORMAL_FORM)
TRANSPOSE = Rule("transpose", "$(AB)ᵀ = BᵀAᵀ$ and $(Aᵀ)ᵀ = A$", NORMAL_FORM)
NUMBER = Rule("number", "a $1×1$ factor is a number: it commutes with everything and equals its transpose", NORMAL_FORM)
BLOCKS = Rule("blocks", "block matrices are added, transposed and multiplied block by block", NORMAL_FORM)
IDENTITY = Rule("identity", "$IA = A = AI$", NORMAL_FORM)
ZERO = Rule("zero", "a product with a zero factor is zero, and $A + 0 = A$", NORMAL_FORM)
POWER = Rule("power", "$BʲBᵏ = Bʲ⁺ᵏ$ and $B⁰ = I$", NORMAL_FORM)
TRACE = Rule("trace", "$tr(AB) = tr(BA)$, $tr(Aᵀ) = tr(A)$ and $tr(Iₙ) = n$", NORMAL_FORM)
PRODUCT_OF_SUMS = Rule("product-of-sums", "$(Σᵢaᵢ)(Σⱼbⱼ) = ΣᵢΣⱼaᵢbⱼ$ for finite sums", NORMAL_FORM)
CONSTANT = Rule("constant-summand", "$Σᵢc$ over $n$ values of $i$ is $n·c$ if $c$ does not depend on $i$", NORMAL_FORM)
RENAME = Rule("rename", "a bound index may bear any name, and finite sums may be exchanged", NORMAL_FORM)
SHIFT = Rule("shift", "$Σ F(i+c)$ over $i = a..b$ is $Σ F(i)$ over $i = a+c..b+c$", NORMAL_FORM)
SPLIT = Rule("split", "$Σ F(i)$ over $1..n+1$ is that over $1..n$, plus $F(n+1)$; an empty sum is 0", NORMAL_FORM)

REFLEXIVE = Rule("reflexive", "an expression equals itself", THEOREM)
DEFINITION = Rule("definition", "a name may be replaced by what defines it", CHECKER)
RECURRENCE = Rule("recurrence", "a state may be replaced by its update from the state before", CHECKER)
LEMMA = Rule("lemma", "a name may be replaced by what a checked theorem says it equals", CHECKER)
HYPOTHESIS = Rule("induction-hypothesis", "inside the step of an induction, the statement for $n$ may be used", CHECKER)
INDUCTION = Rule("induction", "what holds at the start, and at $n+1$ if at $n$, holds from the start on", PROOFS)
SPECIALISE = Rule("specialise", "what holds for every value of a symbol holds for each admissible value", PROOFS)
GRADIENT = Rule(
    "gradient",
    "if $L(W+H) = L(W) + ⟨G(W),H⟩ + R(H)$, where $R(H)$ is a polynomial in $H$ (as every expression of the language "
    "is) with $R(sH) = s²R(H)$, then $R(H) = O(‖H‖²)$ and $G$ is the gradient of $L$",
    PROOFS,
)
ASSUMPTION = Rule("assumption", "taken from elsewhere and named", PROOFS)
