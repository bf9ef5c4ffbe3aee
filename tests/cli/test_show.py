"""One thing at a time: `gdssm show` lists the claims, and prints one reading, theorem or lemma alone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest
from running import call, compiled, in_a_paper, one_document

import gdssm
from derivations.claim import OnDemand
from derivations.claims import CLAIMS, best_steps
from derivations.cli.console import Format
from derivations.errors import InputError
from derivations.paper.id_list import RETIRED, listed
from derivations.paper.ids import find, headline_of
from derivations.paper.meant import about, meant
from derivations.paper.places import PAPER
from derivations.paper.references import CITED, bibliography
from derivations.report.excerpt import excerpt
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.writing.documents import LABELS, write_latex
from gdssm_symbolic.writing.prose import plain


def fails() -> NoReturn:
    raise ProofError("this was not asked for")


def deaf(monkeypatch: pytest.MonkeyPatch, spared: str = "") -> None:
    """Let every theorem and every reading fail, but for one reading."""
    for key, claim in list(CLAIMS.items()):
        readings = tuple(one if one.id == spared else replace(one, evidence=fails) for one in claim.readings)
        monkeypatch.setitem(CLAIMS, key, replace(claim, theorems=fails, lemmas=fails, readings=readings))


def test_a_proof_that_fails_is_told_in_one_document(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> NoReturn:
        raise ProofError("line 1 does not hold")

    monkeypatch.setattr("derivations.report.excerpt.excerpt", refused)
    status, out, err = call(capsys, "show", "P2.4", "--json")
    assert status == 1
    assert one_document(out)["error"]["message"] == "P2.4 is not proved: line 1 does not hold"
    assert "P2.4 is not proved" in err


def test_the_list_proves_nothing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    deaf(monkeypatch)
    status, out, err = call(capsys, "show")
    assert (status, err) == (0, f"{len(CLAIMS)} claims; nothing was proved for this list.\n")
    for key, claim in CLAIMS.items():
        assert f"{key}: {plain(claim.label)} ({claim.place}); {key}.T1 is " in " ".join(out.split())
    assert "P2.T1 is Proposition 2 as corrected; readings P2.1" in " ".join(out.split())
    assert "readings P2.1 to P2.13 and theorems P2.T1 to P2.T" in " ".join(out.split())
    status, out, _ = call(capsys, "show", "--json")
    assert status == 0
    ids = {name: meant for entry in one_document(out)["claims"] for name, meant in entry["ids"].items()}
    assert ids == {name: meant for key, of in listed().items() if key != RETIRED for name, meant in of.items()}


@pytest.mark.parametrize(
    ("claim", "called"),
    [
        ("P1", "Proposition 1 as corrected"),
        ("P4", "what is proved in place of Proposition 4, with one head more"),  # the proposition itself is refuted
        ("STRIDE", "STRIDE as corrected"),  # about Proposition 2, but P2 is what it says
        ("STEP", "STEP as corrected"),
        ("CE", "the main theorem"),
    ],
)
def test_the_headline_is_named(claim: str, called: str) -> None:
    assert headline_of(claim) == (f"{claim}.T1", called)


def test_the_headline_is_the_first_theorem_of_each_claim() -> None:
    for key, claim in CLAIMS.items():
        assert headline_of(key)[0] == next(iter(claim.theorems()))


def test_the_corrected_proposition_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    said = "P1.T1 is Proposition 1 as corrected."
    assert said in " ".join(call(capsys, "show", "P1")[1].split())
    assert f"{said} It is a theorem of P1, " in " ".join(call(capsys, "show", "P1.T1")[1].split())
    assert "as corrected" not in call(capsys, "show", "P1.T9")[1]


@pytest.mark.parametrize("form", Format)
@pytest.mark.parametrize("name", ["P2.T7", "P3.T7", "STRIDE.1"])
def test_the_reasons_of_a_theorem_alone_are_explained(
    capsys: pytest.CaptureFixture[str], name: str, form: Format
) -> None:
    _, out, _ = call(capsys, "show", name, "--format", form)
    told, legend = out.split("Rules used")
    theorem = excerpt(CLAIMS[name.partition(".")[0]], name).theorem
    assert theorem is not None
    named = {rule.name for reason in theorem.reasons for rule in reason.rules if rule.name in told}
    assert len(named) > 2 or name == "STRIDE.1"
    assert all(f"{rule}: " in legend for rule in named | {rule.name for rule in theorem.rules})


def test_a_reading_that_no_theorem_decides_names_no_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Rules used" not in call(capsys, "show", "P2.4")[1]


def test_definitions_are_not_said_twice_in_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    """The names under a theorem about a gradient are those of its proof."""
    _, out, _ = call(capsys, "show", "P2.T4")
    assert "It is claimed that ∇ℒ is the gradient of ℒ." in out
    assert out.count("∇ℒ_t(W) = (1/t) Σ_{i=1..t}") == 1


def test_every_id_is_found_in_any_case() -> None:
    for key, ids in listed().items():
        if key != RETIRED:
            assert find(key.lower()) == (key, key)
            assert all(find(f" {name.lower()}") == (key, name) for name in ids)


def test_a_reading_alone(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else is decided, and no name is left without its meaning."""
    deaf(monkeypatch, spared="P2.4")
    status, out, err = call(capsys, "show", "p2.4")
    assert (status, err) == (0, "P2.4, a reading of P2: refuted.\n")
    assert "Reading P2.4: A.1 and A.2" in out
    assert "Z_0 = 0,  Z_t = Z_{t−1} + C_t Q C_tᵀ" in out
    assert "P2.3" not in out
    status, out, _ = call(capsys, "show", "P2.4", "--json")
    assert status == 0
    assert one_document(out)["reading"]["finding"] == "refuted"


