"""What a run is about to write comes in and is kept; on request the files go back to what they were."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from tfce_migrate import writing
from tfce_migrate.files import WriteError, shown_path

KEPT = 10  # runs of a folder that can be undone
Entry = dict[str, Any]
_Done = tuple[str, str, str]  # a file's name, what became of it, why
_GIVEN_UP = 3600  # seconds after which a journal that is not complete will not be
_NAME, _BYTES, _UNDER_WAY = "journal.json", "before", "under-way"


class Planned(NamedTuple):
    """A file, what it holds and what it is to hold."""

    path: str
    before: bytes
    after: bytes


@dataclass(frozen=True)
class Undone:
    """What became of each file: back as it was, or left and why; and whether an earlier run is left to undo."""

    restored: tuple[str, ...]
    edited: tuple[tuple[str, str], ...]
    failed: tuple[tuple[str, str], ...]
    earlier: bool


@contextmanager
def kept(root: str, planned: Sequence[Planned]) -> Iterator[str]:
    """Keep what the files hold, on the disk and in full, before any of them is written.

    Gives the tag for their temporary files. Wherever the process is killed, undo finds the journal of all that may
    have been written.

    Raises:
        WriteError: the journal cannot be written; nothing else was then.
    """
    tag = f"{time.time_ns():020d}-{os.getpid()}"
    folder = os.path.join(_home(root), tag)
    try:
        os.makedirs(folder, mode=0o700)
    except OSError as error:
        raise _impossible(error) from error
    with _marked(folder) as marker:
        _begin(folder, root, planned)
        yield tag
        with suppress(OSError):
            os.unlink(marker)


@contextmanager
def _marked(folder: str) -> Iterator[str]:
    """The file that says, as long as it is locked, that something is under way."""
    path = os.path.join(folder, _UNDER_WAY)
    with open(path, "wb") as marker:
        writing.lock(marker.fileno())
        yield path


def _begin(folder: str, root: str, planned: Sequence[Planned]) -> None:
    """Have the journal complete on the disk."""
    try:
        _tidy(root)
        _write(folder, root, planned)
    except (OSError, WriteError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise _impossible(error) from error


def _impossible(error: OSError | WriteError) -> WriteError:
    why = getattr(error, "strerror", None) or error
    return WriteError(f"no journal for undo can be kept in {_state()} ({why}); --no-journal goes without")


def _forget(folder: str) -> None:
    """Remove a journal; first what makes it one, so that no half of it is left where this is cut short."""
    with suppress(OSError):
        os.unlink(os.path.join(folder, _NAME))
    shutil.rmtree(folder, ignore_errors=True)


def undo(root: str) -> Undone | None:
    """Put the files of the last run from this folder back as they were, but for those that were edited since.

    A run of which nothing but edited files is left is kept and named, and the one before it is taken back. None if
    there is no run to undo.

    Raises:
        WriteError: the journal cannot be read, or the run is still under way.
    """
    runs = _runs(root)
    if not runs:
        return None
    done: list[_Done] = []
    while runs:
        found = _taken_back(root, runs.pop())
        done += found
        if any(state != "edited" for _, state, _ in found):
            break

    def those(wanted: str) -> tuple[tuple[str, str], ...]:
        return tuple((shown, why) for shown, state, why in done if state == wanted)

    restored = tuple(shown for shown, _ in those("restored"))
    return Undone(restored, those("edited"), those("failed"), bool(runs) and not those("failed"))


def _taken_back(root: str, folder: str) -> list[_Done]:
    """What became of the files of one run."""
    if _is_under_way(folder):
        raise WriteError("a run that writes files of this folder is still under way")
    _clear_up(folder)
    with _marked(folder) as marker:
        done = [(entry, _restored(root, folder, entry, before)) for entry, before in _entries(folder)]
        left = [entry for entry, (_, state, _) in done if state in ("edited", "failed")]
        if left:
            writing.write_atomically(os.path.join(folder, _NAME), _dumped(left))
            os.unlink(marker)
        else:
            _forget(folder)
    return [each for _, each in done]


def _restored(root: str, folder: str, entry: Entry, before: bytes | None) -> _Done:
    """The name of a file, what became of it, and why."""
    path = os.path.join(root, entry["path"])
    shown = shown_path(path)
    found = writing.current(path)
    if found is None:
        return shown, "edited", "it is gone or cannot be read"
    if found == before or _hash(found) == entry.get("before"):
        return shown, "untouched", ""
    if _hash(found) != entry["after"]:
        return shown, "edited", "it was edited since"
    if before is None:
        return shown, "failed", f"what it held is damaged in the journal, {shown_path(folder)}"
    try:
        writing.write_atomically(path, before, expected=found, tag=os.path.basename(folder))
    except WriteError as error:
        return shown, "failed", str(error)
    return shown, "restored", ""


def _state() -> str:
    """The user's folder for what programs keep from run to run."""
    given = os.environ.get("XDG_STATE_HOME") or os.environ.get("LOCALAPPDATA")
    return os.path.join(given or os.path.join(os.path.expanduser("~"), ".local", "state"), "tfce-migrate")


