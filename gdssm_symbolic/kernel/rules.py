"""The rules of the core: each has a name and the reason why it holds for all sizes.

`normal_form` records the rules that a decision used, `checker` adds the rules of inference, and a
derivation lists them by these names.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Rule:
    """A name, and one line on why the rule holds."""

    name: str
    because: str


FIELD = Rule("field", "scalar factors are rational functions of free symbols, compared in their field")
SCALAR_POWER = Rule("scalar-power", "a^(m+n) = a^m·a^n, as rational functions of a")
DISTRIBUTE = Rule("distribute", "products, transposes and traces are linear in each factor")
TRANSPOSE = Rule("transpose", "(AB)ᵀ = BᵀAᵀ and (Aᵀ)ᵀ = A")
NUMBER = Rule("number", "a 1×1 factor is a number: it commutes with everything and equals its transpose")
BLOCKS = Rule("blocks", "block matrices are added, transposed and multiplied block by block")
IDENTITY = Rule("identity", "IA = A = AI")
ZERO = Rule("zero", "a product with a zero factor is zero, and A + 0 = A")
POWER = Rule("power", "BʲBᵏ = Bʲ⁺ᵏ and B⁰ = I")
TRACE = Rule("trace", "tr(AB) = tr(BA), tr(Aᵀ) = tr(A) and tr(Iₙ) = n")
PRODUCT_OF_SUMS = Rule("product-of-sums", "(Σᵢaᵢ)(Σⱼbⱼ) = ΣᵢΣⱼaᵢbⱼ for finite sums")
CONSTANT = Rule("constant-summand", "Σᵢc over n values of i is n·c when c does not depend on i")
RENAME = Rule("rename", "a bound index may bear any name, and finite sums may be exchanged")
SHIFT = Rule("shift", "Σ F(i+c) over i = a..b is Σ F(i) over i = a+c..b+c")
SPLIT = Rule("split", "Σ F(i) over i = 1..n+1 is Σ F(i) over i = 1..n, plus F(n+1); an empty sum is 0")
FUNCTION = Rule("function", "f(u) = f(v) where u = v, for every function f")

REFLEXIVE = Rule("reflexive", "an expression equals itself")
DEFINITION = Rule("definition", "a name may be replaced by what defines it")
RECURRENCE = Rule("recurrence", "a state may be replaced by its update from the state before")
LEMMA = Rule("lemma", "a name may be replaced by what a checked theorem says it equals")
HYPOTHESIS = Rule("induction-hypothesis", "inside the step of an induction the statement before may be used")
INDUCTION = Rule("induction", "what holds at the start, and at n+1 whenever at n, holds from the start on")
SPECIALISE = Rule("specialise", "what holds for every value of a symbol holds for each admissible value")
GRADIENT = Rule(
    "gradient",
    "if L(W+H) = L(W) + ⟨G(W),H⟩ + R(H), where R(H) is a polynomial in H (as every expression of the language is) "
    "with R(sH) = s²R(H), then R(H) = O(‖H‖²) and G is the gradient of L",
)
EXPECTATION = Rule(
    "expectation",
    "the mean of a polynomial in independent symmetric entries is the sum, over all set partitions of its indices, of "
    "a product of moments times the number of ways to choose values for the blocks",
)
UNIT_VECTORS = Rule(
    "unit-vectors",
    "e_a, e_b, … pick components: what holds whichever of their indices are equal, case by case, holds for all of them",
)
CASES = Rule("cases", "what holds for n = 0, for n = 1 and for every n ≥ 2 holds for every n ≥ 0")
POSITIVE = Rule(
    "positive-coefficients",
    "a polynomial is positive if, with each size written as its least value plus a number ≥ 0, all its terms are ≥ 0 "
    "and one of them is > 0 when all these numbers are 0",
)
INDEPENDENT = Rule(
    "independent",
    "functions are independent at all sizes if they are where all but a few data are 0, and there they are polynomials "
    "of one size, whose coefficients have full rank; for independent entries with atomless laws their Gram matrix is "
    "then positive definite, as a polynomial that is not 0 vanishes with probability 0",
)
INSTANCE = Rule("instance", "what holds for all data holds for data of a particular form")
DIFFERENTIAL = Rule(
    "differential",
    "sums, products and compositions have their usual differentials; G is the gradient of L if dL = ⟨G, dW⟩ for all dW",
)
LIMIT = Rule("limit", "finite sums and products of matrices are continuous: a limit may be put in for its sequence")
ABSURD = Rule(
    "absurd",
    "if an equation held for all data, so would every linear combination of its instances; if that says that something "
    "is 0 which is not, and in which no unknown occurs, no values of the unknowns make the equation hold",
)
COEFFICIENTS = Rule(
    "coefficients",
    "a polynomial that is 0 for all data has coefficients 0, also where some of the data are 0: a combination of them "
    "that is a number other than 0, and free of unknowns, shows that no values of the unknowns make it 0",
)
ASSUMPTION = Rule("assumption", "taken from elsewhere and named")
COUNTEREXAMPLE = Rule("counterexample", "one exact evaluation at which the two sides differ refutes an equation")

RULES: dict[str, Rule] = {rule.name: rule for rule in list(globals().values()) if isinstance(rule, Rule)}
