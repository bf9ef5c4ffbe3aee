"""Random constructions, decided a second time by sizes: it says the same as the normal form."""

from __future__ import annotations

import pytest
from constructions import File, files
from hypothesis import given, seed, settings

from derivations.constructions.toml_file import construction
from derivations.toml_table import parse_toml
from gdssm_symbolic.evidence.by_sizes import by_sizes
from gdssm_symbolic.evidence.terms import NotBySizes
from gdssm_symbolic.theory.decide_layer import comparison

#: Of the random files these have a proof by sizes of no more terms than this.
MOST_TERMS = 20_000


@pytest.mark.long
def test_sizes_say_of_random_constructions_what_is_true(pytestconfig: pytest.Config) -> None:
    seen = {True: 0, False: 0}

    @seed(0)
    @settings(max_examples=pytestconfig.getoption("constructions") // 10, deadline=None)
    @given(files)
    def run(file: File) -> None:
        stated = construction(parse_toml(file.text()))
        of = comparison(stated.layer, stated.goal)
        try:
            found = by_sizes(of.claimed, of.meanings, most=MOST_TERMS)
        except NotBySizes:
            return
        assert found.proved == file.right
        seen[file.right] += 1

    run()
    assert min(seen.values()) > 0, seen