@pytest.mark.parametrize(("name", "title"), [("P2.T7", "the state is the unscaled gradient"), ("P3.T7", "L layers")])
def test_a_theorem_or_a_lemma_alone(capsys: pytest.CaptureFixture[str], name: str, title: str) -> None:
    status, out, err = call(capsys, "show", name)
    assert (status, len(err.splitlines()), err.endswith(": proved.\n")) == (0, 1, True)
    heading = out.splitlines()[0]  # what was asked for comes first, its lemmas after it
    assert heading.startswith(f"{name}: ")
    assert out.index("Confirmed") < out.index("\nLemma 1: ")
    assert title in heading
    assert "Confirmed entry by entry" in " ".join(out.split())
    status, out_json, _ = call(capsys, "show", name, "--json")
    document = one_document(out_json)
    assert document["derivation"] == out
    assert document["theorem"]["id"] == name
    assert document["theorem"]["statement"] in out


def test_a_reading_against_which_a_theorem_stands_has_its_proof(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "show", "STRIDE.1")
    assert "Refuted, since this is proved below" in out
    assert "STRIDE.T1: a window at every token: impossible" in out


def test_what_has_no_proof_and_what_a_computation_contradicts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = excerpt(CLAIMS["P2"], "P2.T7")
    assert found.status == 0
    contradicted = replace(found, confirmed=(("sizes up to 2", False),))
    assert contradicted.status == 70
    reading = excerpt(CLAIMS["P2"], "P2.4")
    assert replace(reading, found=(CLAIMS["P2"].readings[3], None)).status == 3
    deaf(monkeypatch)
    status, out, err = call(capsys, "show", "P2.T7")
    assert (status, out) == (1, "")
    assert err == "gdssm: P2.T7 is not proved: this was not asked for\n"


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("P2.99", "P2 has readings P2.1 to P2.13 and theorems P2.T1 to P2.T11"),
        ("CE.1", "CE has theorems CE.T1 to CE.T14"),
        ("OPTQ", "did you mean OPT"),
        ("P9", "the claims are P1, P2"),
        ("hello", "the claims are P1, P2"),
        ("hello", 'a place of the paper will do too, such as "Proposition 2"'),
        ("Propositon 2", 'did you mean "Proposition 2"'),
        ("Eq. 99", "did you mean Eq. 9"),
        ("§5", 'no claim is about §5; gdssm coverage --place "§5"'),
    ],
)
def test_an_unknown_id_says_what_is_near(capsys: pytest.CaptureFixture[str], word: str, near: str) -> None:
    status, out, err = call(capsys, "show", word)
    assert (status, out) == (2, "")
    (line,) = err.splitlines()
    assert near in line


@pytest.mark.parametrize("word", ["Proposition 2", "prop. 2", "proposition 2"])
def test_a_place_about_which_there_are_several_claims_lists_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    deaf(monkeypatch)
    status, out, err = call(capsys, "show", word)
    flat = " ".join(out.split())
    assert (status, err) == (
        0,
        "5 claims are about Proposition 2; name one of them. Nothing was proved for this list.\n",
    )
    first = (
        "- P2: one step, vector targets (Proposition 2, §3.2, A.1, Eqs. 17-23); about this place: P2.T1, P2.7, P2.11"
    )
    assert first in flat
    assert "gdssm show P2 proves one and prints its derivation; gdssm show P2.T1 prints that alone" in flat
    document = one_document(call(capsys, "show", word, "--json")[1])
    assert document["place"] == "Proposition 2"
    assert call(capsys, "show", word, "--format", "latex")[1].startswith(r"% Cite it by \cite{gdssm,gdssm-paper}; ")
    assert [(one["id"], list(one["ids"])[:2]) for one in document["claims"]][:2] == [
        ("P2", ["P2.T1", "P2.7"]),
        ("STRIDE", ["STRIDE.1", "STRIDE.2"]),
    ]
    assert str(gdssm.show(word)).splitlines()[0] == "Claims about Proposition 2"


