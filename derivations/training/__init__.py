"""Trained models held against the construction: runs, fits, and the documents they leave."""
