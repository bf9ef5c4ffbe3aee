"""The paper, place by place, in our own words: what `gdssm coverage` has to account for.

A row names objects of the engine; nothing here says what was found out about them, or who uses them. Objects are built
by the modules that own them, or looked up in a claim by the title of a theorem or by the place of a reading.
"""

from __future__ import annotations

from derivations.claims import best_rate, proposition_1, proposition_2, proposition_3
from derivations.paper.coverage import Defined, Headline, Kind, Named, Proved, ReadAs, Row, Trained
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.theory.gd_ssm import TOKENS, TokenHead, WindowHead, query_selector

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


ABSTRACT = (
    Row(
        "abstract",
        Kind.CLAIM,
        "one SSM layer with local attention gives the prediction of a linear model after one step of gradient descent",
        (Headline("P1"), Headline("P2")),
    ),
    Row(
        "abstract",
        Kind.CLAIM,
        "the state of a diagonal linear recurrence adds up a gradient, which is then applied to the parameters",
        (Proved("P1", "the state is the unscaled gradient"), Proved("P2", "the state is the unscaled gradient")),
    ),
    Row(
        "§1, contribution 1",
        Kind.CLAIM,
        "a layer with diagonal recurrence, a matrix for its state, and products in its input and output does one step",
        (Headline("P2"), Defined(WINDOWS.Z)),
    ),
    Row(
        "§1, contribution 2",
        Kind.CLAIM,
        "stacking such layers gives several steps",
        (Headline("P3"), Proved("P3", "L layers with states of their own"), ReadAs("P3", "§3.3")),
    ),
    Row(
        "abstract, and §1, contribution 4",
        Kind.MEASUREMENT,
        "a model that is trained from a random start learns the parameters of the construction",
        (
            *(Trained(folder) for folder in ("f5_N10", "f10_N10", "f5_N10_scalar", "f5_N10_two_steps")),
            Headline("OPT1"),
            Proved("OPTG", "the quotient is the best coefficient"),
            Proved("OPTX", "the predictor at decay 0"),
        ),
    ),
    Row(
        "abstract, and §1, contribution 1",
        Kind.CLAIM,
        "what makes it possible is that input and output are multiplied with what depends on the input",
        (Headline("GATE"), Headline("P2"), ReadAs("GATE")),
    ),
    Row(
        "§1, contribution 3",
        Kind.CLAIM,
        "non-linearities added to the layer give gradient descent on a non-linear model",
        (Headline("P4"), Proved("P4", "an embedding before the layers"), ReadAs("P4", words="some map f")),
    ),
    Row(
        "§1",
        Kind.CLAIM,
        "such layers learn in context as transformers do, by steps of gradient descent on an implicit linear model",
        (Proved("LSA", "linear attention, gradient descent and the GD-SSM"), Proved("LSA", "over tokens [x; y]")),
    ),
)

BACKGROUND = (
    Row("§2, Eq. 1", Kind.BACKGROUND, "softmax attention of queries, keys and values; local attention is the same"),
    Row("§2, after Eq. 4", Kind.BACKGROUND, "a non-linearity behind the output, which gates it by itself"),
    Row(
        "§2, after Eq. 6",
        Kind.CLAIM,
        "with local attention in front, the self-attention of a window takes the place of a token",
        (
            Defined(WINDOWS.C),
            Defined(WINDOWS.Z),
            ReadAs("LSA", words="takes the place of s_t"),
            Proved("LSA", "the scores Q Kᵀ of a window"),
        ),
    ),
    Row(
        "Eq. 4",
        Kind.DEFINITION,
        "the output: the state times what depends on the input, as in Eqs. 13 and 18",
        (Proved("P2", "what the output reads"), Proved("GATE", "a gate at the output alone")),
    ),
    Row(
        "Eq. 2",
        Kind.DEFINITION,
        "linear self-attention Q Kᵀ V",
        (Proved("LSA", "Eq. 2 row by row"), Proved("LSA", "Eq. 2 is cubic")),
    ),
    Row(
        "Eq. 3",
        Kind.DEFINITION,
        "the general recurrence, A(s_t) * Z_{t−1} + B(s_t), with * any multiplication",
        (ReadAs("LSA", "Eq. 3"), Defined(WINDOWS.Z), Proved("P2", "a step of the state")),
    ),
    Row(
        "Eq. 5",
        Kind.CLAIM,
        "linear attention as a recurrence, the part of Eq. 2 with keys and values",
        (Proved("LSA", "causal linear attention as a recurrence"), Proved("LSA", "with one more token")),
    ),
    Row(
        "Eq. 6",
        Kind.CLAIM,
        "S4 and S5 have the form of Eq. 3, and are linear in the tokens",
        (ReadAs("LSA", words="Z_t = A Z_{t−1}"), Proved("GATE", "no gate")),
    ),
)

