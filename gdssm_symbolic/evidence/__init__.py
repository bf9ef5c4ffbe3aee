"""Evidence beside the checker: counterexamples, and values at small sizes in exact fractions, without normal forms."""
