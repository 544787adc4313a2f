"""Ctrl-C before the command line stands comes in; one line and exit code 130, as after that, go out."""

from __future__ import annotations

import os
import signal
import sys

_COMMANDS = ("tfce-migrate", "tfce")


def is_command() -> bool:
    """Whether the process is the command, and not a program with this library in it."""
    if sys.argv[:1] == ["-m"]:
        return "tfce_migrate" in sys.orig_argv[1:]
    return bool(sys.argv) and os.path.basename(sys.argv[0]).removesuffix(".exe") in _COMMANDS


def watch() -> None:
    """Let Ctrl-C end the process without a traceback, if it would end it at all."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)


def leave_it_to_python() -> None:
    """From here on Ctrl-C is an exception again."""
    if signal.getsignal(signal.SIGINT) is _leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def forget() -> None:
    """Have the exit code count after an interrupt was answered.

    One that came while text was executed, as a dataclass does, is remembered by CPython until other text is; at its end
    the process would kill itself, whatever code it exits with.
    """
    exec("")


def _leave(*_: object) -> None:
    if "multiprocessing" not in sys.modules:  # a worker leaves the word to its parent
        os.write(2, b"tfce-migrate: interrupted\n")
    os._exit(130)