SCALAR_TARGETS = (
    Row(
        "§3",
        Kind.CONSEQUENCE,
        "gradient descent is to add up gradients, and to apply the sum to the parameters at the start",
        (Proved("P1", "a recurrence, from any start"), Proved("P1", "the unscaled gradient, from any start")),
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
        "the least-squares loss, by the model's predictions and written out",
        (Defined(SCALAR.problem.loss), Proved("P1", "the loss of the implicit model")),
    ),
    Row(
        "§3.1, after Eq. 8",
        Kind.CONSEQUENCE,
        "the gradient of the loss on the first t samples",
        (Defined(SCALAR.problem.gradient), Proved("P1", "the gradient of the loss")),
    ),
    Row(
        "Eq. 9",
        Kind.CONSEQUENCE,
        "the unscaled gradient, sample by sample; divided by t it is the gradient",
        (Defined(SCALAR.accumulation(from_zero=False)[0]), Proved("P1", "a recurrence, from any start")),
    ),
    Row(
        "§3.1, before Eq. 10",
        Kind.CONSEQUENCE,
        "the prediction after a step from w_0, by the gradient and by the unscaled gradient",
        (Proved("P1", "the unscaled gradient, from any start"),),
    ),
    Row(
        "Eq. 10",
        Kind.CONSEQUENCE,
        "the same for w_0 = 0",
        (
            Defined(SCALAR.accumulation(from_zero=True)[0]),
            Proved("P1", "the prediction from the unscaled gradient, from 0"),
        ),
    ),
    Row(
        "Proposition 1",
        Kind.CLAIM,
        "over constructed tokens, a diagonal linear recurrence outputs the prediction after one step, for every token",
        (Headline("P1"), Proved("P1", "the output after every sample"), ReadAs("P1", "Proposition 1")),
    ),
    Row(
        "Eq. 11",
        Kind.CONSEQUENCE,
        "the state follows the recurrence of the unscaled gradient",
        (
            Defined(SCALAR.accumulation(from_zero=False)[0]),
            Proved("P1", "a step of the state"),
            Proved("P1", "the state is the unscaled gradient"),
        ),
    ),
    Row(
        "footnote 2",
        Kind.CLAIM,
        "a start that is not 0 is treated with several steps, in A.2",
        (Headline("P3"), Defined(STEPS.descent)),
    ),
    Row(
        "Eq. 12",
        Kind.CLAIM,
        "the state as an SSM: Ψ selects x_t y_t from the token",
        (Defined(CONSTRUCTED.z), Defined(CONSTRUCTED.Psi), ReadAs("P1", "Eq. 12"), Proved("P1", "a step of the state")),
    ),
    Row(
        "§3.1, after Eq. 12",
        Kind.CLAIM,
        "the state is t times the gradient at 0",
        (Proved("P1", "the state is the unscaled gradient"), ReadAs("P1", words="adds up x_t y_t")),
    ),
    Row(
        "Eq. 13",
        Kind.CLAIM,
        "the output: β times the state times the next input, which Θ selects from the token, with β = −η/N",
        (
            Proved("P1", "what the output reads"),
            Defined(CONSTRUCTED.Theta),
            ReadAs("P1", "Eq. 13"),
            Proved("P1", "the factor for N samples kept"),
        ),
    ),
    Row("Eq. 14", Kind.DEFINITION, "the constructed token", defined(CONSTRUCTED.c)),
    Row(
        "Eq. 15",
        Kind.CLAIM,
        "the recurrence of the summary is that of Eq. 12",
        (Defined(CONSTRUCTED.z), ReadAs("P1", "Eq. 15"), Proved("P1", "a step of the state")),
    ),
    Row(
        "Eq. 16",
        Kind.CLAIM,
        "the output of the summary is the prediction",
        (Headline("P1"), ReadAs("P1", "Eq. 16")),
    ),
    Row(
        "§3.1, after Eq. 16",
        Kind.CLAIM,
        "the structure shows that products are needed, in the input and in the output",
        (
            Headline("P1"),
            Proved("GATE", "a gate at the input alone"),
            Proved("GATE", "a gate at the output alone"),
            Proved("GATE", "two layers with a gate at the output each"),
            Proved("GATE", "constructed tokens"),
            ReadAs("GATE"),
        ),
    ),
    Row(
        "§3, after footnote 1",
        Kind.CLAIM,
        "a non-linear implicit model needs non-linear embeddings of inputs and outputs",
        (Proved("P4", "an embedding before the layers"), Headline("P4")),
    ),
    Row(
        "§3.1, after Eq. 8",
        Kind.CONSEQUENCE,
        "the best parameters are those of the least loss: what gradient descent comes to",
        (Proved("LIMIT", "the limit of gradient descent"), Proved("LIMIT", "the limit solves the normal equations")),
    ),
    Row(
        "§3.1, before Eq. 8",
        Kind.READING,
        "the samples of the data set are numbered from 0 to N",
        (Headline("STEP"), ReadAs("STEP", words="i = 0")),
    ),
    Row(
        "§3.1, before Eq. 12",
        Kind.CLAIM,
        "a scalar target is a token once it is padded with zeros",
        (Headline("DIM"),),
    ),
    Row(
        "§3.1, after Eq. 13",
        Kind.READING,
        "the number of samples, or the length of the context",
        (Headline("STEP"), ReadAs("STEP", words="total length")),
    ),
)

