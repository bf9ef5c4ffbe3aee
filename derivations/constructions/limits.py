"""The largest numbers that `gdssm unroll` takes; nothing is imported for them."""

LARGEST_FEATURES, LARGEST_SAMPLES, MOST_TRIALS = 1_000, 10_000, 100
