"""The paper, place by place, in our own words: what `gdssm coverage` has to account for.

A row names objects of the engine; nothing here says what was found out about them, or who uses them. Definitions are
built by the modules that own them; theorems and readings are named by their ids, which `ids.toml` explains.
"""

from __future__ import annotations

from derivations.claims import best_rate, proposition_1, proposition_2, proposition_3
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.theory.gd_ssm import TOKENS, TokenHead, WindowHead, query_selector

from .coverage import Defined, Kind, Linked, Named, Row, Trained

SCALAR, VECTOR, STEPS = proposition_1.ONE_STEP, proposition_2.ONE_STEP, proposition_3.MANY_STEPS
assert isinstance(SCALAR.head, TokenHead)
assert isinstance(VECTOR.head, WindowHead)
CONSTRUCTED, WINDOWS = SCALAR.head, VECTOR.head
FIRST, SECOND = STEPS.heads
READOUT = query_selector(proposition_2.LAYER)
UNIFORM_ERROR = best_rate.CASES[1][1]


def defined(*meanings: Meaning) -> tuple[Named, ...]:
    """The definitions, one after another."""
    return tuple(map(Defined, meanings))


def linked(*ids: str) -> tuple[Named, ...]:
    """What has these ids, one after another."""
    return tuple(map(Linked, ids))


ABSTRACT = (
    Row(
        "abstract",
        Kind.CLAIM,
        "one SSM layer with local attention gives the prediction of a linear model after one step of gradient descent",
        linked("P1", "P2", "P1.T12", "P2.T11"),
    ),
    Row(
        "abstract",
        Kind.CLAIM,
        "the state of a diagonal linear recurrence accumulates a gradient, which is then applied to the parameters",
        linked("P1.T10", "P2.T7"),
    ),
    Row(
        "§1, contribution 1",
        Kind.CLAIM,
        "a layer with diagonal recurrence, a matrix as its state, and multiplications at input and output does one "
        "step",
        (Linked("P2"), Defined(WINDOWS.Z)),
    ),
    Row(
        "§1, contribution 2",
        Kind.CLAIM,
        "stacking such layers gives several steps",
        linked("P3", "P3.T3", "P3.8"),
    ),
    Row(
        "abstract, and §1, contribution 4",
        Kind.MEASUREMENT,
        "a model that is trained from a random start learns the parameters of the construction",
        (
            *(Trained(folder) for folder in ("f5_N10", "f10_N10", "f5_N10_scalar", "f5_N10_two_steps")),
            *linked("OPT1", "OPTG.T3", "OPTG.T13", "OPTX.T1", "OPTX.T14"),
        ),
    ),
    Row(
        "abstract, and §1, contribution 1",
        Kind.CLAIM,
        "a step is possible because input and output are multiplied by factors that depend on the input",
        linked("GATE", "P2", "GATE.1", "GATE.2", "GATE.3"),
    ),
    Row(
        "§1, contribution 3",
        Kind.CLAIM,
        "non-linearities added to the layer give gradient descent on a non-linear model",
        linked("P4", "P4.T7", "P4.1"),
    ),
    Row(
        "§1",
        Kind.CLAIM,
        "such layers learn in context as transformers do, by steps of gradient descent on an implicit linear model",
        linked("LSA.T13", "LSA.T12"),
    ),
)

BACKGROUND = (
    Row(
        "§2, Eq. 1", Kind.BACKGROUND, "softmax attention of queries, keys and values; local attention has the same form"
    ),
    Row("§2, after Eq. 4", Kind.BACKGROUND, "a non-linearity after the output, by which the output gates itself"),
    Row(
        "§2, after Eq. 6",
        Kind.CLAIM,
        "with local attention in front, the self-attention of a window takes the place of a token",
        (Defined(WINDOWS.C), Defined(WINDOWS.Z), *linked("LSA.3", "LSA.T4")),
    ),
    Row(
        "Eq. 4",
        Kind.DEFINITION,
        "the output is the state times a factor that depends on the input, as in Eqs. 13 and 18",
        linked("P2.T8", "GATE.T2"),
    ),
    Row(
        "Eq. 2",
        Kind.DEFINITION,
        "linear self-attention $Q Kᵀ V$",
        linked("LSA.T3", "LSA.T8"),
    ),
    Row(
        "Eq. 3",
        Kind.DEFINITION,
        "the general recurrence, $A(s_t) * Z_{t−1} + B(s_t)$, with * any multiplication",
        (Linked("LSA.1"), Defined(WINDOWS.Z), Linked("P2.T6")),
    ),
    Row(
        "Eq. 5",
        Kind.CLAIM,
        "linear attention as a recurrence, for the part of Eq. 2 with keys and values",
        linked("LSA.T1", "LSA.T2"),
    ),
    Row(
        "Eq. 6",
        Kind.CLAIM,
        "S4 and S5 have the form of Eq. 3, and are linear in the tokens",
        linked("LSA.2", "GATE.T3"),
    ),
)

