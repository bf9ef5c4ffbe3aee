"""Pictures: their numbers, and how they are drawn."""
