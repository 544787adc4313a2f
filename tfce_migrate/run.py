"""Paths and settings come in; each file is read, asked about and, on request, written; Outcomes go out."""

from __future__ import annotations

import gc
import os
import traceback
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Literal

from tfce_migrate import files, journal, writing
from tfce_migrate.outcome import Finding, Outcome, Position, Problem, Safety
from tfce_migrate.settings import Settings

if TYPE_CHECKING:
    from tfce_migrate.evaluate import Neighbours, Reading

Action = Literal["check", "preview", "migrate"]
Progress = Callable[[int, int, str], None]

UNREADABLE = ("TFC902", "unreadable-file")
_FEWEST_FOR_A_POOL = 8
_GARBAGE = 500_000


@dataclass(frozen=True, slots=True)
class Job:
    """One file and what is to become of it; shown is the path as reports name it."""

    file: str
    shown: str
    settings: Settings
    action: Action


def run(
    given: Sequence[str],
    settings: Settings,
    action: Action,
    progress: Progress | None = None,
    ignored: Callable[[tuple[str, ...]], object] | None = None,
) -> list[Outcome]:
    """Look at every Python file of the given paths and give one Outcome a file, sorted by path.

    check asks the rules, preview also edits the text in memory, migrate writes what changed. Nothing that is
    wrong with one file stops the others: it becomes a Problem. progress is called with the number of files
    done, that of all files, and the path; ignored with what .gitignore files leave out, if they do.
    """
    _neighbours.cache_clear()
    found = files.find_files(given, settings.exclude, settings.exclude_root, settings.force_exclude)
    if ignored and found.ignored:
        ignored(found.ignored)
    jobs = [Job(file, files.shown_path(file), settings, action) for file in found.files]
    outcomes = [_unreachable(path, message) for path, message in found.unreachable]
    outcomes += [Outcome(files.shown_path(path), notes=(message,)) for path, message in found.left_out]
    for done, outcome in enumerate(_all(jobs, _workers(settings.jobs, len(jobs))), 1):
        outcomes.append(outcome)
        if progress:
            progress(done, len(jobs), outcome.path)
    if action == "migrate":  # only now, so that every file was judged by its neighbours as they were
        places = {job.shown: job.file for job in jobs}
        outcomes = [_noted(places[o.path], o) if o.changed else o for o in outcomes]
        outcomes = _written(outcomes, places, settings)
    return sorted(outcomes, key=lambda outcome: outcome.path)


@cache
def _neighbours() -> Neighbours:
    """The neighbours that this process has read for the present run."""
    from tfce_migrate.project import Project

    return Project(_older)


def _older(text: str) -> Reading | None:
    from tfce_migrate import python2

    return python2.convert(text)


def run_on_bytes(raw: bytes, shown: str, settings: Settings, action: Action) -> Outcome:
    """Do with bytes, such as those of standard input, what run does with a file, but write nothing."""
    try:
        decoded = files.decode(raw)
    except files.UnreadableError as error:
        return _unreadable(shown, error, settings)
    if not _worth_asking(raw, shown, settings):
        return Outcome(shown, decoded.text, decoded.text, encoding=decoded.encoding)
    outcome = replace(_ask_engine(decoded.text, shown, settings, action), encoding=decoded.encoding)
    try:
        decoded.encode(outcome.after)
    except files.WriteError as error:
        return _unwritten(outcome, str(error))
    return outcome