SCALAR_TARGETS = (
    Row(
        "§3",
        Kind.CONSEQUENCE,
        "gradient descent accumulates gradients, and applies their sum to the initial parameters",
        linked("P1.T5", "P1.T6"),
    ),
    Row(
        "footnote 1",
        Kind.REMARK,
        "a layer whose recurrence depends on the input could simulate local attention",
    ),
    Row("Eq. 7", Kind.DEFINITION, "the implicit model, linear in its input", defined(SCALAR.problem.implicit)),
    Row(
        "Eq. 8",
        Kind.DEFINITION,
        "the least-squares loss, in terms of the model's predictions and written out",
        (Defined(SCALAR.problem.loss), Linked("P1.T8")),
    ),
    Row(
        "§3.1, after Eq. 8",
        Kind.CONSEQUENCE,
        "the gradient of the loss on the first $t$ samples",
        (Defined(SCALAR.problem.gradient), Linked("P1.T4")),
    ),
    Row(
        "Eq. 9",
        Kind.CONSEQUENCE,
        "the unscaled gradient, sample by sample; divided by $t$ it is the gradient",
        (Defined(SCALAR.accumulation(from_zero=False)[0]), Linked("P1.T5")),
    ),
    Row(
        "§3.1, before Eq. 10",
        Kind.CONSEQUENCE,
        "the prediction after a step from $w_0$, in terms of the gradient and of the unscaled gradient",
        linked("P1.T6"),
    ),
    Row(
        "Eq. 10",
        Kind.CONSEQUENCE,
        "the prediction after a step from $w_0 = 0$, in terms of both gradients",
        (Defined(SCALAR.accumulation(from_zero=True)[0]), Linked("P1.T7")),
    ),
    Row(
        "Proposition 1",
        Kind.CLAIM,
        "over constructed tokens, a diagonal linear recurrence outputs the prediction after one step, for every token",
        linked("P1", "P1.T2", "P1.4"),
    ),
    Row(
        "Eq. 11",
        Kind.CONSEQUENCE,
        "the state follows the recurrence of the unscaled gradient",
        (Defined(SCALAR.accumulation(from_zero=False)[0]), *linked("P1.T9", "P1.T10")),
    ),
    Row(
        "footnote 2",
        Kind.CLAIM,
        "a start other than 0 is treated in A.2, together with several steps",
        (Linked("P3"), Defined(STEPS.descent)),
    ),
    Row(
        "Eq. 12",
        Kind.CLAIM,
        "the state as an SSM: $Ψ$ selects $x_t y_t$ from the token",
        (Defined(CONSTRUCTED.z), Defined(CONSTRUCTED.Psi), *linked("P1.1", "P1.2", "P1.3", "P1.T9")),
    ),
    Row(
        "§3.1, after Eq. 12",
        Kind.CLAIM,
        "the state is $t$ times the gradient at 0",
        linked("P1.T10", "P1.3"),
    ),
    Row(
        "Eq. 13",
        Kind.CLAIM,
        "the output: $β$ times the state times the next input, which $Θ$ selects from the token, with $β = −η/N$",
        (Linked("P1.T11"), Defined(CONSTRUCTED.Theta), *linked("P1.2", "P1.3", "P1.T3")),
    ),
    Row("Eq. 14", Kind.DEFINITION, "the constructed token", defined(CONSTRUCTED.c)),
    Row(
        "Eq. 15",
        Kind.CLAIM,
        "in the summary, the recurrence is that of Eq. 12",
        (Defined(CONSTRUCTED.z), *linked("P1.1", "P1.3", "P1.T9")),
    ),
    Row(
        "Eq. 16",
        Kind.CLAIM,
        "in the summary, the output is the prediction",
        linked("P1", "P1.3"),
    ),
    Row(
        "§3.1, after Eq. 16",
        Kind.CLAIM,
        "the structure shows that multiplications are needed, at the input and at the output",
        linked(
            *("P1", "GATE.T1", "GATE.T2", "GATE.T6", "GATE.T7", "GATE.T8"),
            *(f"GATE.T{number}" for number in range(9, 15)),
            *("GATE.1", "GATE.2", "GATE.3"),
        ),
    ),
    Row(
        "§3, after footnote 1",
        Kind.CLAIM,
        "a non-linear implicit model needs non-linear embeddings of inputs and outputs",
        linked("P4.T7", "P4"),
    ),
    Row(
        "§3.1, after Eq. 8",
        Kind.CONSEQUENCE,
        "the best parameters are those that minimise the loss, to which gradient descent converges",
        linked("LIMIT.T7", "LIMIT.T14", "LIMIT.T8", *(f"LIMIT.T{number}" for number in range(16, 22))),
    ),
    Row(
        "§3.1, before Eq. 8",
        Kind.READING,
        "the samples of the data set are numbered from 0 to $N$",
        linked("STEP", "STEP.4"),
    ),
    Row(
        "§3.1, before Eq. 12",
        Kind.CLAIM,
        "a scalar target becomes a token by padding it with zeros",
        linked("DIM"),
    ),
    Row(
        "§3.1, after Eq. 13",
        Kind.READING,
        "$N$ in $β = −η/N$ is the number of samples, or the length of the context",
        linked("STEP", "STEP.3"),
    ),
)

