"""Hypothesis: no deadline, and in CI the same examples each time."""

import os

from hypothesis import settings

settings.register_profile("symgrad", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "symgrad")