def test_a_place_about_which_there_is_one_claim_shows_what_is_about_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    status, out, err = call(capsys, "show", "Eq. 9")
    assert (status, out) == (0, call(capsys, "show", "P1.T5")[1])
    assert err == "About Eq. 9: P1.T5: proved. gdssm show P1 is the whole claim.\n"
    assert str(gdssm.show("Eq. 9")) == out.rstrip()
    assert call(capsys, "show", "Eq. 7")[2].endswith("As corrected: proved.\n")  # nothing of P1 is about it alone
    status, out, err = call(capsys, "show", "Eq. 17")
    headings = [line for line in out.splitlines() if re.match(r"(Reading |Lemma )?P?[\d.T]+: ", line)]
    begun = "Reading P2.3", "Reading P2.8", "Reading P2.9", "P2.T6: ", "P2.T7: ", "Lemma 1: "
    assert all(line.startswith(start) for line, start in zip(headings, begun, strict=False))
    assert out.count("\nP2.T6: ") == 1  # on which P2.T7 rests
    document = one_document(call(capsys, "show", "Eq. 17", "--json")[1])
    assert (document["place"], document["of"], document["derivation"]) == ("Eq. 17", "P2", out)
    assert [part["id"] for part in document["parts"]] == ["P2.3", "P2.8", "P2.9", "P2.T6", "P2.T7"]


def test_the_place_of_a_claims_own_sentence_is_the_whole_claim() -> None:
    assert meant("Proposition 4") == ("Proposition 4", {"P4": ()})
    assert about("Proposition 4")["P4"]


@pytest.mark.parametrize("place", [place for section, inside in PAPER.items() for place in (section, *inside)])
def test_every_place_has_its_claims_and_their_ids(place: str) -> None:
    try:
        found = about(place)
    except InputError as error:
        assert f"no claim is about {place}" in error.message  # noqa: PT017 - and nothing else is wrong with it
        return
    for claim, ids in found.items():
        assert set(ids) <= set(listed()[claim])


def test_theorems_on_demand_are_proved_once_and_with_those_of_their_group_alone() -> None:
    made: list[str] = []

    def noted(what: str, make: Callable[[], Any]) -> Callable[[], Any]:
        return lambda: (made.append(what), make())[1]

    theorems = best_steps.theorems()
    assert isinstance(theorems, OnDemand)
    assert list(theorems) == list(listed()["OPTL"])
    theorem = theorems["OPTL.T3"]
    lazily = OnDemand(
        {
            "X.T1": noted("one", lambda: theorem),
            ("X.T2", "X.T3"): noted("pair", lambda: (theorem, theorem)),
            ("X.T5", "X.T6"): lambda: (theorem,),
        }
    )
    assert list(lazily) == ["X.T1", "X.T2", "X.T3", "X.T5", "X.T6"]
    assert made == []
    assert [lazily["X.T3"], lazily["X.T2"], lazily["X.T3"]] == [theorem] * 3
    assert made == ["pair"]
    with pytest.raises(ValueError, match="zip"):
        lazily["X.T5"]
    with pytest.raises(KeyError):
        lazily["X.T4"]


# ---- LaTeX ---------------------------------------------------------------------------------------


def test_latex_names_its_environments_and_what_they_need(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "show", "P2.T7", "--format", "latex")
    comments, body = out.split("\n\n", 1)
    assert all(line.startswith("%") for line in comments.splitlines())
    assert r"\newtheorem{theorem}{Theorem}" in comments
    assert r"\newtheorem{lemma}[theorem]{Lemma}" in comments
    assert not any(word in comments for word in ("reading", "assumption", "booktabs", "longtable", "graphicx"))
    assert r"(Proposition 2, {\textsection}3.2, A.1, Eqs. 17-23)~\cite{gdssm,gdssm-paper}." in body
    assert r"\begin{theorem}[{P2.T7: the state is the unscaled gradient at 0}]\label{gdssm:P2.T7}" in body
    assert rf"Lemma~\ref{{{LABELS}P2.T7.lemma1}}" in body
    for name in ("theorem", "lemma", "proof"):
        assert body.count(rf"\begin{{{name}}}") == body.count(rf"\end{{{name}}}") > 0
    assert "documentclass" not in out
    assert r"% It says \cite{gdssm,gdssm-paper}; --preamble" in comments
    comments, _, whole = call(capsys, "show", "P2.T7", "--format", "latex", "--preamble")[1].partition("\n\n")
    assert all(rf"\bibitem{{{key}}} " in whole for key in CITED.keys)
    assert not any(word in whole for word in ("{reading}", "booktabs", "longtable", "graphicx"))
    assert [f"%   {line}" for line in bibliography().splitlines()] == comments.splitlines()[1:]
    _, out, _ = call(capsys, "show", "P2.4", "--format", "latex")
    assert r"\newtheorem{reading}{Reading}" in out
    assert r"\newtheorem{theorem}" not in out
    assert r"\begin{reading}[{P2.4: A.1 and A.2}]\label{gdssm:P2.4}" in out


