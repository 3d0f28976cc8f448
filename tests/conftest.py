"""The tests are the same every time: hypothesis draws what it drew before. Ctrl-C ends them.

- `--hypothesis-profile=exploring` draws afresh, and five times as many (as `.ci/run` does).
"""

import signal

from hypothesis import settings

settings.register_profile("same", deadline=None, derandomize=True, database=None)
settings.register_profile("exploring", deadline=None, max_examples=500, print_blob=True)
settings.load_profile("same")

# A shell starts what runs in its background without Ctrl-C, and so would be what the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)
