"""What is read and printed does not depend on the settings of SymPy's printers, which any thread may change."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest
import sympy
from sympy.printing.latex import LatexPrinter
from sympy.printing.pretty import pretty_symbology
from sympy.printing.str import StrPrinter

from gdssm_symbolic.extensions.reading import printed, read
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.writing.printing import to_latex, to_text


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    for cache in printed, read:
        cache.cache_clear()
    yield
    for cache in printed, read:
        cache.cache_clear()


class OtherThread:
    """Sets SymPy's variable before each line that is run, as a thread may."""

    def __init__(self, flag: bool) -> None:
        self.flag = flag

    def __call__(self, _frame: FrameType, _event: str, _arg: Any) -> OtherThread:
        pretty_symbology.pretty_use_unicode(self.flag)
        return self

    def __enter__(self) -> None:
        self.before = sys.gettrace(), pretty_symbology.pretty_use_unicode()
        sys.settrace(self)

    def __exit__(self, *_: object) -> None:
        sys.settrace(self.before[0])
        pretty_symbology.pretty_use_unicode(self.before[1])


@pytest.mark.parametrize("flag", [False, True])
def test_a_letter_is_read_as_it_is_printed(flag: bool) -> None:
    with OtherThread(flag):
        found = printed("eta"), printed("mu_4"), read("eta").base
        with pytest.raises(OutsideLanguage, match="is printed as"):
            read("what")  # of which SymPy makes a letter with a hat
    assert found == ("η", "μ₄", "η")


@pytest.mark.parametrize(("printer", "print_number"), [(StrPrinter, str), (LatexPrinter, sympy.latex)])
def test_numbers_are_printed_with_settings_of_their_own(
    printer: Any, print_number: Callable[[sympy.Expr], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [sympy.sin(sympy.Rational(1, 3)), sympy.pi, sympy.Float("0.1", 20), sympy.I]
    before = [(to_text(number), to_latex(number)) for number in numbers]
    turned = {name: not value for name, value in printer._default_settings.items() if isinstance(value, bool)}
    monkeypatch.setattr(printer, "_global_settings", turned | {"imaginary_unit": "j"})
    assert any(print_number(number) not in before[k] for k, number in enumerate(numbers))
    assert [(to_text(number), to_latex(number)) for number in numbers] == before
