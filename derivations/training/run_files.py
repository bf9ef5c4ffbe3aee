"""The names of the files in the folder of a run; nothing is imported for them."""

CHECKPOINT, RESULT, METRICS = "checkpoint.pt", "result.json", "metrics.csv"

#: Where workers keep the replicas that each of them trains, until all have finished.
PARTS = "checkpoint-*-*.pt"


def part_name(begin: int, end: int) -> str:
    """Return the name of the checkpoint of the replicas `begin` … `end` - 1."""
    return f"checkpoint-{begin}-{end - 1}.pt"
