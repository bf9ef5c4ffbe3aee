"""What was found, as documents: derivations, JSON, the supplement, the cells of a notebook."""
