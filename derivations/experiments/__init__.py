"""The paper's experiments: what is trained for each figure, what is measured, and what comes of it."""