VECTOR_TARGETS = (
    Row(
        "§3.2",
        Kind.CONSEQUENCE,
        "a problem with vector targets is one scalar problem for each component of the targets",
        (Defined(VECTOR.accumulation(from_zero=False)[0]), Linked("P2.T10")),
    ),
    Row(
        "Proposition 2",
        Kind.CLAIM,
        "over interleaved tokens and windows of three, a layer outputs the prediction after one step, for every token",
        linked("P2", "P2.T2", "P2.7", "P2.11", "P2.12"),
    ),
    Row(
        "§3.2, before Eq. 21",
        Kind.CLAIM,
        "the products of inputs and targets need a local attention that is quadratic in the tokens",
        linked("GATE.T2", "GATE.1", "GATE.2", "GATE.3", "P2"),
    ),
    Row(
        "Eq. 17",
        Kind.CLAIM,
        "the state accumulates $y_t x_tᵀ$, and corresponds to the parameters",
        linked("P2.T6", "P2.T7", "P2.3", "P2.8", "P2.9"),
    ),
    Row(
        "footnote 4",
        Kind.CLAIM,
        "a start other than 0 is treated in A.2",
        (Linked("P3"), Defined(STEPS.descent)),
    ),
    Row(
        "Eq. 18",
        Kind.CLAIM,
        "the output is $β$ times the state times the next input",
        linked("P2.T8", "P2.3"),
    ),
    Row(
        "Eq. 19",
        Kind.DEFINITION,
        "the inputs' places in the sequence of tokens",
        (Defined(TOKENS[0]), *linked("P2.T5", "P2.6")),
    ),
    Row(
        "Eq. 20",
        Kind.DEFINITION,
        "the targets' places in the sequence of tokens",
        (Defined(TOKENS[1]), *linked("P2.T5", "P2.6")),
    ),
    Row(
        "Eq. 21",
        Kind.DEFINITION,
        "the window of three tokens, as the columns of a matrix",
        (Defined(WINDOWS.C), Linked("P2.T5")),
    ),
    Row(
        "§3.2, after Eq. 21",
        Kind.CLAIM,
        "with $Q = e₁e₂ᵀ$, local attention $C Q Cᵀ$ is the input $y_t x_tᵀ$ of Eq. 17",
        (Defined(WINDOWS.Q), *linked("P2.T6", "P2.1", "P2.2")),
    ),
    Row(
        "§3.2, after Eq. 21",
        Kind.DEFINITION,
        "the state of a GD-SSM is a matrix, so it is two-dimensional",
        defined(WINDOWS.Z),
    ),
    Row(
        "§3.2, after Eq. 21",
        Kind.CLAIM,
        "read out with $q = e₃$, the output is the prediction, for targets of any dimension",
        (Linked("P2"), Defined(READOUT), *linked("P2.1", "P2.2")),
    ),
    Row(
        "§3.2, after Eq. 21",
        Kind.CLAIM,
        "the window slides over every token",
        linked(
            *("STRIDE", "STRIDE.T8", "STRIDE.T9", "STRIDE.T4", "STRIDE.T5", "STRIDE.T7", "STRIDE.T6"),
            *("STRIDE.1", "STRIDE.2", "STRIDE.3", "P2.11"),
        ),
    ),
    Row(
        "§3.2, after Eq. 21",
        Kind.CLAIM,
        "local attention $C Q Cᵀ$ is Eq. 2, truncated, and reproduces Eqs. 2 and 5",
        linked("LSA.T4", "LSA.T7", "LSA.T9", *(f"LSA.{number}" for number in (4, *range(6, 10)))),
    ),
    Row(
        "Propositions 1, 2 and 3",
        Kind.CLAIM,
        "a prediction at every step",
        linked("STEP", "STEP.T3", "STEP.T10", "STEP.T11", "STEP.1", "STEP.5", "STEP.2", "STEP.6"),
    ),
    Row(
        "footnote 3",
        Kind.CLAIM,
        "inputs and targets of different dimensions: zeros appended, or a linear map",
        linked("DIM", "DIM.1", "DIM.2", "DIM.3"),
    ),
)