VECTOR_TARGETS = (
    Row(
        "§3.2",
        Kind.CONSEQUENCE,
        "a problem with vector targets is one for each component of them",
        (Defined(VECTOR.accumulation(from_zero=False)[0]), Proved("P2", "a recurrence, from any start")),
    ),
    Row(
        "Proposition 2",
        Kind.CLAIM,
        "over interleaved tokens and windows of three, a layer outputs the prediction after one step, for every token",
        (Headline("P2"), Proved("P2", "the output after every sample"), ReadAs("P2", "Proposition 2")),
    ),
    Row(
        "§3.2, before Eq. 21",
        Kind.CLAIM,
        "the products of inputs and targets make a local attention necessary, which is quadratic in the tokens",
        (
            Proved("GATE", "a gate at the output alone"),
            ReadAs("GATE"),
            Headline("P2"),
        ),
    ),
    Row(
        "Eq. 17",
        Kind.CLAIM,
        "the state adds up y_t x_tᵀ, and corresponds to the parameters",
        (
            Proved("P2", "a step of the state"),
            Proved("P2", "the state is the unscaled gradient"),
            ReadAs("P2", "Eq. 17"),
        ),
    ),
    Row(
        "footnote 4",
        Kind.CLAIM,
        "a start that is not 0 is treated in A.2",
        (Headline("P3"), Defined(STEPS.descent)),
    ),
    Row(
        "Eq. 18",
        Kind.CLAIM,
        "the output is β times the state times the next input",
        (Proved("P2", "what the output reads"), ReadAs("P2", "Eq. 18")),
    ),
    Row(
        "Eq. 19",
        Kind.DEFINITION,
        "the inputs' places in the sequence of tokens",
        (Defined(TOKENS[0]), Proved("P2", "the window over the sequence"), ReadAs("P2", "Eq. 19")),
    ),
    Row(
        "Eq. 20",
        Kind.DEFINITION,
        "the targets' places in the sequence of tokens",
        (Defined(TOKENS[1]), Proved("P2", "the window over the sequence"), ReadAs("P2", "Eq. 20")),
    ),
    Row(
        "Eq. 21",
        Kind.DEFINITION,
        "the window of three tokens, as the columns of a matrix",
        (Defined(WINDOWS.C), Proved("P2", "the window over the sequence")),
    ),
    Row(
        "§3.2, after Eq. 21",
        Kind.CLAIM,
        "with Q = e₁e₂ᵀ, local attention C Q Cᵀ is the input y_t x_tᵀ of Eq. 17",
        (Defined(WINDOWS.Q), Proved("P2", "a step of the state"), ReadAs("P2", "§3.2")),
    ),
    Row(
        "§3.2, after Eq. 21",
        Kind.DEFINITION,
        "the state of a GD-SSM: a matrix, so that the state is two-dimensional",
        defined(WINDOWS.Z),
    ),
    Row(
        "§3.2, after Eq. 21",
        Kind.CLAIM,
        "read out with q = e₃, the output is the prediction, for targets of any dimension",
        (Headline("P2"), Defined(READOUT), ReadAs("P2", "§3.2")),
    ),
    Row(
        "§3.2, after Eq. 21",
        Kind.CLAIM,
        "the window slides over every token",
        (
            Headline("STRIDE"),
            Proved("STRIDE", "the last output"),
            Proved("STRIDE", "a gate of period 2"),
            Proved("STRIDE", "two heads with decays"),
            ReadAs("STRIDE"),
            ReadAs("P2", words="a sliding window"),
        ),
    ),
    Row(
        "§3.2, after Eq. 21",
        Kind.CLAIM,
        "local attention C Q Cᵀ is a truncated Eq. 2, and reproduces Eqs. 2 and 5",
        (
            Proved("LSA", "the scores Q Kᵀ of a window"),
            Proved("LSA", "one head for each rank of Q"),
            Proved("LSA", "local self-attention is quadratic"),
            ReadAs("LSA", "§3.2"),
        ),
    ),
    Row(
        "Propositions 1, 2 and 3",
        Kind.CLAIM,
        "a prediction at every step",
        (Headline("STEP"), Proved("STEP", "after t samples"), ReadAs("STEP", words="each recurrent step")),
    ),
    Row(
        "footnote 3",
        Kind.CLAIM,
        "inputs and targets of different dimensions: zeros appended, or a linear map",
        (Headline("DIM"), ReadAs("DIM")),
    ),
)

