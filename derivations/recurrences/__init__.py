"""Recurrences stated in files, in a small language of their own."""