GENERAL = (
    Row(
        "§3.3",
        Kind.CLAIM,
        "several steps are computed by several layers, each of which holds the parameters after one more step",
        (*linked("P3", "P3.T7"), Defined(STEPS.stack)),
    ),
    Row(
        "§3.3",
        Kind.CLAIM,
        "a start other than 0 adds one term, and each of the two terms has a recurrence of its own",
        (*linked("P3.T5", "P3.T6"), Defined(FIRST.Z), Defined(SECOND.Z)),
    ),
    Row(
        "§3.3",
        Kind.CLAIM,
        "MLP layers turn the state into the gradient of a non-linear model",
        linked("P4", "P4.1", "P4.2"),
    ),
    Row(
        "§3.3",
        Kind.CONSEQUENCE,
        "the paper speaks of any regression problem; classification, which it leaves out, is treated here",
        linked("CE", "CE.T5", "CE.T6"),
    ),
    Row(
        "§3.3",
        Kind.CLAIM,
        "a penalty that does not depend on the input leaves the recurrence as it is",
        linked("A4", "A4.T6"),
    ),
)

TRAINING = (
    Row(
        "§4.1",
        Kind.DEFINITION,
        "training minimises the expected squared error; inputs are uniform, tasks normal, and targets from a linear "
        "model",
        (Defined(UNIFORM_ERROR), Linked("OPT1.T2")),
    ),
    Row(
        "§4.1",
        Kind.CONSEQUENCE,
        "the output at the last token is the prediction for the query",
        linked("P1"),
    ),
    Row(
        "§4.1",
        Kind.MEASUREMENT,
        "trained on scalar targets, the model agrees with gradient descent in predictions, sensitivities and loss",
        (Trained("f5_N10_scalar"), Linked("OPT1.T2")),
    ),
    Row(
        "§4.1",
        Kind.CONSEQUENCE,
        "on inputs of another scale than in training, the layer with these parameters still computes one step",
        linked("P1", "P2"),
    ),
    Row(
        "§4.2",
        Kind.MEASUREMENT,
        "trained on vector targets and interleaved tokens, the model agrees with gradient descent in the same "
        "quantities",
        (Trained("f5_N10"), Trained("f10_N10"), Linked("OPT1.T2")),
    ),
    Row(
        "§4.3",
        Kind.MEASUREMENT,
        "trained with several layers, the model reaches the loss of the same number of steps",
        (
            Trained("f5_N10_two_steps"),
            *linked(*(f"OPTL.T{number}" for number in (*range(9, 16), 46, 50, 51, 52))),
        ),
    ),
)

