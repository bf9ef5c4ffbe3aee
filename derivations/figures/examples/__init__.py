"""The pictures at the head of the notebooks: each is drawn for an `Example`, from which it takes all sizes."""

from .authors_code import dividing_by_features as dividing_by_features
from .every_token import window_at_every_token as window_at_every_token
from .example import Example as Example
from .identity import identity as identity
from .identity import recurrence as recurrence
from .identity import windows as windows
from .losses import losses as losses
from .many_steps import towards_least_squares as towards_least_squares
from .non_linear import same_state as same_state
from .one_step import errors as errors
from .recurrences import as_learners as as_learners
from .trained import coefficients as coefficients
from .trained import committed_run as committed_run
from .trained import learned as learned
from .trained import learned_numbers as learned_numbers
from .trained import loss_curves as loss_curves
from .trained import trained as trained
