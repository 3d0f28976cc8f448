"""Homework: judge an answer, name the mistake, give credit, follow a working line by line."""
