"""The arithmetics that rules run in: one file each, and each imports its library alone."""
