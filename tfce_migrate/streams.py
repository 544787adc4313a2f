"""Text comes in and goes to the standard streams, or standard input comes out; what is wrong with one is an error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO


class StreamError(Exception):
    """A standard stream that is closed, or that takes no more."""


def put(text: str, *, to_error: bool = False) -> None:
    """Write text as the stream's encoding allows; what it lacks comes as an escape. Raises StreamError."""
    if not text:
        return
    stream = _stream(to_error)
    encoding = stream.encoding or "utf-8"
    with _writing(stream):
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()


def put_bytes(data: bytes, *, to_error: bool = False) -> None:
    """Write bytes as they are. Raises StreamError."""
    if not data:
        return
    stream = _stream(to_error)
    with _writing(stream):
        stream.buffer.write(data)
        stream.flush()


def say(line: str) -> None:
    """A line for a person on standard error; where that is closed, nobody wants to know."""
    from tfce_migrate.report.excerpt import escaped

    with suppress(StreamError):
        put(escaped(line) + "\n", to_error=True)


def read_bytes() -> bytes:
    """All of standard input. Raises StreamError."""
    if sys.stdin is None:
        raise StreamError("standard input is closed")
    try:
        return sys.stdin.buffer.read()
    except OSError as error:
        raise StreamError(f"cannot read standard input: {error.strerror or error}") from error


def is_terminal(*, to_error: bool) -> bool:
    """Whether a person watches the stream."""
    stream = sys.stderr if to_error else sys.stdout
    return stream is not None and stream.isatty()


def _stream(to_error: bool) -> TextIO:
    stream = sys.stderr if to_error else sys.stdout
    if stream is None:  # it was closed when the process began
        raise StreamError(f"{_name(to_error)} is closed")
    return stream


def _name(to_error: bool) -> str:
    return "standard error" if to_error else "standard output"


@contextmanager
def _writing(stream: TextIO) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        raise StreamError(given_up(error, to_error=stream is sys.stderr)) from error


def given_up(error: OSError | ValueError, *, to_error: bool = False) -> str:
    """What to say of a stream that cannot be written; Python does not try it again when it ends."""
    stream = sys.stderr if to_error else sys.stdout
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    return f"cannot write to {_name(to_error)}: {getattr(error, 'strerror', None) or error}"
