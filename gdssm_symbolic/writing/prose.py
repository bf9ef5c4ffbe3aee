"""Prose as LaTeX: its symbols, the letters with an index in it, and what is typed as it stands; ASCII only."""

from __future__ import annotations

import re


def code(text: str) -> str:
    """Typewriter type that may be broken after a dot, an underscore, a slash and ::."""
    pieces = re.split(r"(?<=[./_])|(?<=::)", re.sub(r"([%&#_{}])", r"\\\1", text))
    return r"\allowbreak{}".join(rf"\texttt{{{piece}}}" for piece in pieces)


_ACCENTS = {"\N{COMBINING TILDE}": "tilde", "\N{COMBINING MACRON}": "bar"}
_SUPERSCRIPTS = {"⁰": "0", "¹": "1", "²": "2", "⁴": "4", "⁺": "+", "ʲ": "j", "ᵏ": "k", "ᴸ": "L", "ᵀ": r"\top"}
_SUBSCRIPTS = {"₀": "0", "₁": "1", "₂": "2", "₃": "3", "ᵢ": "i", "ⱼ": "j", "ₙ": "n"}

#: A letter with an index, W_{l−1}, x_t or W_*, or an exponent, R^(f×3), or both, g^0_t.
_SCRIPT = r"([_^])(\{[^{}]*\}|\([^()]*\)|max|\*|∞|\w)"
_INDEXED = rf"(\[?[^\W\d_]\u0303?\]?){_SCRIPT}(?:{_SCRIPT})?"
#: A letter that carries raised or lowered characters, Qᵀ or e₂; a derivative at something, g'(0); a letter alone, which
#: is a symbol unless it is the word a or A, or I.
_RAISED = rf"[^\W\d_][{''.join(_SUPERSCRIPTS | _SUBSCRIPTS)}]+"
_PRIME = r"[^\W\d_]'(?=\()"
_ALONE = r"(?<![^\W\d])(?<!['’.])[b-zB-HJ-Z](?![\w'’\u0303\u0304]|\.\w)"
_MATHEMATICS = re.compile(rf"{_INDEXED}|(?P<whole>{_RAISED}|{_PRIME}|{_ALONE})")


def words(prose: str) -> str:
    """Prose, in which W_{l−1}, x_t and R^(f×3), Qᵀ, g'(0) and a letter alone are mathematics."""
    pieces, end = [], 0
    for found in _MATHEMATICS.finditer(prose):
        pieces.append(_escaped(prose[end : found.start()]))
        pieces.append(f"${_ascii(found['whole'], math=True) if found['whole'] else _indexed(found.groups())}$")
        end = found.end()
    return "".join((*pieces, _escaped(prose[end:])))


def _indexed(groups: tuple[str | None, ...]) -> str:
    base, *scripts = (part for part in groups if part)
    raised = (part if part in "_^" else f"{{{_ascii(part.strip('(){}'), math=True)}}}" for part in scripts)
    return f"{_ascii(base, math=True)}{''.join(raised)}"


def _escaped(prose: str) -> str:
    return _ascii(re.sub(r"([%&#_{}])", r"\\\1", prose).replace("^", r"\^{}"))


def _ascii(text: str, *, math: bool = False) -> str:
    def command(found: re.Match[str]) -> str:
        written = _LATEX[found.group()]
        return written if not math else re.sub(r"(\\\w+)$", r"\1 ", written.strip("$"))

    def script(found: re.Match[str]) -> str:
        sign = "^" if found.group()[0] in _SUPERSCRIPTS else "_"
        inside = "".join((_SUPERSCRIPTS | _SUBSCRIPTS)[character] for character in found.group())
        return f"{sign}{{{inside}}}" if math else f"${sign}{{{inside}}}$"

    for accent, name in _ACCENTS.items():
        text = re.sub(rf"(\w){accent}", rf"\\{name}{{\1}}" if math else rf"$\\{name}{{\1}}$", text)
    text = text.replace("max", r"\max") if math else text
    text = re.sub(f"[{''.join(_SUPERSCRIPTS)}]+|[{''.join(_SUBSCRIPTS)}]+", script, text)
    return re.sub(r"[^\x00-\x7f]", command, text)


#: Every other character outside ASCII that prose may use, for LaTeX.
_LATEX = {
    "Σ": r"$\Sigma$",
    "Γ": r"$\Gamma$",
    "Θ": r"$\Theta$",
    "Ψ": r"$\Psi$",
    "η": r"$\eta$",
    "ℒ": r"$\mathcal{L}$",
    "β": r"$\beta$",
    "∇": r"$\nabla$",
    "Δ": r"$\Delta$",
    "∂": r"$\partial$",
    "·": r"$\cdot$",
    "×": r"$\times$",
    "α": r"$\alpha$",
    "λ": r"$\lambda$",
    "μ": r"$\mu$",
    "σ": r"$\sigma$",
    "τ": r"$\tau$",
    "θ": r"$\theta$",
    "κ": r"$\kappa$",
    "ε": r"$\varepsilon$",
    "ξ": r"$\xi$",
    "ŷ": r"$\hat{y}$",
    "∫": r"$\int$",
    "Π": r"$\Pi$",
    "∞": r"$\infty$",
    "𝟏": r"$\mathbf{1}$",
    "⊗": r"$\otimes$",
    "δ": r"$\delta$",
    "≠": r"$\ne$",
    "≥": r"$\ge$",
    "≤": r"$\le$",
    "∈": r"$\in$",
    "→": r"$\to$",
    "⟨": r"$\langle$",
    "⟩": r"$\rangle$",
    "‖": r"$\Vert$",
    "−": r"$-$",
    "½": r"$\frac{1}{2}$",
    "¼": r"$\frac{1}{4}$",
    "φ": r"$\varphi$",
    "ρ": r"$\rho$",
    "υ": r"$\upsilon$",
    "ψ": r"$\psi$",
    "ℓ": r"$\ell$",
    "γ": r"$\gamma$",
    "±": r"$\pm$",
    "…": r"\ldots{}",
    "–": "--",
    "’": "'",
    "“": "``",
    "”": "''",
    "ã": r"\~a",
    "ç": r"\c{c}",
    "é": r"\'e",
    "§": r"\S{}",
}
