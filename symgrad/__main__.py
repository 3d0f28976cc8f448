"""The installed command, and `python -m symgrad`; Ctrl-C ends it at once, without a traceback."""

import signal
import sys

ASKED = signal.getsignal(signal.SIGINT)  # a shell starts some commands deaf to it: they stay so
if ASKED is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while Python imports, the system ends us

from .cli import main  # noqa: E402  # only now


def run() -> None:
    """Run one command; Ctrl-C is an exception only while it works."""
    try:
        signal.signal(signal.SIGINT, ASKED)
        code = main()
    except KeyboardInterrupt:
        code = 130
    finally:
        if ASKED is signal.default_int_handler:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(code)


if __name__ == "__main__":
    run()
