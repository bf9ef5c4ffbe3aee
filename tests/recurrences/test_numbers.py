"""Layers of the gallery in PyTorch, token by token, against their algorithms by autograd on the loss."""

from __future__ import annotations

from pathlib import Path

import pytest
from recurrent_layers import FALSE, TRUE

from derivations.recurrences.numbers import STEPS, farthest
from derivations.recurrences.toml_file import Stated, load
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.recurrent.claims import AlgorithmClaim

GALLERY = {file.stem: load(str(file)) for file in sorted((Path(__file__).parents[2] / "recurrences").glob("*.toml"))}
CASES = {
    **{name: found for name, found in GALLERY.items() if isinstance(found.claim, AlgorithmClaim)},
    **{
        name: Stated(*case, expected="proved" if name in TRUE else "refuted")
        for name, case in (TRUE | FALSE).items()
        if isinstance(case[1], AlgorithmClaim)
    },
}
#: Relative, in float64: rounding, and what is an error.
ROUNDING, ERROR = 1e-12, 1e-6


@pytest.mark.parametrize("name", CASES)
def test_a_layer_is_its_algorithm_in_numbers_exactly_where_it_is_proved(name: str) -> None:
    found = CASES[name]
    assert isinstance(found.claim, AlgorithmClaim)
    if found.claim.name not in STEPS:
        pytest.skip(f"{found.claim.name} is not run in PyTorch here")
    differ = farthest(found.layer, found.claim, seed=7)
    if found.expected == "proved":
        assert differ <= ROUNDING
    else:
        assert differ > ERROR


def test_an_algorithm_that_is_not_run_is_refused() -> None:
    found = CASES["deltanet"]
    assert isinstance(found.claim, AlgorithmClaim)
    other = AlgorithmClaim("another", found.claim.state, found.claim.point, found.claim.loss, found.claim.rate)
    with pytest.raises(OutsideLanguage, match="another is not run"):
        farthest(found.layer, other, seed=7)
