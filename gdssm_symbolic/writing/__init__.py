"""Expressions and proofs as text, LaTeX and documents. Nothing here decides anything."""