def _home(root: str) -> str:
    """Where the journals of runs from a folder are: not in the folder, where git and a search would find them."""
    real = os.path.realpath(root)
    key = hashlib.sha256(os.fsencode(real)).hexdigest()[:24]
    return os.path.join(_state(), "undo", key)


def _runs(root: str) -> list[str]:
    """The folders of the runs that came so far as to write, oldest first."""
    home = _home(root)
    with suppress(OSError):
        names = sorted(os.listdir(home))
        return [os.path.join(home, name) for name in names if os.path.exists(os.path.join(home, name, _NAME))]
    return []


def _tidy(root: str) -> None:
    """Clear up after runs that were killed, and forget all but the last runs."""
    runs = _runs(root)
    with os.scandir(_home(root)) as listing:
        for entry in listing:
            old = entry.is_dir() and entry.stat().st_mtime < time.time() - _GIVEN_UP
            if old and entry.path not in runs and not _is_under_way(entry.path):
                shutil.rmtree(entry.path, ignore_errors=True)
    for folder in runs:
        if not _is_under_way(folder):
            _clear_up(folder)
    for folder in runs[:-KEPT]:
        if not _is_under_way(folder):
            _forget(folder)


def _is_under_way(folder: str) -> bool:
    marker = os.path.join(folder, _UNDER_WAY)
    return os.path.exists(marker) and writing.is_locked(marker)


def _clear_up(folder: str) -> None:
    """Remove the temporary files of a run that was killed."""
    marker = os.path.join(folder, _UNDER_WAY)
    if not os.path.exists(marker):
        return
    with suppress(WriteError):
        for place in {os.path.dirname(os.path.join(_root(folder), entry["path"])) for entry, _ in _entries(folder)}:
            writing.remove_leftovers(place, os.path.basename(folder))
    with suppress(OSError):
        os.unlink(marker)


def _root(folder: str) -> str:
    try:
        with open(os.path.join(os.path.dirname(folder), "folder"), encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except OSError as error:
        raise WriteError(f"the journal cannot be read: {error}") from error


def _write(folder: str, root: str, planned: Sequence[Planned]) -> None:
    real = os.path.realpath(root)
    entries, at = [], 0
    with open(os.path.join(folder, _BYTES), "wb") as file:
        for plan in planned:
            file.write(plan.before)
            path = os.path.realpath(plan.path)
            with suppress(ValueError):  # on another drive
                path = os.path.relpath(path, real)
            hashes = {"before": _hash(plan.before), "after": _hash(plan.after)}
            entries.append({"path": path, "at": at, "size": len(plan.before), **hashes})
            at += len(plan.before)
        file.flush()
        os.fsync(file.fileno())
    where = os.path.join(os.path.dirname(folder), "folder")
    if not os.path.exists(where):
        writing.write_atomically(where, os.fsencode(real))
    writing.write_atomically(os.path.join(folder, _NAME), _dumped(entries))


def _dumped(entries: Sequence[Entry]) -> bytes:
    return json.dumps({"version": 1, "files": entries}, indent=1).encode("ascii")


def _entries(folder: str) -> list[tuple[Entry, bytes | None]]:
    """Each file of a run with what it held; None where that is not whole any more."""
    try:
        with open(os.path.join(folder, _NAME), "rb") as file:
            entries = [_checked(entry) for entry in json.loads(file.read())["files"]]
        with open(os.path.join(folder, _BYTES), "rb") as file:
            held = file.read()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WriteError(f"the journal {shown_path(folder)} cannot be read: {error}") from error
    return [(entry, _whole(entry, held)) for entry in entries]


def _checked(entry: Entry) -> Entry:
    """The entry, if it has all that undo asks it for. Raises ValueError, KeyError or TypeError."""
    kinds = {"path": str, "at": int, "size": int, "after": str}
    if not all(isinstance(entry[key], kind) for key, kind in kinds.items()) or min(entry["at"], entry["size"]) < 0:
        raise ValueError("an entry is not what it should be")
    return entry


def _whole(entry: Entry, held: bytes) -> bytes | None:
    """What a file held. Older journals have no hash of it: there only its length can be told."""
    before = held[entry["at"] : entry["at"] + entry["size"]]
    is_whole = len(before) == entry["size"] and entry.get("before", _hash(before)) == _hash(before)
    return before if is_whole else None


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