def do_job(job: Job) -> Outcome:
    """Do one job but for the writing; never raises."""
    if gc.get_threshold()[0] < _GARBAGE:
        gc.set_threshold(_GARBAGE, 100, 1000)  # the default looks at each file's terms many times over
    gc.collect(0)  # what the file before left; the neighbours that are kept are not looked at again
    try:
        if job.action == "migrate" and files.is_pipe(job.file):
            raise files.UnreadableError("cannot be migrated: it is a pipe, which cannot be written over")
        raw = files.read_bytes(job.file)
        if not _worth_asking(raw, job.shown, job.settings):
            return Outcome(job.shown)
        outcome = run_on_bytes(raw, job.shown, job.settings, job.action)
    except files.UnreadableError as error:
        return _unreadable(job.shown, error, job.settings)
    if outcome.changed and files.Decoded(outcome.before, outcome.encoding).encode(outcome.before) != raw:
        outcome = _unwritten(outcome, f"the encoding {outcome.encoding} does not give the file's bytes back")
    if outcome.findings or outcome.changed or outcome.problems:
        return outcome
    return Outcome(job.shown, notes=outcome.notes)


def _worth_asking(raw: bytes, shown: str, settings: Settings) -> bool:
    """Whether anything can be found in a file; where Python 2 shall be converted, in each that is Python 2."""
    if files.worth_reading(raw) or settings.python2 != "convert":
        return files.worth_reading(raw)
    from tfce_migrate import python2

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return python2.is_python2(files.decode(raw).text, shown)
    except files.UnreadableError:
        return False
    except Exception:  # what a foreign reader raises is told by the engine, which is asked next
        return True


def _ask_engine(text: str, shown: str, settings: Settings, action: Action) -> Outcome:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # those of the code that is read, not of ours
            return _in_order(_engine(action)(text, shown, settings, _neighbours()))
    except MemoryError:
        return Outcome(shown, text, text, problems=(Problem(shown, "rule", "there is not enough memory for it"),))
    except Exception as error:  # the only catch-all: a rule's mistake costs its file, not the run
        return _crashed(shown, text, error)


def _engine(action: Action) -> Callable[[str, str, Settings, Neighbours], Outcome]:
    import tfce_migrate

    return tfce_migrate.check_source if action == "check" else tfce_migrate.migrate_source


def _in_order(outcome: Outcome) -> Outcome:
    def place(finding: Finding) -> tuple[int, Position, Position, str]:
        return finding.cell or 0, finding.start, finding.end, finding.code

    return replace(outcome, findings=tuple(sorted(outcome.findings, key=place)))


def _crashed(shown: str, text: str, error: BaseException) -> Outcome:
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    detail = f": {error}" if str(error) else ""
    message = f"internal error {type(error).__name__}{place}{detail}"
    return Outcome(shown, text, text, problems=(Problem(shown, "rule", message),))


def _written(outcomes: list[Outcome], places: Mapping[str, str], settings: Settings) -> list[Outcome]:
    """Write what changed, in a run that can be undone."""
    planned = [journal.Planned(places[o.path], *_bytes(o)) for o in outcomes if o.changed]
    if not planned or not settings.journal:
        return [_write(places[o.path], o, settings, "") if o.changed else o for o in outcomes]
    try:
        with journal.kept(os.curdir, planned) as tag:
            return [_write(places[o.path], o, settings, tag) if o.changed else o for o in outcomes]
    except files.WriteError as error:
        return [_unwritten(o, str(error)) if o.changed else o for o in outcomes]


def _bytes(outcome: Outcome) -> tuple[bytes, bytes]:
    decoded = files.Decoded(outcome.before, outcome.encoding)
    return decoded.encode(outcome.before), decoded.encode(outcome.after)


def _write(file: str, outcome: Outcome, settings: Settings, tag: str) -> Outcome:
    before, after = _bytes(outcome)
    try:
        if settings.backup:
            writing.write_and_back_up(file, settings.backup, after, before, tag)
        else:
            writing.write_atomically(file, after, expected=before, tag=tag)
    except files.WriteError as error:
        return _unwritten(outcome, str(error))
    return outcome


def _noted(file: str, outcome: Outcome) -> Outcome:
    """The Outcome, with a word on hard links: a file that is replaced leaves them behind."""
    others = writing.other_names(file)
    if not others:
        return outcome
    note = f"the file has {others} more hard link{'s' * (others > 1)}, which keep{'s' * (others == 1)} the old text"
    return replace(outcome, notes=(*outcome.notes, note))


