"""The paper, place by place: what it says, what became of it, and what has to be corrected."""
