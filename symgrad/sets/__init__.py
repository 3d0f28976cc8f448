"""Problem sets and practice: questions read from a file or made up by rule, and what came of them.

`problem_set` reads a TOML file, `parameters` draws each student's values, `exercises` makes
questions by rule and level, `written_out` prints and exports, `reviewing` brings back what went
wrong.
"""
