"""The largest numbers that `gdssm predict` and `gdssm train` take; nothing is imported for them."""

#: Sizes up to this one are predicted, and so many steps.
LARGEST_SIZE, MOST_STEPS = 1_000_000_000, 3

#: Sizes up to this one are trained, and as many layers as steps are predicted.
LARGEST_TRAINED = 1000

#: So many coordinates can have a variance of their own.
MOST_COORDINATES = 100