def _unwritten(outcome: Outcome, message: str) -> Outcome:
    findings = tuple(
        replace(finding, fix=replace(finding.fix, applied=False, why_not=message))
        if finding.fix and finding.fix.applied
        else finding
        for finding in outcome.findings
    )
    problem = Problem(outcome.path, "write", message)
    return replace(outcome, after=outcome.before, findings=findings, problems=(*outcome.problems, problem))


def _unreachable(path: str, message: str) -> Outcome:
    shown = files.shown_path(path)
    return Outcome(shown, problems=(Problem(shown, "read", message),))


def _unreadable(shown: str, error: files.UnreadableError, settings: Settings) -> Outcome:
    code, rule = UNREADABLE
    place = Position(error.line or 1, error.column)
    finding = Finding(code, rule, "error", Safety.MANUAL, str(error), shown, "", place, place)
    findings = (finding,) if settings.selects(code) else ()
    return Outcome(shown, findings=findings, problems=(Problem(shown, "read", str(error), error.line),))


def _workers(asked: int, jobs: int) -> int:
    if jobs < _FEWEST_FOR_A_POOL:
        return 1
    return min(asked or len(_usable_cores()), jobs)


def _usable_cores() -> Sequence[int]:
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return range(os.cpu_count() or 1)


def _all(jobs: Sequence[Job], workers: int) -> Iterable[Outcome]:
    return map(do_job, jobs) if workers == 1 else _in_pool(jobs, workers)


def _in_pool(jobs: Sequence[Job], workers: int) -> Iterator[Outcome]:
    """Outcomes as they are ready. Where a worker dies, the files it may have been at are tried one by one."""
    left = list(jobs)
    while left:
        lost = yield from _until_broken(left, workers)
        at_work = 2 * workers + 1  # one in each worker, and as many more and one in the pool's queue
        for job in lost[:at_work]:
            yield _alone(job)
        left = lost[at_work:]


def _until_broken(jobs: Sequence[Job], workers: int) -> Generator[Outcome, None, list[Job]]:
    """Yields outcomes; returns the jobs that a dead worker took with it, in order."""
    with _elsewhere() as here:
        pool = _pool(workers, here)
        futures = _submit(pool, jobs)
    with pool:
        lost = set(jobs[len(futures) :])
        try:
            for future in as_completed(futures):
                error = future.exception()
                if isinstance(error, BrokenProcessPool):
                    lost.add(futures[future])
                else:
                    yield future.result() if error is None else _crashed(futures[future].shown, "", error)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [job for job in jobs if job in lost]


def _submit(pool: Executor, jobs: Sequence[Job]) -> dict[Future[Outcome], Job]:
    futures: dict[Future[Outcome], Job] = {}
    for job in jobs:
        try:
            futures[pool.submit(do_job, job)] = job
        except (BrokenProcessPool, OSError):  # no more processes or files may be opened
            break
    return futures


def _alone(job: Job) -> Outcome:
    try:
        with _elsewhere() as here:
            pool = _pool(1, here)
            future = pool.submit(do_job, job)
    except OSError:
        return do_job(job)
    try:
        with pool:
            return future.result()
    except BrokenProcessPool:
        problem = Problem(job.shown, "rule", "the worker process died while it looked at this file")
        return Outcome(job.shown, problems=(problem,))


@contextmanager
def _elsewhere() -> Iterator[str]:
    """Be in Python's own folder, and give the one before: a process looks for modules in the folder where it starts."""
    here = os.getcwd()
    os.chdir(os.path.dirname(os.__file__))
    try:
        yield here
    finally:
        os.chdir(here)


def _pool(workers: int, here: str) -> ProcessPoolExecutor:
    import multiprocessing

    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(here,))


def _begin(here: str) -> None:
    """In a worker: let the parent alone answer Ctrl-C, so that a file being written is finished; end with it."""
    import signal
    import threading

    os.chdir(here)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for work for ever."""
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
