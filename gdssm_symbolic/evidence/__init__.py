"""What is found without the checker: counterexamples, and values at small sizes, in plain fractions."""
