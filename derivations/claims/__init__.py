"""The paper's claims, one module each, in the paper's order, and what lies behind them; `CLAIMS` is the registry.

A claim's module says in words what the paper claims and how it was read; the mathematics is in
`gdssm_symbolic`. To add a claim: write its module, name it here, and give its mutated twin a test.
"""

from derivations.claim import Claim
from derivations.claims import (
    convergence,
    cross_entropy,
    every_token,
    gates,
    implementation,
    linear_attention,
    optimum_1,
    optimum_layer,
    optimum_steps,
    optimum_zero_decay,
    proposition_1,
    proposition_2,
    proposition_3,
    proposition_4,
)

CLAIMS: dict[str, Claim] = {
    module.CLAIM.id: module.CLAIM
    for module in (
        proposition_1,
        proposition_2,
        proposition_3,
        proposition_4,
        cross_entropy,
        linear_attention,
        every_token,
        gates,
        convergence,
        implementation,
        optimum_1,
        optimum_steps,
        optimum_layer,
        optimum_zero_decay,
    )
}