APPENDIX = (
    Row("A.1", Kind.DEFINITION, "the implicit model with vector targets", defined(VECTOR.problem.implicit)),
    Row(
        "A.1",
        Kind.READING,
        "the dimension of the targets and the number of samples have the same letter",
        linked("P2.T9", "P2.10"),
    ),
    Row(
        "Eq. 22",
        Kind.DEFINITION,
        "the least-squares loss for vector targets",
        (Defined(VECTOR.problem.loss), Linked("P2.T9")),
    ),
    Row(
        "A.1, after Eq. 22",
        Kind.CLAIM,
        "the gradient of the loss for vector targets on the first $t$ samples",
        (Defined(VECTOR.problem.gradient), *linked("P2.T4", "P2.13")),
    ),
    Row(
        "Eq. 23",
        Kind.CONSEQUENCE,
        "the unscaled gradient for one component, sample by sample: column $i$ for $u = e_i$; dividing by $t$ gives "
        "the gradient",
        (Defined(VECTOR.accumulation(from_zero=False)[0]), Linked("P2.T10")),
    ),
    Row(
        "A.1, after Eq. 23",
        Kind.CLAIM,
        "with $Q = e₁e₂ᵀ$ and $W = 0$, the input to the state is, for each component, that of Eq. 23",
        linked("P2.T6", "P2.1", "P2.2", "P2.9"),
    ),
    Row(
        "A.1, after Eq. 23",
        Kind.CLAIM,
        "the columns of the state are the unscaled gradients for the components of the targets",
        linked("P2.T7", "P2.4"),
    ),
    Row(
        "A.1, after Eq. 23",
        Kind.CLAIM,
        "read out with $q$ and $−η/N$, the output at $t$ is the prediction after one step on the first $t$ samples",
        (*linked("P2", "P2.T3"), Defined(READOUT), *linked("P2.5", "P2.12")),
    ),
    Row(
        "Proposition 3",
        Kind.CLAIM,
        "$L$ layers with two recurrences each output the prediction after $L$ steps, for every token",
        (Linked("P3"), Defined(STEPS.descent), *linked("P3.T2", "P3.T8", "P3.5", "P3.6", "P3.9")),
    ),
    Row(
        "A.2, after Proposition 3",
        Kind.CLAIM,
        "two heads accumulate the two parts of the gradient, $y xᵀ$ and $x xᵀ$",
        (Defined(FIRST.Z), Defined(SECOND.Z), *linked("P3.T5", "P3.T6", "P3.7")),
    ),
    Row(
        "A.2, after Proposition 3",
        Kind.DEFINITION,
        "the weights of the second head",
        (Defined(SECOND.Q), *linked("P3.T6", "P3.4")),
    ),
    Row(
        "A.2, after Proposition 3",
        Kind.CLAIM,
        "the output of a layer, computed from the two states and the parameters that the layer receives",
        (Defined(STEPS.stack), *linked("P3.T7", "P3", "P3.1", "P3.2", "P3.3")),
    ),
    Row(
        "A.2, after Proposition 3",
        Kind.CLAIM,
        "the same layer can be looped in place of a stack",
        linked("P3.T3", "P3.8"),
    ),
    Row(
        "A.5",
        Kind.DEFINITION,
        "inputs uniform on $(−1, 1)$, tasks standard normal, targets linear in the inputs: $α = 1$",
        (Defined(UNIFORM_ERROR), Linked("OPT1")),
    ),
    Row(
        "A.6",
        Kind.CONSEQUENCE,
        "vector targets are several tasks over the same inputs, one for each component",
        (Defined(VECTOR.accumulation(from_zero=False)[0]), Linked("OPT1")),
    ),
    Row(
        "A.3",
        Kind.DEFINITION,
        "the loss of the non-linear model, and its gradient",
        linked("P4.T3"),
    ),
    Row(
        "A.3, after Proposition 4",
        Kind.CLAIM,
        "a network, which can approximate any function, maps the unscaled gradient of the linear model to that of the "
        "non-linear one",
        linked("P4.T4", "P4.T5", "P4.T6", "P4", "P4.1", "P4.2", "P4.3", "P4.4"),
    ),
    Row(
        "Proposition 4",
        Kind.CLAIM,
        "a layer followed by an MLP does one step on a non-linear model",
        linked("P4", "P4.1", "P4.3", "P4.4"),
    ),
    Row(
        "A.5",
        Kind.CLAIM,
        "the factor $β$ of the construction, and the distribution of the inputs, compared with the authors' code",
        linked("CODE", "CODE.T8", "CODE.1", "CODE.2"),
    ),
    Row(
        "A.7",
        Kind.CLAIM,
        "the model with several layers, compared with the authors' code: one step for each layer, an output at each "
        "token",
        linked("CODE.T10", "CODE.3", "CODE.4", "CODE.5"),
    ),
    Row(
        "A.4",
        Kind.CLAIM,
        "with an L2 penalty the gradient has one more term, and only the update in the output changes",
        linked("A4", "A4.T3", "A4.1", "A4.2", "A4.3", "A4.4", "A4.5"),
    ),
)

