"""Statements, proofs and counterexamples told as documents, line by line, from the objects that were checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain, count, islice
from types import MappingProxyType

import sympy

from gdssm_symbolic.evidence.counterexamples import Constants, Counterexample
from gdssm_symbolic.evidence.evaluation import functions_read, sample_function
from gdssm_symbolic.evidence.from_model import from_models
from gdssm_symbolic.evidence.reading_order import in_reading_order
from gdssm_symbolic.extensions.by_equations import BY_EQUATIONS, ByEquations
from gdssm_symbolic.extensions.differentiation import Differentiation, GradientOf
from gdssm_symbolic.extensions.expectation import CASES, EXPECTATION, UNIT_VECTORS, Expectation
from gdssm_symbolic.extensions.impossibility import ABSURD, COEFFICIENTS, Absurdity, ByCoefficients, Impossible
from gdssm_symbolic.extensions.independence import INDEPENDENT, Independence, Independent
from gdssm_symbolic.extensions.instances import Instance
from gdssm_symbolic.extensions.joint_induction import JointInduction
from gdssm_symbolic.extensions.limits import LIMIT, Passage
from gdssm_symbolic.extensions.positivity import POSITIVE, Positivity, shifted_terms
from gdssm_symbolic.extensions.reading import printed
from gdssm_symbolic.extensions.systems import Joint
from gdssm_symbolic.extensions.unit_vectors import COMPLETE, ORTHONORMAL, ByUnitVectors
from gdssm_symbolic.kernel import rules
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, Source, consistent, unfold
from gdssm_symbolic.kernel.expressions import App, Expr, Mul, Name, Scalar, Zero, names
from gdssm_symbolic.kernel.linear_forms import floor
from gdssm_symbolic.kernel.proofs import Calculation, GradientExpansion, Induction, Specialisation, Step
from gdssm_symbolic.kernel.rules import Rule
from gdssm_symbolic.kernel.statements import Equation, Proposition
from gdssm_symbolic.kernel.theorem import Assumption, Hypothesis, Reason, Theorem, patterns_of

from .documents import (
    Block,
    Chain,
    Displayed,
    Document,
    Heading,
    Listing,
    Paragraph,
    Part,
    Parts,
    ProofBegins,
    Reference,
    Row,
    inline,
)
from .formula_tree import (
    EQUALS,
    NOT_EQUAL,
    Nodes,
    matrix,
    symbol,
    text,
)
from .printing import at_least, equals, every, for_all, formula, meant, member, to_text
from .rule_list import RULES
from .unused_letters import free_letters_of, letters_of, unlike


def _floor(symbol: sympy.Symbol) -> int:
    """The least value of a symbol; less than any other if it has none."""
    return -1 if (low := floor(symbol)) is None else low


@dataclass(frozen=True)
class Statement:
    """A proposition with the meanings of its names, in reading order: all that a reader needs to understand it.

    `short` is a theorem in the same names that says the same in one line; it stands before the proposition. ValueError
    if it rests on assumptions, or on the meaning of a name in it that is not shown. The data `some` are not any: there
    are such for all others. `beside` has equations that hold together with the proposition: for which sizes and data is
    said of all.
    """

    equation: Proposition
    meanings: tuple[Meaning, ...] = ()
    short: Theorem | None = None
    some: Name | None = None
    beside: tuple[Equation, ...] = ()

    def __post_init__(self) -> None:
        consistent(self.meanings)
        if self.short is not None:
            consistent((*self.meanings, *self.short.defined))
            written = {name for part in self.short.statement.parts for name in names(part)}
            if self.short.assumptions or written & set(self.short.meanings) - {one.name for one in self.meanings}:
                raise ValueError("what stands before a statement has no assumptions, and no names of its own")

    @property
    def scope(self) -> Parts:
        """For which sizes: f, N ≥ 1 and L ≥ 0, say."""
        by_floor: dict[int | None, list[sympy.Symbol]] = {}
        for size, least in self.sizes:
            by_floor.setdefault(least, []).append(size)
        parts: list[Part] = []
        for low, symbols in sorted(by_floor.items(), key=lambda item: 1 if item[0] is None else -item[0]):
            last = symbols[-1] if low is None else at_least(symbols[-1], low)
            names = _separated([*symbols[:-1], last])
            parts += [" and " if parts else "", "integers " if low is None else "", *names]
        return tuple(part for part in parts if part != "")

    def _least(self, size: sympy.Symbol) -> int | None:
        """The least value for which the statement holds."""
        least = dict(self.equation.least) if isinstance(self.equation, Independent) else {}
        return least.get(size, floor(size))

    @property
    def _free(self) -> frozenset[sympy.Symbol]:
        bound = {*self.equation.unknowns, *self.equation.data} if isinstance(self.equation, Impossible) else set()
        beside = frozenset[sympy.Symbol]().union(*(one.free for one in self.beside))
        found = (self.equation.free | beside).union(*(meaning.free for meaning in self.meanings)) - bound
        least = {symbol.name: max(_floor(one) for one in found if one.name == symbol.name) for symbol in found}
        return frozenset(one for one in found if _floor(one) == least[one.name])

    @property
    def sizes(self) -> tuple[tuple[sympy.Symbol, int | None], ...]:
        """Each size with the least value for which the statement holds; None: it may be any integer."""
        return tuple((size, self._least(size)) for size in in_reading_order(self._free) if size.is_integer)

    @property
    def _primitive(self) -> tuple[Name, ...]:
        """The names without a definition that are not bound in the statement."""
        table = {meaning.name: meaning for meaning in self.meanings}
        found = [name for one in (self.equation, *self.beside) for part in one.parts for name in names(part)]
        for meaning in self.meanings:
            if isinstance(meaning, GradientOf):
                found.append(meaning.function)
            if not isinstance(meaning, Definition | Recurrence | Joint):
                continue  # what is random in a mean is not given
            found += [name for name in names(meaning.body) if name not in meaning.parameters]
            if isinstance(meaning, Recurrence | Joint) and not meaning.starts_from_data:
                found += names(meaning.initial)
        return tuple(name for name in dict.fromkeys(found) if name not in table and name not in self.equation.bound)

    @property
    def ranges(self) -> tuple[tuple[object, Nodes], ...]:
        """The names without a definition, and the starts that are data, each with the space it ranges over."""
        shown: list[tuple[object, Nodes]] = [(name, _ranging(name)) for name in self._primitive if name != self.some]
        for meaning in self.meanings:
            if isinstance(meaning, Recurrence | Joint) and meaning.starts_from_data:
                shown.append((meaning.initial, member(meaning.initial, meaning.name.shape)))
        return tuple(shown)

    @property
    def data(self) -> tuple[Part, ...]:
        """The names without a definition, each with the space it ranges over."""
        return tuple(ranging for _, ranging in self.ranges)

    def explained(self, meanings: Iterable[Meaning]) -> tuple[Nodes, ...]:
        """Meanings, each with the indices and matrices for which it holds, unless the quantifiers say it."""
        bound = (one for one in self.equation.bound if isinstance(one, sympy.Symbol))
        told: dict[object, int | None] = dict.fromkeys((*bound, *self._primitive))
        told |= {size: self._least(size) for size in self._free if size.is_integer}
        return tuple(meant(meaning, told) for meaning in meanings)

    def quantifiers(self) -> Parts:
        """For all f, N ≥ 1, all η, all x_i ∈ R^f, …

        `Independent` says "for all data" itself, as a condition; so what the data are is said, and not for which.
        """
        weights = set(self.equation.weights) if isinstance(self.equation, Independent) else set()
        scalars = in_reading_order(s for s in self._free if not s.is_integer and s not in weights)
        data, sizes = tuple(_separated(self.data)), (self.scope, tuple(_separated(scalars)))
        groups = [group for group in (*sizes, () if isinstance(self.equation, Independent) else data) if group]
        parts = chain.from_iterable((", all ", *group) for group in groups)
        if isinstance(self.equation, Independent) and data:
            begin = ("For all ", *tuple(parts)[1:], ", where") if groups else ("Where",)
            return (*begin, " the data are ", *data)
        some = (", some ", _ranging(self.some)) if self.some in self._primitive else ()
        return ("For all ", *tuple(parts)[1:], *some) if groups else ("For all data", *some)

    def document(self) -> Document:
        blocks: list[Block] = [Paragraph((*self.quantifiers(), ":"))]
        if self.short is not None:
            blocks += [Displayed((self.short.statement,)), Paragraph(("and so",))]
        blocks.append(Displayed((self.equation,)))
        if self.meanings:
            blocks += [Paragraph(("where",)), Displayed(self.explained(self.meanings))]
        return tuple(blocks)

    def one_line(self) -> str:
        """The statement as plain text, self-contained."""
        where = "; ".join(map(text, self.explained(self.meanings)))
        return f"{inline(self.quantifiers())}: {to_text(self.equation)}" + (f", where {where}" if where else "")


def _generic(name: Name) -> App:
    """A member of a family, at indices that are not written like one of its sizes."""
    sizes = {size.name for size in name.sizes}
    letters = (letter for letter in chain("ijkl", map("i_{}".format, count(1))) if letter not in sizes)
    return App(name, tuple(sympy.Symbol(letter, integer=True) for letter in islice(letters, name.arity)))


def _member(family: Name, taken: Iterable[str]) -> App:
    """A member of a family, at indices that stand for nothing else."""
    return App(family, tuple(sympy.Symbol(one, integer=True) for one in islice(unlike("ijklmpq", taken), family.arity)))


def _exprs_of(theorem: Theorem) -> list[Expr]:
    """The expressions in a theorem: in its statement, in its meanings, and in a proof that something is impossible."""
    exprs = [*theorem.statement.parts, *(one for known in theorem.defined for one in (known.left, *known.bodies))]
    match theorem.proof:
        case Absurdity(cases=cases, remainder=remainder, nonzero=nonzero):
            put = (one for case in cases for one in (case.factor, *(value.body for value in case.values)))
            exprs += [remainder, *nonzero.statement.parts, *put]
        case ByCoefficients(coefficients=coefficients):
            exprs += [one for known in coefficients for one in known]
    return exprs


def _bound_in(theorem: Theorem) -> set[str]:
    """The texts of what its statement binds, and of the symbols on which its meanings depend."""
    symbols = frozenset().union(*(meaning.free for meaning in theorem.defined))
    return {one.name if isinstance(one, sympy.Symbol) else one.text for one in (*theorem.statement.bound, *symbols)}


def _ranging(name: Name) -> Nodes:
    """A name without a definition, with the space that it ranges over."""
    return member(name if name.takes else _generic(name), name.shape, name.takes)


def _separated(items: Iterable[Part]) -> Iterator[Part]:
    for position, item in enumerate(items):
        if position:
            yield ", "
        yield item


#: What tells theorems apart (`said`).
Said = tuple[Proposition, frozenset[Meaning], frozenset[Assumption], bool]


# ---- proofs ------------------------------------------------------------------------------------


def narrate(
    theorems: Iterable[Theorem],
    ids: Mapping[str, Theorem] = MappingProxyType({}),
    known: Iterable[Meaning] = (),
    within: str = "",
    *,
    lemmas_last: bool = False,
    labels: Mapping[Said, Reference] = MappingProxyType({}),
    elsewhere: Container[Said] = (),
) -> Document:
    """The theorems with all the lemmas they rest on, lemmas first if not said otherwise, every line numbered.

    A theorem or a lemma that is among `ids` is called by its id, under which it can be referred to. Names whose
    meanings are not `known` from a statement above are introduced where they first occur. The labels of what has no id
    begin with `within`, so that the lemmas of two claims can be told apart in one paper. Or the paper has `labels` for
    them: then a lemma that is told `elsewhere` in it is not told here.
    """
    narrator = _Narrator(tuple(theorems), ids, known, within, labels)
    narrator.lemmas = [lemma for lemma in narrator.lemmas if said(lemma) not in elsewhere]
    return tuple(narrator.blocks(lemmas_last))


def references(
    theorems: Iterable[Theorem], ids: Mapping[str, Theorem] = MappingProxyType({}), within: str = ""
) -> Mapping[Said, Reference]:
    """What `narrate` calls the theorems and their lemmas, by what they say, and the labels they have there."""
    return _Narrator(tuple(theorems), ids, (), within).labels


def said(theorem: Theorem) -> Said:
    """What tells theorems apart: the statement alone may mean several things, and what is assumed is not proved."""
    assumed = isinstance(theorem.proof, Assumption)
    return theorem.statement, frozenset(theorem.defined), theorem.assumptions, assumed


def lemmas_of(theorems: Iterable[Theorem]) -> tuple[Theorem, ...]:
    """Every lemma used, directly or not, each once and after those it rests on."""
    found: dict[object, Theorem] = {}
    visited: set[int] = set()

    def visit(theorem: Theorem) -> None:
        for lemma in theorem.lemmas:
            if id(lemma) not in visited:
                visited.add(id(lemma))
                visit(lemma)
                found.setdefault(said(lemma), lemma)

    for theorem in theorems:
        visit(theorem)
    return tuple(found.values())


def rules_of(theorems: Iterable[Theorem]) -> tuple[Rule, ...]:
    """The rules used, in the order of the catalogue."""
    used = frozenset().union(*(theorem.rules for theorem in theorems))
    return tuple(rule for rule in RULES.values() if rule in used)


def assumed(assumption: Assumption) -> Nodes:
    """What is assumed, for all values of the indices of the name on its left."""
    return for_all(assumption.statement, in_reading_order(patterns_of(assumption.statement)))


def assuming(theorem: Theorem) -> str:
    """The assumptions that a theorem rests on, as they stand after its words: ", assuming that …", or nothing.

    Where the words for an assumption name an index, they hold for all its values, and it is said.
    """
    return assuming_that(assumptions_of(theorem))


def assuming_that(known: Collection[str]) -> str:
    """The same from the assumptions in words."""
    return ", assuming that " + "; and that ".join(known) if known else ""


def assumptions_of(theorem: Theorem) -> tuple[str, ...]:
    """The assumptions that a theorem rests on, in words, each once and in order of the alphabet."""
    return tuple(sorted({_in_words(assumption) for assumption in theorem.assumptions}))


def _in_words(assumption: Assumption) -> str:
    written = set(re.findall(r"[^\W\d_]+", assumption.name))
    named = [one for one in in_reading_order(patterns_of(assumption.statement)) if printed(one.name) in written]
    return f"{quoted(assumption)}, for all ${text(every(named))}$" if named else quoted(assumption)


def quoted(assumption: Assumption) -> str:
    """The name of an assumption, which may be any words, so that it is not mistaken for a statement of the engine."""
    return f"“{assumption.name}”"


#: A meaning that is longer than this, in characters of plain text, is told once, and then referred to.
LONG = 150


class _Narrator:
    def __init__(
        self,
        theorems: tuple[Theorem, ...],
        ids: Mapping[str, Theorem],
        known: Iterable[Meaning],
        within: str,
        labels: Mapping[Said, Reference] = MappingProxyType({}),
    ) -> None:
        self.stated = {said(theorem) for theorem in theorems}
        used = lemmas_of(theorems)
        self.lemmas = [lemma for lemma in used if said(lemma) not in self.stated]
        #: The first proof of each statement: a later one may rest on it, and would name itself as its reason.
        self.first = {said(one): one for one in (*reversed(theorems), *reversed(used))}
        self.theorems = theorems
        self.anchors = {said(theorem): name for name, theorem in ids.items()}
        nameless = [lemma for lemma in self.lemmas if said(lemma) not in self.anchors]
        called = {said(lemma): f"Lemma {k}" for k, lemma in enumerate(nameless, 1)}
        many = len(theorems) > 1
        called |= {said(th): f"Theorem {k}" if many else "Theorem" for k, th in enumerate(theorems, 1)}
        called |= self.anchors
        self.labels = {
            said(one): labels[said(one)]
            if said(one) in labels and said(one) not in self.anchors
            else self.reference(one, called[said(one)], within)
            for one in (*self.lemmas, *self.theorems)
        }
        self.numbered = {*labels, *self.anchors}
        self.known: dict[Name, Meaning] = {meaning.name: meaning for meaning in known}
        self.introduced: dict[Name, tuple[Meaning, Part]] = {
            name: (meaning, "the statement") for name, meaning in self.known.items()
        }
        self.number = count(1)

    def reference(self, theorem: Theorem, called: str, within: str) -> Reference:
        """What a theorem or a lemma is called; one without an id has its name as its label, such as P2.lemma1."""
        kind = "theorem" if said(theorem) in self.stated else "lemma"
        if isinstance(theorem.proof, Assumption):
            kind = "assumption"
        named = called.lower().replace(" ", "")
        return Reference(called, kind, self.anchors.get(said(theorem), f"{within}.{named}".lstrip(".")))

    def blocks(self, lemmas_last: bool) -> Iterator[Block]:
        for theorem in (*self.theorems, *self.lemmas) if lemmas_last else (*self.lemmas, *self.theorems):
            label = self.labels[said(theorem)]
            title = f"{label.text}: {theorem.title}" if theorem.title else label.text
            note = title if said(theorem) in self.anchors else theorem.title
            number = label.text.rpartition(" ")[2] if said(theorem) in self.numbered else ""
            yield Heading(title, 3, label.label, label.kind, note, number, theorem.title)
            yield self.opening(theorem)
            yield Displayed((assumed(theorem.proof) if isinstance(theorem.proof, Assumption) else theorem.statement,))
            yield from self.meanings(theorem, label)
            if not isinstance(theorem.proof, Assumption):
                yield ProofBegins()
            yield from self.proof(self.first[said(theorem)])

    def meanings(self, theorem: Theorem, label: Reference) -> Iterator[Block]:
        """What the names mean: a theorem can be read with the claim's statement alone, but for what is very long.

        A lemma goes on from those before it, of which another may have given a name another meaning. An assumption has
        no meanings of its own: its names mean what they mean where it is used.
        """
        alone = said(theorem) in self.stated
        shown: list[Meaning] = []
        before: dict[Part, list[Nodes]] = {}
        for meaning in self.assumed(theorem) if isinstance(theorem.proof, Assumption) else theorem.defined:
            told, where = self.introduced.get(meaning.name, (None, ""))
            if meaning == (self.known.get(meaning.name) if alone else told):
                continue
            if meaning == told and len(to_text(meaning)) > LONG:
                before.setdefault(where, []).append(name_of(meaning.name))
            else:
                shown.append(meaning)
        self.introduced |= {meaning.name: (meaning, label) for meaning in shown}
        if shown:
            yield Paragraph(("with",))
            yield Displayed(Statement(theorem.statement, theorem.defined).explained(shown))
        for where, listed in before.items():
            yield Paragraph(("and " if shown else "with ", *_separated(listed), " as in ", where, "."))

    def assumed(self, theorem: Theorem) -> Iterator[Meaning]:
        """What the names of an assumption mean, if they mean one thing wherever it is used."""
        every = (*self.lemmas, *self.theorems)
        users = [one for one in every if said(theorem) in {said(lemma) for lemma in one.lemmas}]
        for name in dict.fromkeys(name for part in theorem.statement.parts for name in names(part)):
            known = {one.meanings.get(name) for one in users}
            if len(known) == 1 and (meaning := known.pop()) is not None:
                yield meaning

    def opening(self, theorem: Theorem) -> Paragraph:
        """For what the formula below holds, and on which assumptions: none is read as a theorem without them."""
        if isinstance(theorem.proof, Assumption):
            return Paragraph((f"Assumed: {quoted(theorem.proof)}:",))
        statement = Statement(theorem.statement, theorem.defined)
        return Paragraph((*statement.quantifiers(), f"{assuming(theorem)}:"))

    def proof(self, theorem: Theorem) -> Iterator[Block]:
        reasons = iter(theorem.reasons)
        match theorem.proof:
            case Calculation() as calculation:
                yield self.chain(calculation, reasons)
            case Induction() as induction:
                variable, start = induction.variable, induction.start
                yield Paragraph(("By induction on ", variable, ". Base case, ", equals(variable, start), ":"))
                yield self.chain(induction.base, reasons)
                yield Paragraph(("Hypothesis, for one ", at_least(variable, start), ":"))
                yield Displayed((induction.statement,))
                yield Paragraph(("Step, from ", variable, " to ", variable + 1, ":"))
                yield self.chain(induction.step, reasons)
            case JointInduction() as joint:
                yield from self.joint_induction(joint, reasons)
            case ByEquations() as by_equations:
                yield from self.by_equations(by_equations)
            case ByUnitVectors(by=by):
                yield Paragraph(
                    (
                        "Sums over unit vectors are taken: ",
                        *self.reason(Reason(by, theorem.rules & {ORTHONORMAL, COMPLETE})),
                        ".",
                    )
                )
            case GradientExpansion() as expansion:
                function, gradient = name_of(expansion.function.name), name_of(expansion.gradient.name)
                claimed = "It is claimed that ", gradient, " is the gradient of ", function
                yield Paragraph((*claimed, ". The expansion holds exactly:"))
                statement, scaled = expansion.statement, expansion.homogeneity
                sources = expansion.function, expansion.gradient
                yield self.chain(Calculation(statement.left, (Step(statement.right, sources),)), reasons)
                yield Paragraph(("Its last term is homogeneous of degree 2, hence the gradient is the linear term:",))
                yield self.chain(Calculation(scaled.left, (Step(scaled.right),)), reasons)
            case Specialisation(general=general, values=values):
                put = [equals(*pair) for pair in dict(values).items()]
                yield Paragraph((self.labels[said(general)], " with ", *_separated(put), "."))
            case Expectation() as expectation:
                yield self.expectation(expectation)
            case Positivity(statement=statement, by=by):
                terms, _ = shifted_terms(unfold(statement.number, by))
                none = "1 term, which is not negative" if len(terms) == 1 else f"{len(terms)} terms, none negative"
                words = f"Written out, the sizes less their least values, it has {none}: "
                yield Paragraph((words, *self.reason(Reason(by, frozenset({POSITIVE}))), "."))
            case Independence() as independence:
                yield self.independence(independence, theorem)
            case Instance(general=general, values=values):
                yield Paragraph((self.labels[said(general)], " for data of this form:"))
                yield Displayed(values)
            case Differentiation(direction=direction) as proof:
                yield Paragraph(("The function and what is claimed to be its gradient:",))
                yield Displayed((proof.function, proof.gradient))
                yield Paragraph(
                    (
                        "In every direction ",
                        name_of(direction),
                        " the differential is",
                    )
                )
                wanted = proof.differential()
                yield self.chain(Calculation(wanted.left, (Step(wanted.right),)), reasons)
            case Passage(general=general, limit=limit):
                labels = self.labels[said(limit)], " in ", self.labels[said(general)]
                yield Paragraph(("The limit of ", *labels, ": ", LIMIT.name, "."))
            case Absurdity() as absurdity:
                yield from self.absurdity(absurdity, theorem)
            case ByCoefficients() as by_coefficients:
                yield from self.by_coefficients(by_coefficients, theorem)
            case Assumption():
                pass  # the opening says so

    def joint_induction(self, proof: JointInduction, reasons: Iterator[Reason]) -> Iterator[Block]:
        """Several equations by induction on one variable, each step from all of them."""
        variable, start = proof.parts[0].variable, proof.parts[0].start
        yield Paragraph(("By induction on ", variable, ", these equations together:"))
        yield Displayed(proof.statements)
        for part in proof.parts:
            yield Paragraph(("Base case, ", equals(variable, start), ", of ", part.statement.left, ":"))
            yield self.chain(part.base, reasons)
            yield Paragraph(("Step, from all of them for one ", at_least(variable, start), ":"))
            yield self.chain(part.step, reasons)

    def by_equations(self, proof: ByEquations) -> Iterator[Block]:
        """The multiples of known equations that add up to left less right, with the label of each equation."""
        yield Paragraph(("Left less right is the sum of these, each 0 by the equation in it:",))
        for multiple in proof.multiples:
            yield Paragraph(("By ", self.labels[said(multiple.theorem)], ":"))
            yield Displayed((multiple.value,))
        yield Paragraph((*self.reason(Reason((), frozenset({BY_EQUATIONS}))), "."))

    def expectation(self, proof: Expectation) -> Paragraph:
        """How the mean was computed, and in which cases."""
        words = ["Written out in components, and summed over the set partitions of its indices"]
        used = {EXPECTATION}
        if proof.others:
            words.append("the means on the right likewise")
        if proof.cases is not None:
            words.append(f"for ${proof.cases} = 0$, for ${proof.cases} = 1$ and for ${proof.cases} ≥ 2$")
            used.add(CASES)
        if proof.mean.units is not None:
            words.append("whichever of the unit vectors are equal")
            used.add(UNIT_VECTORS)
        return Paragraph((f"{', '.join(words)}: ", *self.reason(Reason((), frozenset(used))), "."))

    def independence(self, proof: Independence, theorem: Theorem) -> Paragraph:
        """What data are 0, and the rank that is left."""
        count = len(proof.statement.weights)
        parts: list[Part] = []
        if proof.until is not None:
            taken = free_letters_of(*_exprs_of(theorem)) | {proof.until.name, *_bound_in(theorem)}
            members = [_member(name, taken) for name in proof.vanishing]
            zero = [equals(member, 0) for member in members]
            until = *equals(members[0].indices[0], 1), symbol("..", r", \dots, "), *formula(proof.until)
            parts += ["With ", *_separated(zero), " for ", until, " no sum is left. "]
            parts += ["For ", equals(proof.until, 0), " and for ", at_least(proof.until, 1), ", at"]
        else:
            parts.append("At")
        definitions = tuple(source for source in proof.by if isinstance(source, Definition))
        reason = self.reason(Reason(definitions, frozenset({INDEPENDENT})))
        several = f"coefficients of the {count} functions have rank {count}"
        parts += [f" the least sizes, the {several if count > 1 else 'function has a coefficient'}: ", *reason, "."]
        return Paragraph(tuple(parts))

    def absurdity(self, proof: Absurdity, theorem: Theorem) -> Iterator[Block]:
        """The data put in, the factors, and what is left that cannot be 0."""
        yield Paragraph(
            ("Suppose that it held for all data. Take the equation with these data, each with its factor:",)
        )
        for factor, values, numbers in proof.cases:
            chosen = tuple(_separated([equals(*pair) for pair in numbers]))
            yield Paragraph(("factor ", factor, ": ", *chosen) if chosen else ("factor ", factor, ":"))
            yield from [Displayed(values)] if values else []
        letter = next(unlike("rsuvwR", letters_of(*_exprs_of(theorem)) | _bound_in(theorem)))
        rest = Name(letter, proof.remainder.shape)()
        yield Paragraph(("Left less right, these add up to ", equals(0, rest), " with"))
        yield Displayed((Equation(rest, proof.remainder),))
        reason = self.reason(Reason(proof.by, frozenset({ABSURD})))
        by = ", which by ", self.labels[said(proof.nonzero)], " is not 0 for all data: "
        yield Paragraph(("in which no unknown occurs", *by, *reason, "."))

    def by_coefficients(self, proof: ByCoefficients, theorem: Theorem) -> Iterator[Block]:
        """The data that are taken to be 0, the coefficients, and how they contradict one another."""
        for rule in proof.vanishing:
            known = {one.name for one in rule.until.free_symbols} | _bound_in(theorem)
            family = _member(rule.family, free_letters_of(*_exprs_of(theorem)) | known)
            index = family.indices[rule.place]
            yield Paragraph(("Take ", equals(family, 0), " for ", index, " from 1 to ", rule.until, "."))
        yield Paragraph(
            ("Left less right is then a polynomial in the data. Its coefficients of these products vanish:",)
        )
        for k, (monomial, value, _) in enumerate(proof.coefficients, 1):
            yield Paragraph((f"coefficient {k}, of ", monomial, ":"))
            yield Displayed((Equation(value, Zero(1, 1)),))
        yield Paragraph(("The sum of these coefficients with the factors",))
        factors = [formula(coefficient.factor) for coefficient in proof.coefficients]
        numbers = (symbol(f"{k}:  ", rf"{k}:\quad ") for k in range(1, len(factors) + 1))
        yield Displayed(tuple((number, *factor) for number, factor in zip(numbers, factors, strict=True)))
        wanted = Mul((Scalar(proof.scale), *proof.given))
        reason = self.reason(Reason(proof.by, frozenset({COEFFICIENTS})))
        yield Paragraph(("is ", wanted, ", which is not 0: ", *reason, "."))

    def chain(self, calculation: Calculation, reasons: Iterator[Reason]) -> Chain:
        rows = tuple(Row(next(self.number), step.expr, self.reason(next(reasons))) for step in calculation.steps)
        return Chain(calculation.first, rows)

    def reason(self, reason: Reason) -> Parts:
        return tell_reason(reason, lambda theorem: self.labels[said(theorem)])


def titled(theorem: Theorem) -> str:
    """What a theorem is called where nothing is numbered."""
    return f"theorem: {theorem.title}" if theorem.title else "a theorem"


def tell_sources(by: Iterable[Source]) -> Parts:
    """Return what a line names as its reasons: definitions, recurrences, theorems by their titles."""
    return tell_reason(Reason(tuple(by), frozenset()))


def tell_chain(calculation: Calculation, first_number: int = 1) -> Chain:
    """Return a calculation that was not checked, line by line, with what each line names as its reason.

    The rules by which a line follows are known only when it is checked. Lines are numbered from `first_number` on.
    """
    rows = tuple(
        Row(number, step.expr, tell_sources(step.by) if step.by else ("normal form",))
        for number, step in enumerate(calculation.steps, first_number)
    )
    return Chain(calculation.first, rows)


def tell_reason(reason: Reason, label: Callable[[Theorem], Part] = titled) -> Parts:
    """Return the sources of a step, each theorem under its label, and then the rules of the core."""
    core = [rule.name for rule in RULES.values() if rule in reason.rules]
    if reason.sources and core == [rules.REFLEXIVE.name]:
        core = []
    sources = tuple(dict.fromkeys(reason.sources))  # one may be used several times over, to unfold W_2
    defined = [name_of(source.name) for source in sources if isinstance(source, Definition)]
    given = [_source(source, label) for source in sources if not isinstance(source, Definition)]
    if defined:
        given.insert(0, (f"definition{'s' * (len(defined) > 1)} of ", *_separated(defined)))
    listed = tuple(chain.from_iterable((", ", *parts) for parts in given))[1:]
    return (*listed, "; " if listed and core else "", ", ".join(core))


def _source(source: Source, label: Callable[[Theorem], Part]) -> Parts:
    match source:
        case Recurrence(name=name) | Joint(name=name):
            return "recurrence of ", name_of(name)
        case Hypothesis():
            return ("hypothesis",)
        case Theorem():
            return (label(source),)
    raise TypeError(f"{type(source).__name__} gives no reason")


def name_of(name: Name) -> Nodes:
    """The name alone, without indices."""
    return formula(name)


# ---- counterexamples ---------------------------------------------------------------------------

#: Of more data than this only those that are not zero are listed.
MOST_DATA_LISTED = 8


def tell_counterexample(counterexample: Counterexample, constants: Constants = ()) -> Listing:
    """The sizes, the data, and the two values, as a list."""
    sides = counterexample.equation.left, counterexample.equation.right
    left, right = (
        _valued(side, value) for side, value in zip(sides, (counterexample.left, counterexample.right), strict=True)
    )
    groups = zip(("at ", "with "), _chosen(counterexample, constants), strict=True)
    given: list[Parts] = [(words, *_listed(group)) for words, group in groups if group]
    return Listing((*given, ("the left side is ", left), ("the right side is ", right, *_whatever(counterexample))))


def _whatever(counterexample: Counterexample) -> Parts:
    """That the right side has its value for all of some data, if that was shown."""
    return () if counterexample.any_data is None else (", for all ", _ranging(counterexample.any_data))


def _data_of(counterexample: Counterexample) -> list[tuple[App, tuple[tuple[Fraction, ...], ...]]]:
    """The data, but for those of which no values repair the equation."""
    return [
        (App(name, tuple(map(sympy.Integer, indices))), matrix)
        for (name, indices), matrix in counterexample.data
        if name != counterexample.any_data
    ]


def _chosen(counterexample: Counterexample, constants: Constants = ()) -> tuple[list[Parts], list[Parts]]:
    """The sizes and scalars; the data, and what follows from them by a model.

    `constants` occur only in what is divided by.
    """
    numbers = [(one, value) for one, ((value, *_), *_) in constants if isinstance(one, sympy.Symbol)]
    chosen: list[Parts] = [
        *((equals(*pair),) for pair in counterexample.sizes),
        *((equals(name, _number(value)),) for name, value in (*counterexample.scalars, *numbers)),
    ]
    given = _data_of(counterexample)
    many = len(given) > MOST_DATA_LISTED
    data: list[Parts] = [
        (_valued(app, matrix),) for app, matrix in given if not many or any(entry for row in matrix for entry in row)
    ]
    unsaid = len(data) < len(given)
    data = [*((_valued(one, rows),) for one, rows in constants if not isinstance(one, sympy.Symbol)), *data]
    data += [("$0$ for the rest",)] if unsaid else []
    follow: list[Parts] = [
        (_valued(App(name, tuple(map(sympy.Integer, indices))), tuple(map(tuple, matrix))),)
        for (name, indices), matrix in from_models(counterexample).items()
    ]
    data += ((one,) for one in _samples(counterexample))
    data += [("so ", *follow[0]), *follow[1:]] if follow else []
    return chosen, data


def _listed(items: Iterable[Parts]) -> Parts:
    """Items of several parts, with commas between them."""
    return tuple(chain.from_iterable((", ", *item) for item in items))[1:]


def _samples(counterexample: Counterexample) -> list[Nodes]:
    """The polynomials in the place of the uninterpreted functions of one number, of a family those that are read."""
    equation, meanings = counterexample.equation, counterexample.meanings
    taken = letters_of(*equation.parts, *(one for known in meanings for one in (known.left, *known.bodies)))
    z = sympy.Symbol(next(unlike("zsuvwZ", taken.union(one.name for known in meanings for one in known.free))))
    sizes = ((symbol, Fraction(size)) for symbol, size in counterexample.sizes)
    values = dict(chain(sizes, counterexample.scalars))
    read = functions_read(equation.parts, meanings, values)
    samples = (
        (name.at(indices, (z,)), sample_function(name, (*indices, 0, 0), 1))
        for name, indices in read
        if name.takes == ((1, 1),) and name.shape == (1, 1)
    )
    return [
        equals(at_z, sum(value * z ** len(power) for power, value in polynomial.items()))
        for at_z, polynomial in samples
    ]


def _given(counterexample: Counterexample, constants: Constants = ()) -> Parts:
    """The sizes, scalars and data on one line."""
    groups = [group for group in _chosen(counterexample, constants) if group]
    return tuple(chain.from_iterable(("; ", *_listed(group)) for group in groups))[1:]


def short_counterexample(counterexample: Counterexample, constants: Constants = ()) -> Parts:
    """The counterexample on one line; `constants` as in `_chosen`."""
    sides = counterexample.equation.parts
    left, right = counterexample.left, counterexample.right
    if counterexample.any_data is not None:
        valued = (_valued(side, value) for side, value in zip(sides, (left, right), strict=True))
        return *_given(counterexample, constants), ": ", *_separated(valued), *_whatever(counterexample)
    return *_given(counterexample, constants), ": ", (*_entries(left), NOT_EQUAL, *_entries(right))


def counterexample_in_words(counterexample: Counterexample) -> Parts:
    """The counterexample as a sentence: at these numbers the left side has this value, not that of the right side."""
    left, right = _entries(counterexample.left), _entries(counterexample.right)
    factor = counterexample.any_factor
    every = (", for every ", factor) if factor is not None else ()
    return "at ", *_given(counterexample), ", it gives ", left, *every, ", not ", right


def as_numbers(counterexample: Counterexample, constants: Constants = ()) -> Mapping[str, object]:
    """The counterexample for a program: numbers as strings, matrices as lists of rows."""

    def rows(matrix: tuple[tuple[Fraction, ...], ...]) -> list[list[str]]:
        return [list(map(str, row)) for row in matrix]

    numbers = [(one, value) for one, ((value, *_), *_) in constants if isinstance(one, sympy.Symbol)]
    matrices = [(one, value) for one, value in constants if not isinstance(one, sympy.Symbol)]
    return {
        "sizes": {size.name: value for size, value in counterexample.sizes},
        "scalars": {scalar.name: str(value) for scalar, value in (*counterexample.scalars, *numbers)},
        "data": {to_text(app): rows(matrix) for app, matrix in (*_data_of(counterexample), *matrices)},
        "from_model": {
            to_text(App(name, tuple(map(sympy.Integer, indices)))): rows(tuple(map(tuple, matrix)))
            for (name, indices), matrix in from_models(counterexample).items()
        },
        "left": rows(counterexample.left),
        "right": rows(counterexample.right),
    }


def _number(value: Fraction) -> sympy.Rational:
    return sympy.Rational(value.numerator, value.denominator)


def _valued(name: object, matrix: tuple[tuple[Fraction, ...], ...]) -> Nodes:
    value = _entries(matrix)
    return value if to_text(name) == text(value) else (*formula(name), EQUALS, *value)


def _entries(numbers: tuple[tuple[Fraction, ...], ...]) -> Nodes:
    """A number, a column, in plain text as (a, b), or a matrix row by row; [] has no entries."""
    written = [[formula(_number(entry)) for entry in row] for row in numbers]
    if not any(written):
        return (symbol("[]", "[]"),)
    if len(numbers) == len(numbers[0]) == 1:
        return written[0][0]
    rows = [" ".join(map(text, row)) for row in written]
    plain = f"({', '.join(rows)})" if len(numbers[0]) == 1 else f"[{'; '.join(rows)}]"
    return (replace(matrix(written), text=plain, rows=()),)
