"""What the supplement refers to; the paper first."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reference:
    """One work: who, what, where it appeared, and what it is cited for."""

    authors: str
    title: str
    where: str
    why: str

    @property
    def line(self) -> str:
        return f"{self.authors}. {self.title}. {self.where}."


PAPER = Reference(
    "Neeraj Mohan Sushma, Yudou Tian, Harshvardhan Mestha, Nicolo Colombo, David Kappel and Anand Subramoney",
    "State-space models can learn in-context by gradient descent",
    "arXiv:2410.11687, version 1, 2024",
    "The paper that is judged here.",
)

REFERENCES = (
    PAPER,
    Reference(
        "Johannes von Oswald, Eyvind Niklasson, Ettore Randazzo, João Sacramento, Alexander Mordvintsev, "
        "Andrey Zhmoginov and Max Vladymyrov",
        "Transformers learn in-context by gradient descent",
        "International Conference on Machine Learning, 2023; arXiv:2212.07677",
        "The tokens $[x; y]$ of LSA, with linear attention.",
    ),
    Reference(
        "Angelos Katharopoulos, Apoorv Vyas, Nikolaos Pappas and François Fleuret",
        "Transformers are RNNs: fast autoregressive transformers with linear attention",
        "International Conference on Machine Learning, 2020; arXiv:2006.16236",
        "Linear attention as a recurrence, Eq. 5.",
    ),
    Reference(
        "Albert Gu, Karan Goel and Christopher Ré",
        "Efficiently modeling long sequences with structured state spaces (S4)",
        "International Conference on Learning Representations, 2022; arXiv:2111.00396",
        "A recurrence of the form of Eq. 6.",
    ),
    Reference(
        "Jimmy T. H. Smith, Andrew Warrington and Scott W. Linderman",
        "Simplified state space layers for sequence modeling (S5)",
        "International Conference on Learning Representations, 2023; arXiv:2208.04933",
        "Another.",
    ),
    Reference(
        "Aaron Meurer and others",
        "SymPy: symbolic computing in Python",
        "PeerJ Computer Science 3, e103, 2017",
        "Symbols and rational functions.",
    ),
    Reference(
        "William B. Hart",
        "Fast Library for Number Theory: an introduction",
        "International Congress on Mathematical Software, 2010",
        "Polynomials, by python-flint.",
    ),
    Reference(
        "Charles R. Harris and others",
        "Array programming with NumPy",
        "Nature 585, 357-362, 2020",
        "Random numbers.",
    ),
    Reference(
        "Adam Paszke and others",
        "PyTorch: an imperative style, high-performance deep learning library",
        "Advances in Neural Information Processing Systems 32, 2019",
        "Training and automatic differentiation.",
    ),
)