_TRAINED: tuple[Named, ...] = (
    *(Trained(folder) for folder in ("f5_N10", "f10_N10", "f5_N10_scalar", "f5_N10_two_steps")),
    Linked("OPT1"),
)

ELSEWHERE = (
    Row(
        "abstract",
        Kind.MEASUREMENT,
        "trained on several steps, and on non-linear models, the results are consistent with the above",
        (Trained("f5_N10_two_steps"), *linked("P3", "P4.T7")),
    ),
    Row("abstract", Kind.REMARK, "the layer can be trained at scale, and is effective on general tasks"),
    Row(
        "abstract of version 2",
        Kind.CLAIM,
        "one layer with multiplicative gates at input and output gives the prediction after one step",
        linked("P2", "GATE.T6", "P2.T6", "P2.T8"),
    ),
    Row(
        "abstract of version 2",
        Kind.CLAIM,
        "several steps and non-linear models are a straightforward extension",
        linked("P3", "P4.T7", "P4.1"),
    ),
    Row(
        "abstract of version 2",
        Kind.MEASUREMENT,
        "models that are trained from random starts learn the parameters of the construction",
        _TRAINED,
    ),
    Row(
        "abstract of version 2",
        Kind.CLAIM,
        "gates at input and output are the key inductive bias",
        linked("GATE", "GATE.T1", "GATE.T2", "GATE.1", "GATE.2", "GATE.3"),
    ),
    Row(
        "abstract of version 2",
        Kind.CLAIM,
        "there is a relation between state-space models and linear self-attention",
        linked("LSA", "LSA.T1", "LSA.T6", "LSA.T7"),
    ),
    Row(
        "poster of 2025",
        Kind.CLAIM,
        "with gates and a sliding window over the context, one layer computes one step of mini-batch gradient descent",
        linked("P2", "STRIDE.T4"),
    ),
    Row(
        "poster of 2025",
        Kind.MEASUREMENT,
        "models that are trained from random starts converge to the exact parameters",
        _TRAINED,
    ),
    Row(
        "poster of 2025",
        Kind.CLAIM,
        "stacked layers make several steps, and MLPs non-linear problems",
        linked("P3", "P4.T7", "P4.1"),
    ),
    Row("poster of 2025", Kind.REMARK, "the same principle may underlie learning in the brain"),
    Row(
        "abstract of version 3",
        Kind.CLAIM,
        "a short window's products and a multiplicative readout suffice for mini-batch gradient descent",
        linked("P2", "P2.T6", "P2.T8", "STEP.T1"),
    ),
    Row(
        "abstract of version 3",
        Kind.CLAIM,
        "the usual update does not give the products of inputs and targets that gradient descent needs",
        linked("GATE.T3", "GATE.T8"),
    ),
    Row(
        "abstract of version 3",
        Kind.CLAIM,
        "the design extends to several steps, to cross-entropy, and in a limited way to non-linear regression",
        linked("P3", "CE", "P4.T7", "P4.1"),
    ),
    Row(
        "abstract of version 3",
        Kind.MEASUREMENT,
        "trained models show the parameters that the construction predicts",
        _TRAINED,
    ),
    Row("abstract of version 3", Kind.REMARK, "the layer performs well on Long Range Arena and in language modelling"),
    Row(
        "note of 2026",
        Kind.CLAIM,
        "a layer of linear self-attention can be made equal to one step of gradient descent (von Oswald et al.)",
        linked("LSA.T12", "LSA.T13"),
    ),
    Row("note of 2026", Kind.REMARK, "transformers can compute steps, ridge regression and exact least squares"),
    Row("note of 2026", Kind.REMARK, "trained attention comes to the weights of the construction"),
)

ROWS: tuple[Row, ...] = (
    *ABSTRACT,
    *BACKGROUND,
    *SCALAR_TARGETS,
    *VECTOR_TARGETS,
    *GENERAL,
    *TRAINING,
    *APPENDIX,
    *ELSEWHERE,
)
