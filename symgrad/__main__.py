"""The installed command, and `python -m symgrad`; Ctrl-C ends it at once, without a traceback."""

import signal
import sys

# a shell starts some commands deaf to it: they stay so
SIGINT_BEFORE = signal.getsignal(signal.SIGINT)
if SIGINT_BEFORE is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while Python imports, the system ends us

from .cli import main  # noqa: E402  # only now


def run() -> None:
    """Run one command; Ctrl-C is an exception only while it works."""
    try:
        signal.signal(signal.SIGINT, SIGINT_BEFORE)
        code = main()
    except KeyboardInterrupt:
        code = 130
    finally:
        if SIGINT_BEFORE is signal.default_int_handler:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(code)


if __name__ == "__main__":
    run()
