"""The command line `gdssm`."""