GENERAL = (
    Row(
        "§3.3",
        Kind.CLAIM,
        "several steps are layers that each hold the parameters after one more step",
        (Headline("P3"), Proved("P3", "the parameters after L layers are those"), Defined(STEPS.stack)),
    ),
    Row(
        "§3.3",
        Kind.CLAIM,
        "a start that is not 0 adds one term, and each of the two terms has a recurrence of its own",
        (Proved("P3", "as a sum over samples"), Defined(FIRST.Z), Defined(SECOND.Z)),
    ),
    Row(
        "§3.3",
        Kind.CLAIM,
        "MLP layers turn the state into the gradient of a non-linear model",
        (Headline("P4"), ReadAs("P4", words="some map f"), ReadAs("P4", words="the same, for g")),
    ),
    Row(
        "§3.3",
        Kind.CONSEQUENCE,
        "any regression problem: what can be said of classification, which the paper leaves out",
        (Headline("CE"), Proved("CE", "softmax cross-entropy where")),
    ),
    Row(
        "§3.3",
        Kind.CLAIM,
        "a penalty that does not depend on the input leaves the recurrence as it is",
        (Headline("A4"), Proved("A4", "any further term")),
    ),
)

TRAINING = (
    Row(
        "§4.1",
        Kind.DEFINITION,
        "what is minimised: the expected squared error, inputs uniform, tasks normal, targets from a linear model",
        (Defined(UNIFORM_ERROR), Proved("OPT1", "inputs uniform")),
    ),
    Row(
        "§4.1",
        Kind.CONSEQUENCE,
        "the output at the last token is the prediction for the query",
        (Headline("P1"),),
    ),
    Row(
        "§4.1",
        Kind.MEASUREMENT,
        "trained on scalar targets, the model agrees with gradient descent: predictions, sensitivities, loss",
        (Trained("f5_N10_scalar"), Proved("OPT1", "inputs uniform")),
    ),
    Row(
        "§4.1",
        Kind.CONSEQUENCE,
        "on inputs of another scale than in training the layer with these parameters is still one step",
        (Headline("P1"), Headline("P2")),
    ),
    Row(
        "§4.2",
        Kind.MEASUREMENT,
        "the same for vector targets and interleaved tokens",
        (Trained("f5_N10"), Trained("f10_N10"), Proved("OPT1", "inputs uniform")),
    ),
    Row(
        "§4.3",
        Kind.MEASUREMENT,
        "trained with several layers, the model reaches the loss of as many steps",
        (Trained("f5_N10_two_steps"), Proved("OPTL", "uniform inputs, 2 steps")),
    ),
)

