"""Evidence that does not use the checker: counterexamples, and values at small sizes in exact fractions."""
