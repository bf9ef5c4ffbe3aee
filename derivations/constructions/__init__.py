"""Constructions that a user states in a file: read, checked, and told what they compute."""
