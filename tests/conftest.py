"""Hypothesis: no deadline, in CI the same examples each time. Ctrl-C ends what tests start."""

import os
import signal

from hypothesis import settings

settings.register_profile("symgrad", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "symgrad")

# A shell starts what runs in its background without Ctrl-C, and so would be what the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)
