"""Bytes come in; the file that holds them, written in one step or not at all, goes out."""

from __future__ import annotations

import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tfce_migrate.files import WriteError

try:
    import fcntl
except ImportError:  # not on Windows, where a replaced file may not be open anyway
    fcntl = None  # type: ignore[assignment]

MARK = ".tfce-"  # how the names of temporary files begin
PATIENCE = 10.0  # seconds to wait for another run that writes the same file


def write_atomically(path: str, data: bytes, expected: bytes | None = None, tag: str = "") -> None:
    """Put data in place of the file's content in one step; a link stays and its target is written.

    tag becomes part of the temporary file's name, by which what a killed run left behind can be found.

    Raises:
        WriteError: the file cannot be written or no longer holds the bytes that are expected of it; it still holds
            what it held.
    """
    target = os.path.realpath(path)
    try:
        with _held(target):
            before = os.stat(target) if os.path.exists(target) else None
            if before and not stat.S_ISREG(before.st_mode):
                raise WriteError("this is no regular file")
            if before and not os.access(target, os.W_OK):
                raise WriteError("the file is read-only")
            _replace(target, data, target if before else None, expected, tag)
    except OSError as error:
        raise WriteError(f"cannot write the file: {error.strerror or error}") from error


def write_report(path: str, data: bytes) -> None:
    """Write a report of ours; a device or a pipe is written into, never replaced. Raises WriteError."""
    if not os.path.exists(path) or os.path.isfile(path):
        write_atomically(path, data)
        return
    try:
        with open(path, "wb") as file:
            file.write(data)
    except OSError as error:
        raise WriteError(f"cannot write the file: {error.strerror or error}") from error


def write_and_back_up(path: str, suffix: str, data: bytes, expected: bytes, tag: str = "") -> None:
    """Write a file after what is expected of it was kept beside it; a copy of a file that is not written is not kept.

    Raises:
        WriteError: the copy or the file cannot be written; the file still holds what it held.
    """
    made = back_up(path, suffix, expected)
    try:
        write_atomically(path, data, expected=expected, tag=tag)
    except WriteError:
        if made:
            with suppress(OSError):
                os.unlink(os.path.realpath(path) + suffix)
        raise


def back_up(path: str, suffix: str, data: bytes) -> bool:
    """Put data beside a file, under its name and suffix, and say whether it was not there already.

    What stands there is not written over. The copy has the owner and the mode of the file, but no rights to run as its
    owner or its group.

    Raises:
        WriteError: something else stands there, or it cannot be written.
    """
    target = os.path.realpath(path)
    backup = target + suffix
    name = os.path.basename(backup)
    if os.path.lexists(backup):
        if current(backup) != data:
            raise WriteError(f"there is another {name} already: move it away, or take another suffix")
        return False
    try:
        _replace(backup, data, target, None, "")
    except (OSError, WriteError) as error:
        raise WriteError(f"no backup {name} could be made: {getattr(error, 'strerror', None) or error}") from error
    return True


def other_names(path: str) -> int:
    """How many hard links to a file there are beside this one."""
    with suppress(OSError):
        return os.stat(path).st_nlink - 1
    return 0


def is_same(path: str, other: str | None) -> bool:
    """Whether two names are of one regular file."""
    with suppress(OSError, ValueError):
        return os.path.isfile(path) and os.path.samefile(path, other or "")
    return False


def current(path: str) -> bytes | None:
    """What a file holds; None if there is none or it cannot be read."""
    with suppress(OSError), open(path, "rb") as file:
        return file.read()
    return None


def remove_leftovers(folder: str, tag: str) -> None:
    """Remove the temporary files of a run that was killed."""
    with suppress(OSError):
        for name in os.listdir(folder):
            if name.startswith(f"{MARK}{tag}-") and name.endswith(".tmp"):
                with suppress(OSError):
                    os.unlink(os.path.join(folder, name))


def lock(descriptor: int) -> None:
    """Lock an open file for as long as this process has it open."""
    if fcntl is not None:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_locked(path: str) -> bool:
    """Whether another process holds a lock on a file."""
    if fcntl is None:
        return False
    with suppress(FileNotFoundError), open(path, "rb") as file:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
    return False


@contextmanager
def _held(target: str) -> Iterator[None]:
    """Hold a file, so that of two runs at the same time each sees what the other wrote."""
    if fcntl is None:
        yield
        return
    descriptor = _locked(target)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _locked(target: str) -> int | None:
    """An open file that is locked and still is the one under its name; None where nothing can be locked."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            descriptor = os.open(target, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(descriptor, target):
                return descriptor
        except BlockingIOError:
            if time.monotonic() > until:
                os.close(descriptor)
                raise WriteError("another program holds the file locked") from None
            time.sleep(0.01)
        except OSError:  # some network file systems know no locks
            os.close(descriptor)
            return None
        os.close(descriptor)


def _is_at(descriptor: int, target: str) -> bool:
    try:
        there = os.stat(target)
    except FileNotFoundError:
        return True  # it is gone; the caller finds out
    here = os.fstat(descriptor)
    return (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)


def _replace(target: str, data: bytes, model: str | None, expected: bytes | None, tag: str) -> None:
    """Write a new file and rename it; it takes after the model, which may be the file that was there."""
    folder = os.path.dirname(target)
    if os.path.isdir(folder) and not os.access(folder, os.W_OK):
        raise WriteError("the file's folder is read-only, so that no new file can be put in its place")
    descriptor, temporary = tempfile.mkstemp(prefix=f"{MARK}{tag or os.getpid()}-", suffix=".tmp", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            _take_over(temporary, model, is_copy=model != target)
            os.fsync(file.fileno())
        if expected is not None and current(target) != expected:
            raise WriteError("the file changed since it was read")
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _take_over(temporary: str, model: str | None, is_copy: bool) -> None:
    """Owner, mode and attributes of the model; rights to run as its owner or group are for that very file alone."""
    if model is None:
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        return
    before = os.stat(model)
    is_same = _takes_owner(temporary, before)
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(model):
                if is_copy and name.startswith("security."):
                    continue
                with suppress(OSError):
                    os.setxattr(temporary, name, os.getxattr(model, name))
    mode = stat.S_IMODE(before.st_mode)
    os.chmod(temporary, mode if is_same and not is_copy else mode & 0o777)


def _takes_owner(temporary: str, before: os.stat_result) -> bool:
    """Give a file to an owner and a group, or where that is forbidden to the group; whether it has both now."""
    if hasattr(os, "chown"):
        for owner in (before.st_uid, -1):
            with suppress(OSError):
                os.chown(temporary, owner, before.st_gid)
                break
    now = os.stat(temporary)
    return (now.st_uid, now.st_gid) == (before.st_uid, before.st_gid)
