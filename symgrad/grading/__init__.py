"""A file of answers in, the same file with verdicts out, marks, and a report."""
