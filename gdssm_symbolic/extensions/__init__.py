"""Kinds of proof beyond the kernel's: means, positivity, independence, derivatives, limits, impossibility."""
