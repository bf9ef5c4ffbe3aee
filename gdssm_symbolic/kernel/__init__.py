"""The language, its normal form, and the kinds of proof that need nothing else: what every theorem rests on."""
