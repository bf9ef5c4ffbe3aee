"""The names of the files in the folder of a run; nothing is imported for them."""

CHECKPOINT, RESULT, METRICS = "checkpoint.pt", "result.json", "metrics.csv"
