"""Equations that the core has no normal form for: names with recurrences, and proofs by induction between them."""
