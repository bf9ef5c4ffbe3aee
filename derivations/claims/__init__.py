"""The paper's claims, one module each, in the paper's order, and what lies behind them; `CLAIMS` is the registry.

A claim's module says in words what the paper claims and how it was read; the mathematics is in
`gdssm_symbolic`. To add a claim: write its module, name it here, and give its mutated twin a test.
"""

from derivations.claim import Claim

from . import (
    anisotropic,
    authors_code,
    best_layer,
    best_rate,
    best_steps,
    convergence,
    cross_entropy,
    descent,
    dimensions,
    every_token,
    gates,
    heads,
    intermediate_steps,
    linear_attention,
    local_minimum,
    proposition_1,
    proposition_2,
    proposition_3,
    proposition_4,
    regularisation,
)

CLAIMS: dict[str, Claim] = {
    module.CLAIM.id: module.CLAIM
    for module in (
        proposition_1,
        proposition_2,
        proposition_3,
        proposition_4,
        regularisation,
        cross_entropy,
        linear_attention,
        every_token,
        heads,
        gates,
        intermediate_steps,
        dimensions,
        convergence,
        authors_code,
        best_rate,
        best_steps,
        best_layer,
        anisotropic,
        local_minimum,
        descent,
    )
}
