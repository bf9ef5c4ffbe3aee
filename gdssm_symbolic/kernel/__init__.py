"""The language, its normal form, and the kinds of proof that need nothing else. Every theorem rests on this code.

Read the files in this order; each needs only those before it: exact, immutable, linear_forms, quotients,
nonvanishing, work, expressions, rules, statements, scalars, well_defined, monomials, normal_form, definitions, theorem,
proofs.
"""
