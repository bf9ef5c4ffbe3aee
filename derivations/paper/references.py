"""What the supplement refers to; the paper first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources

from gdssm_symbolic.writing.documents import Cited

#: Written by `make readme` from CITATION.cff.
BIBLIOGRAPHY = "cite.bib"


@dataclass(frozen=True)
class Reference:
    """One work: a short name, who, what, where it appeared, and what it is cited for."""

    key: str
    authors: str
    title: str
    where: str
    why: str

    @property
    def line(self) -> str:
        return f"{self.authors}. {self.title}. {self.where}."


PAPER = Reference(
    "Sushma et al. 2024",
    "Neeraj Mohan Sushma, Yudou Tian, Harshvardhan Mestha, Nicolo Colombo, David Kappel and Anand Subramoney",
    "State-space models can learn in-context by gradient descent",
    "arXiv:2410.11687, version 1, 2024",
    "The paper that is judged here.",
)

REFERENCES = (
    PAPER,
    Reference(
        "von Oswald et al. 2023",
        "Johannes von Oswald, Eyvind Niklasson, Ettore Randazzo, João Sacramento, Alexander Mordvintsev, "
        "Andrey Zhmoginov and Max Vladymyrov",
        "Transformers learn in-context by gradient descent",
        "International Conference on Machine Learning, 2023; arXiv:2212.07677",
        "The tokens $[x; y]$ of LSA, with linear attention.",
    ),
    Reference(
        "Akyürek et al. 2022",
        "Ekin Akyürek, Dale Schuurmans, Jacob Andreas, Tengyu Ma and Denny Zhou",
        "What learning algorithm is in-context learning? Investigations with linear models",
        "International Conference on Learning Representations, 2023; arXiv:2211.15661",
        "Steps of gradient descent by transformers.",
    ),
    Reference(
        "Mahankali, Hashimoto, Ma 2023",
        "Arvind Mahankali, Tatsunori B. Hashimoto and Tengyu Ma",
        "One step of gradient descent is provably the optimal in-context learner with one layer of linear "
        "self-attention",
        "International Conference on Learning Representations, 2024; arXiv:2307.03576",
        "The best single layer, for normal inputs.",
    ),
    Reference(
        "Ahn et al. 2023",
        "Kwangjun Ahn, Xiang Cheng, Hadi Daneshmand and Suvrit Sra",
        "Transformers learn to implement preconditioned gradient descent for in-context learning",
        "Advances in Neural Information Processing Systems 36, 2023; arXiv:2306.00297",
        "Stationary points of linear transformers, and preconditioned steps.",
    ),
    Reference(
        "Zhang, Frei, Bartlett 2023",
        "Ruiqi Zhang, Spencer Frei and Peter L. Bartlett",
        "Trained transformers learn linear models in-context",
        "Journal of Machine Learning Research 25, 2024; arXiv:2306.09927",
        "Gradient flow on one layer of linear attention.",
    ),
    Reference(
        "Li, Rawat, Oymak 2024",
        "Yingcong Li, Ankit Singh Rawat and Samet Oymak",
        "Fine-grained analysis of in-context linear estimation: data, architecture, and beyond",
        "Advances in Neural Information Processing Systems 37, 2024; arXiv:2407.10005",
        "A gated state-space layer (H3) as one preconditioned step.",
    ),
    Reference(
        "Ding et al. 2024",
        "Nan Ding, Tomer Levinboim, Jialin Wu, Sebastian Goodman and Radu Soricut",
        "CausalLM is not optimal for in-context learning",
        "International Conference on Learning Representations, 2024; arXiv:2308.06912",
        "What causal and prefix linear attention compute over several layers.",
    ),
    Reference(
        "Bai et al. 2023",
        "Yu Bai, Fan Chen, Huan Wang, Caiming Xiong and Song Mei",
        "Transformers as statisticians: provable in-context learning with in-context algorithm selection",
        "Advances in Neural Information Processing Systems 36, 2023; arXiv:2306.04637",
        "Generalised linear models and gradient descent by transformers.",
    ),
    Reference(
        "Kawaguchi 2016",
        "Kenji Kawaguchi",
        "Deep learning without poor local minima",
        "Advances in Neural Information Processing Systems 29, 2016; arXiv:1605.07110",
        "Local minima of deep linear networks, squared loss.",
    ),
    Reference(
        "Laurent, von Brecht 2018",
        "Thomas Laurent and James von Brecht",
        "Deep linear networks with arbitrary loss: all local minima are global",
        "International Conference on Machine Learning, 2018; arXiv:1712.01473",
        "The same for every convex differentiable loss, with wide hidden layers.",
    ),
    Reference(
        "Arora, Cohen, Hazan 2018",
        "Sanjeev Arora, Nadav Cohen and Elad Hazan",
        "On the optimization of deep networks: implicit acceleration by overparameterization",
        "International Conference on Machine Learning, 2018; arXiv:1802.06509",
        "What gradient flow conserves in linear networks.",
    ),
    Reference(
        "Du, Hu, Lee 2018",
        "Simon S. Du, Wei Hu and Jason D. Lee",
        "Algorithmic regularization in learning deep homogeneous models: layers are automatically balanced",
        "Advances in Neural Information Processing Systems 31, 2018; arXiv:1806.00900",
        "The same for homogeneous networks.",
    ),
    Reference(
        "Pedregosa, Scieur 2020",
        "Fabian Pedregosa and Damien Scieur",
        "Acceleration through spectral density estimation",
        "International Conference on Machine Learning, 2020",
        "Average-case optimal polynomials for random quadratic problems.",
    ),
    Reference(
        "Hanke 1991",
        "Martin Hanke",
        "Accelerated Landweber iterations for the solution of ill-posed equations",
        "Numerische Mathematik 60, 1991",
        "Polynomial acceleration of gradient descent on least squares.",
    ),
    Reference(
        "Nagy 2026",
        "Tamás Nagy",
        "When in-context learning implements gradient descent: a learned mechanism, mechanically verified and "
        "empirically tested",
        "thalens.org, 2026; doi:10.5281/zenodo.20708734",
        "Linear attention as one step, checked in Lean.",
    ),
    Reference(
        "Katharopoulos et al. 2020",
        "Angelos Katharopoulos, Apoorv Vyas, Nikolaos Pappas and François Fleuret",
        "Transformers are RNNs: fast autoregressive transformers with linear attention",
        "International Conference on Machine Learning, 2020; arXiv:2006.16236",
        "Linear attention as a recurrence, Eq. 5.",
    ),
    Reference(
        "Gu, Goel, Ré 2022",
        "Albert Gu, Karan Goel and Christopher Ré",
        "Efficiently modeling long sequences with structured state spaces (S4)",
        "International Conference on Learning Representations, 2022; arXiv:2111.00396",
        "A recurrence of the form of Eq. 6.",
    ),
    Reference(
        "Smith, Warrington, Linderman 2023",
        "Jimmy T. H. Smith, Andrew Warrington and Scott W. Linderman",
        "Simplified state space layers for sequence modeling (S5)",
        "International Conference on Learning Representations, 2023; arXiv:2208.04933",
        "Another.",
    ),
    Reference(
        "SymPy",
        "Aaron Meurer and others",
        "SymPy: symbolic computing in Python",
        "PeerJ Computer Science 3, e103, 2017",
        "Symbols and rational functions.",
    ),
    Reference(
        "FLINT",
        "William B. Hart",
        "Fast Library for Number Theory: an introduction",
        "International Congress on Mathematical Software, 2010",
        "Polynomials, by python-flint.",
    ),
    Reference(
        "NumPy",
        "Charles R. Harris and others",
        "Array programming with NumPy",
        "Nature 585, 357-362, 2020",
        "Random numbers.",
    ),
    Reference(
        "PyTorch",
        "Adam Paszke and others",
        "PyTorch: an imperative style, high-performance deep learning library",
        "Advances in Neural Information Processing Systems 32, 2019",
        "Training and automatic differentiation.",
    ),
)


#: In a text about the paper: this package, and the paper.
CITED = Cited(("gdssm", "gdssm-paper"))


def works() -> str:
    """Return the BibTeX entries as a list of works in LaTeX, for a document that compiles without BibTeX."""
    listed = []
    for key, content in re.findall(r"^@misc\{([\w-]+),$(.*?)^\}$", bibliography(), flags=re.MULTILINE | re.DOTALL):
        field = dict(re.findall(r"(\w+) = \{((?:[^{}]|\{[^{}]*\})*)\}", content))
        where = [field.get("note"), f"arXiv:{field['eprint']}" if "eprint" in field else None, field["year"]]
        authors = field["author"].replace(" and ", "; ")
        listed.append(rf"\bibitem{{{key}}} {authors}. {field['title']}. {', '.join(filter(None, where))}.")
    return "\n".join((r"\begin{thebibliography}{2}", *listed, r"\end{thebibliography}"))


def bibliography() -> str:
    """Return the BibTeX entries of this package and of the paper, as README has them."""
    return resources.files(__package__).joinpath(BIBLIOGRAPHY).read_text("utf-8")
