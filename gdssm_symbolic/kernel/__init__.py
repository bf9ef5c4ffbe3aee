"""The language, its normal form, and the kinds of proof that need nothing else. Every theorem rests on this code."""
