"""A request to check or migrate comes in; what to print on which stream and the exit code go out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tfce_migrate import baseline, files, journal, writing
from tfce_migrate.outcome import Finding, Outcome
from tfce_migrate.report import Occasion, render
from tfce_migrate.report.excerpt import escaped
from tfce_migrate.report.summary import plural, sentence, statistics
from tfce_migrate.report.text import note_lines, problem_line
from tfce_migrate.run import Action, Progress, run, run_on_bytes
from tfce_migrate.settings import Settings, SettingsError
from tfce_migrate.version import __version__

_SOURCE = (".py", ".pyi", ".pyw", ".pyx", ".ipynb")


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked: the command, the paths or the bytes of standard input, and how.

    source, if not None, is looked at under the name that is the only path, and nothing is written over it. read names
    the other files that the request was put together from.
    """

    command: Literal["check", "migrate"]
    paths: tuple[str, ...]
    settings: Settings
    diff: bool = False
    add_baseline: bool = False
    source: bytes | None = None
    colour: bool = False
    read: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: the report unless a file took it, lines of chatter, the migrated standard input."""

    report: str
    chatter: tuple[str, ...]
    exit_code: int
    source: bytes | None = None


def answer(request: Request, progress: Progress | None = None) -> Answer:
    """Do what was asked.

    Raises SettingsError when the baseline cannot be used or the report or the baseline cannot be written.
    """
    settings = request.settings
    _refuse_to_lose(request)
    known = _known(settings, request.add_baseline)
    left: list[str] = []
    outcomes = _outcomes(request, progress, left)
    said = [settings.stands_for] if settings.stands_for is not None else []
    said += [] if outcomes else ["no Python files found"]
    said += [_ignored(left)] if left else []
    if request.add_baseline:
        known = baseline.updated(outcomes, known, _root(settings))
        _write(settings.baseline or "", baseline.dump(known))
        said.append(f"{settings.baseline} now knows {plural(len(known), 'finding')}")
    outcomes = baseline.without_known(outcomes, known, _root(settings)) if known else outcomes
    occasion = Occasion(settings, request.command, __version__, request.colour)
    report = render(outcomes, occasion)
    if settings.output_file:
        _write(settings.output_file, report)
    chatter = (
        *_problems_beside(outcomes, settings),
        *(() if settings.quiet else (*said, *_sum(outcomes, settings))),
    )
    return Answer(
        report="" if settings.output_file else report,
        chatter=chatter,
        exit_code=exit_code(outcomes, request),
        source=_migrated(outcomes, request),
    )


def undo() -> Answer:
    """Take back the last run that wrote from the current folder.

    Raises SettingsError when there is none, or its journal cannot be used.
    """
    try:
        done = journal.undo(os.curdir)
    except files.WriteError as error:
        raise SettingsError(str(error)) from error
    if done is None:
        raise SettingsError("there is nothing to undo: no run from this folder has a journal")
    lines = [f"{escaped(path)}: as it was" for path in done.restored]
    lines += [f"{escaped(path)}: left as it is, {why}" for path, why in done.edited]
    lines += [f"{escaped(path)}: not restored, {why}" for path, why in done.failed]
    left = len(done.edited) + len(done.failed)
    said = f"{plural(len(done.restored), 'file')} restored" + (f", {left} left" if left else "")
    earlier = ["undo once more takes back the run before"] if done.earlier else []
    code = 2 if done.failed else int(bool(done.edited))
    return Answer("".join(f"{line}\n" for line in (*lines, said)), tuple(earlier), code)


def exit_code(outcomes: Sequence[Outcome], request: Request) -> int:
    """2 with problems, 1 with findings (after migrate: left) that are more than information, else 0."""
    if any(outcome.problems for outcome in outcomes):
        return 2
    if request.settings.exit_zero:
        return 0
    if request.diff and any(outcome.changed for outcome in outcomes):
        return 1
    return int(any(_counts(finding, request) for outcome in outcomes for finding in outcome.findings))


def _counts(finding: Finding, request: Request) -> bool:
    return finding.severity != "info" and not (request.command == "migrate" and finding.fixed)


def _outcomes(request: Request, progress: Progress | None, left: list[str]) -> list[Outcome]:
    """The Outcomes; left gets what .gitignore leaves out."""
    settings = request.settings
    if request.source is None:
        return run(request.paths, settings, _action(request), progress, left.extend)
    if settings.force_exclude and files.is_excluded(request.paths[0], settings.exclude, settings.exclude_root):
        return [Outcome(request.paths[0])]
    return [run_on_bytes(request.source, request.paths[0], request.settings, _action(request))]


def _ignored(left: Sequence[str]) -> str:
    more, them = (f" and {len(left) - 1} more", "them") if len(left) > 1 else ("", "it")
    return f"left out by .gitignore: {left[0]}{more}; name {them} to look at {them}"


def _action(request: Request) -> Action:
    if request.command == "migrate":
        return "preview" if request.diff else "migrate"
    return "preview" if request.settings.output_format == "diff" else "check"


def _refuse_to_lose(request: Request) -> None:
    """Raise SettingsError where the report would take the place of source, or of what the run itself reads or keeps."""
    report, backup = request.settings.output_file or "", request.settings.backup
    what = None
    if backup and report.endswith(backup) and os.path.isfile(report.removesuffix(backup)):
        what = "that is where --backup keeps a file"
    elif any(name.lower().endswith(_SOURCE) for name in (report, os.path.realpath(report))) and os.path.isfile(report):
        what = "there is a file of source of that name"
    elif any(writing.is_same(report, path) for path in (*request.paths, *request.read, request.settings.baseline)):
        what = "this run reads that file"
    if what:
        raise SettingsError(f"--output-file {report}: {what}, and the report would take its place")


def _migrated(outcomes: Sequence[Outcome], request: Request) -> bytes | None:
    """What a filter gives back: the source after migrate, just as it came where nothing changed."""
    if request.source is None or request.command == "check" or request.diff:
        return None
    outcome = outcomes[0]
    return (
        files.Decoded(outcome.before, outcome.encoding).encode(outcome.after)
        if outcome.changed
        else request.source
    )


def _problems_beside(outcomes: Sequence[Outcome], settings: Settings) -> list[str]:
    """The problems, where the report's format has no place for them."""
    if settings.output_format != "diff":
        return []
    return [problem_line(problem) for outcome in outcomes for problem in outcome.problems]


def _sum(outcomes: Sequence[Outcome], settings: Settings) -> list[str]:
    """The counts, where the report does not already show them to a person."""
    if settings.output_format == "text" and not settings.output_file:
        return []
    counted = statistics(outcomes).splitlines() if settings.statistics else []
    return [*counted, *note_lines(outcomes), sentence(outcomes)]


def _known(settings: Settings, add: bool) -> frozenset[baseline.Entry]:
    if settings.baseline is None:
        if add:
            raise SettingsError("--add-baseline needs to know which file: --baseline FILE")
        return frozenset()
    if add and not os.path.exists(settings.baseline):
        return frozenset()
    try:
        return baseline.parse(files.read_bytes(settings.baseline).decode("utf-8"))
    except (files.UnreadableError, baseline.BaselineError, UnicodeDecodeError) as error:
        raise SettingsError(f"baseline {settings.baseline}: {error}") from error


def _root(settings: Settings) -> str:
    return os.path.dirname(settings.baseline or "")


def _write(path: str, text: str) -> None:
    try:
        writing.write_report(path, text.encode("utf-8", "surrogateescape"))
    except files.WriteError as error:
        raise SettingsError(f"{path}: {error}") from error