APPENDIX = (
    Row("A.1", Kind.DEFINITION, "the implicit model with vector targets", defined(VECTOR.problem.implicit)),
    Row(
        "A.1",
        Kind.READING,
        "the dimension of the targets and the number of samples bear one letter",
        (Proved("P2", "the loss of the implicit model"), ReadAs("P2", words="N-dimensional")),
    ),
    Row(
        "Eq. 22",
        Kind.DEFINITION,
        "the least-squares loss for vector targets",
        (Defined(VECTOR.problem.loss), Proved("P2", "the loss of the implicit model")),
    ),
    Row(
        "A.1, after Eq. 22",
        Kind.CLAIM,
        "its gradient on the first t samples",
        (
            Defined(VECTOR.problem.gradient),
            Proved("P2", "the gradient of the loss"),
            ReadAs("P2", "Eq. 22"),
        ),
    ),
    Row(
        "Eq. 23",
        Kind.CONSEQUENCE,
        "the unscaled gradient of a component, sample by sample; with u = e_i, column i; divided by t, the gradient's",
        (Defined(VECTOR.accumulation(from_zero=False)[0]), Proved("P2", "a recurrence, from any start")),
    ),
    Row(
        "A.1, after Eq. 23",
        Kind.CLAIM,
        "with Q = e₁e₂ᵀ and W = 0 the input of the state is component by component that of Eq. 23",
        (
            Proved("P2", "a step of the state"),
            ReadAs("P2", words="Q = e₁e₂ᵀ"),
            ReadAs("P2", words="W = 0 is assumed"),
        ),
    ),
    Row(
        "A.1, after Eq. 23",
        Kind.CLAIM,
        "the columns of the state are the unscaled gradients of the components",
        (Proved("P2", "the state is the unscaled gradient"), ReadAs("P2", words="the columns of Z_t")),
    ),
    Row(
        "A.1, after Eq. 23",
        Kind.CLAIM,
        "read out with q and −η/N, the output at t is the prediction after one step on the first t samples",
        (
            Headline("P2"),
            Proved("P2", "the factor for N samples kept"),
            Defined(READOUT),
            ReadAs("P2", words="q = (0, 1)"),
            ReadAs("P2", words="each recurrent step"),
        ),
    ),
    Row(
        "Proposition 3",
        Kind.CLAIM,
        "L layers with two recurrences each output the prediction after L steps, for every token",
        (
            Headline("P3"),
            Defined(STEPS.descent),
            Proved("P3", "in closed form"),
            ReadAs("P3", "Proposition 3"),
        ),
    ),
    Row(
        "A.2, after Proposition 3",
        Kind.CLAIM,
        "two heads add up the two parts of the gradient, y xᵀ and x xᵀ",
        (
            Defined(FIRST.Z),
            Defined(SECOND.Z),
            Proved("P3", "as a sum over samples"),
            ReadAs("P3", words="R^(m×m)"),
        ),
    ),
    Row(
        "A.2, after Proposition 3",
        Kind.DEFINITION,
        "the weights of the second head",
        (Defined(SECOND.Q), Proved("P3", "the state Z̃ as a sum"), ReadAs("P3", words="Q̃ is")),
    ),
    Row(
        "A.2, after Proposition 3",
        Kind.CLAIM,
        "the output of a layer, from the parameters that it is given and the two states",
        (
            Defined(STEPS.stack),
            Proved("P3", "the parameters after L layers are those"),
            Headline("P3"),
            ReadAs("P3", words="Δ_lW = −(η/N)"),
            ReadAs("P3", words="the same formulas"),
        ),
    ),
    Row(
        "A.2, after Proposition 3",
        Kind.CLAIM,
        "the same layer can be looped in place of a stack",
        (Proved("P3", "one layer looped L times"), ReadAs("P3", "§3.3")),
    ),
    Row(
        "A.5",
        Kind.DEFINITION,
        "inputs uniform on (−1, 1), tasks standard normal, targets linear in the inputs: α = 1",
        (Defined(UNIFORM_ERROR), Headline("OPT1")),
    ),
    Row(
        "A.6",
        Kind.CONSEQUENCE,
        "vector targets are as many tasks as they have components, over the same inputs",
        (Defined(VECTOR.accumulation(from_zero=False)[0]), Headline("OPT1")),
    ),
    Row(
        "A.3",
        Kind.DEFINITION,
        "the loss of the non-linear model, and its gradient",
        (Proved("P4", "the gradient of the loss"),),
    ),
    Row(
        "A.3, after Proposition 4",
        Kind.CLAIM,
        "a network, which approximates any function, maps the unscaled gradient of the linear model to that of the "
        "non-linear one",
        (
            Proved("P4", "no function of the state"),
            Proved("P4", "two data sets with the same state"),
            Proved("P4", "their gradients for the logistic"),
            Headline("P4"),
            ReadAs("P4", "A.3"),
        ),
    ),
    Row(
        "Proposition 4",
        Kind.CLAIM,
        "a layer with an MLP behind it does one step on a non-linear model",
        (Headline("P4"), ReadAs("P4", "Proposition 4")),
    ),
    Row(
        "A.5",
        Kind.CLAIM,
        "the constructed factor, and the law of the inputs, in the code that was run",
        (
            Headline("CODE"),
            Proved("CODE", "the best coefficient by the scale"),
            ReadAs("CODE", words="β = −η/N"),
            ReadAs("CODE", words="inputs are drawn"),
        ),
    ),
    Row(
        "A.7",
        Kind.CLAIM,
        "the model with several layers, in the code that was run: a step for each layer, and an output at each token",
        (
            Proved("CODE", "three layers of the code, two steps from W_0 = 0"),
            ReadAs("CODE", "§4.3"),
            ReadAs("CODE", words="an output for every token"),
        ),
    ),
    Row(
        "A.4",
        Kind.CLAIM,
        "with an L2 penalty the gradient has one term more, and only the update in the output changes",
        (Headline("A4"), Proved("A4", "the gradient of the penalised loss"), ReadAs("A4", "A.4")),
    ),
)

ROWS: tuple[Row, ...] = (
    *ABSTRACT,
    *BACKGROUND,
    *SCALAR_TARGETS,
    *VECTOR_TARGETS,
    *GENERAL,
    *TRAINING,
    *APPENDIX,
)
