"""The versioned JSON schemas of what the command line prints with --json."""