ENVIRONMENT = re.compile(r"\\(begin|end)\{(?:theorem|lemma|assumption|reading|proof)\}(?:.*label\{gdssm:(.*)\})?")


@pytest.mark.parametrize("name", ["P2.T7", "P3.T7", "P2.4", "STRIDE.1"])
def test_an_excerpt_says_nothing_outside_of_its_environments(capsys: pytest.CaptureFixture[str], name: str) -> None:
    """It stands in a paper of somebody else, which introduces it itself; only what the reasons mean stands below it."""
    _, out, _ = call(capsys, "show", name, "--format", "latex")
    written: dict[str, list[str]] = {"": []}
    inside = ""
    for line in out.splitlines():
        if found := ENVIRONMENT.match(line):
            inside = (found[2] or "a proof") if found[1] == "begin" else ""
        elif line and not line.startswith("%"):
            written.setdefault(inside, []).append(line)
    outside = "\n".join(written[""])
    if "Rules used" in outside:
        rule = r"  \\item [\w-]+: .*\n"
        outside = re.sub(
            rf"\\paragraph\*{{Rules used}}\n\\begin{{itemize}}\n(?:{rule})+\\end{{itemize}}\n", "", outside
        )
    assert outside.splitlines() == [r"\begingroup\allowdisplaybreaks", r"\endgroup"]
    opening = f"{name} is a " if ".T" in name else "This is about arXiv:2410.11687, version 1, "
    assert written[name][0].startswith(opening)
    assert "penalty" not in out


@pytest.mark.parametrize("name", ["P2.T7", "P2.4"])
def test_displays_belong_to_their_sentences_in_latex(capsys: pytest.CaptureFixture[str], name: str) -> None:
    """An empty line before a display ends its paragraph, and TeX then begins a new one for the display."""
    _, out, _ = call(capsys, "show", name, "--format", "latex")
    before = [
        line
        for line, after in zip(out.split("\n\n"), out.split("\n\n")[1:], strict=False)
        if after[:14] == r"\begin{align*}"
    ]
    assert all(line.startswith("\\") for line in before)  # at the begin of a proof alone
    assert re.search(r":\n\\begin\{align\*\}", out)
    assert re.search(r"\\end\{align\*\}\n(?:where|with)\n\\begin\{align\*\}", out)


def test_what_a_computation_confirms_is_no_sentence_of_the_paper(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "show", "P2.T7", "--format", "latex")
    (line,) = (line for line in out.splitlines() if "onfirmed entry by entry" in line)
    assert line.startswith("% Confirmed entry by entry")
    found = excerpt(CLAIMS["P2"], "P2.T7")
    contradicted = replace(found, confirmed=(("sizes up to 2", False),))
    assert "\nContradicted entry by entry" in write_latex(contradicted.document())  # which nobody may overlook


def test_words_are_not_set_as_mathematics(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "show", "P2.4", "--format", "latex")
    (line,) = (line for line in out.splitlines() if line.startswith(r"  \item with"))
    assert ", so $y_{1} = " in line
    assert r"\text" not in line


def test_a_reading_alone_says_for_which_data_and_what_its_names_are(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "show", "P2.4", "--format", "latex")
    assert r"version 1, {\textsection}A.1 and A.2~\cite{gdssm,gdssm-paper}." in out
    assert r"$W_{*} \in \mathbb{R}^{f \times f}$" in out
    assert "reading of P2" not in out


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_excerpts_compile_in_a_paper_and_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Two excerpts in one paper that refers to both, in columns narrower than ours; and a whole document."""
    excerpts = [call(capsys, "show", name, "--format", "latex")[1] for name in ("P2.4", "P2.T7", "P3.T7")]
    cited = "By Theorem~\\ref{gdssm:P2.T7}, against Reading~\\ref{gdssm:P2.4}.\n\n"
    log = compiled(in_a_paper("\n".join(excerpts), cited), tmp_path, runs=2)
    _, whole, _ = call(capsys, "show", "P2", "--format", "latex", "--preamble")
    for text in (log, compiled(whole, tmp_path, runs=2)):
        assert "undefined" not in text
        assert "multiply defined" not in text
        assert "Overfull \\hbox" not in text
