"""Routines of our own where a platform lacks a function or computes it badly, as rules."""
