"""A command line and a folder come in, the findings that the tool reports there go out as data."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tfce_migrate.outcome import Finding, Fix, Position, Problem, Related, Safety, TextEdit


class ToolFailed(Exception):  # noqa: N818 - it is the tool's failure, not ours
    """The tool ended without a report that can be read."""


@dataclass(frozen=True)
class Report:
    """What one run of the tool said."""

    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    files: int = 0

    @property
    def reads_notebooks(self) -> bool:
        """Whether any finding stands in a notebook's cell."""
        return any(finding.cell is not None for finding in self.findings)


def default_command() -> list[str]:
    """The tfce-migrate beside the running interpreter, else the module."""
    script = Path(sys.executable).with_name("tfce-migrate")
    return [str(script)] if script.exists() else [sys.executable, "-m", "tfce_migrate"]


def command_from(text: str | None) -> list[str]:
    """A command as the user typed it -> its words; None -> the default."""
    return shlex.split(text) if text else default_command()


def without_cache(command: Sequence[str]) -> list[str]:
    """The option that keeps a check from using an earlier one's results, for tools that keep them."""
    helped = subprocess.run([*command, "check", "--help"], capture_output=True, text=True, check=False)
    return ["--no-cache"] if "--no-cache" in helped.stdout else []


def run_tool(command: Sequence[str], arguments: Sequence[str], folder: Path, paths: Sequence[str]) -> Report:
    """Run the tool in folder on paths (relative to it) and read its JSON report.

    Raises ToolFailed when standard output is no report, with the end of what the tool complained.
    """
    options = ["--output-format", "json", "--isolated"]
    words = [*command, *arguments, *options, "--", *paths]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    try:
        return read_report(done.stdout)
    except (ValueError, KeyError, TypeError) as trouble:
        complaint = done.stderr.strip()[-600:] or done.stdout.strip()[-200:]
        raise ToolFailed(f"exit {done.returncode}, {trouble!r}: {complaint}") from trouble


def read_report(text: str) -> Report:
    """The text of a JSON report -> Report; ValueError or KeyError where it is not one."""
    report = json.loads(text)
    return Report(
        findings=tuple(read_finding(entry) for entry in report["findings"]),
        problems=tuple(read_problem(entry) for entry in report["problems"]),
        files=report["summary"]["files"],
    )


def read_finding(entry: Mapping[str, Any]) -> Finding:
    """One element of the report's findings -> Finding."""
    return Finding(
        code=entry["code"],
        rule=entry["rule"],
        severity=entry["severity"],
        safety=Safety(entry["safety"]),
        message=entry["message"],
        path=entry["path"],
        symbol=entry.get("symbol") or "",
        start=read_position(entry["start"]),
        end=read_position(entry["end"]),
        because=tuple(read_related(step) for step in entry.get("because") or ()),
        fix=read_fix(entry.get("fix")),
        cell=entry.get("cell"),
    )


def read_related(entry: Mapping[str, Any]) -> Related:
    """One step of `because`."""
    return Related(
        path=entry["path"],
        start=read_position(entry["start"]),
        end=read_position(entry["end"]),
        message=entry["message"],
        cell=entry.get("cell"),
    )


def read_fix(entry: Mapping[str, Any] | None) -> Fix | None:
    """The `fix` of a finding, which may be null."""
    if entry is None:
        return None
    edits = tuple(
        TextEdit(read_position(edit["start"]), read_position(edit["end"]), edit["text"], edit.get("cell"))
        for edit in entry.get("edits") or ()
    )
    return Fix(applied=entry["applied"], edits=edits, why_not=entry.get("why_not"))


def read_problem(entry: Mapping[str, Any]) -> Problem:
    """One element of the report's problems -> Problem."""
    return Problem(path=entry["path"], stage=entry["stage"], message=entry["message"], line=entry.get("line"))


def read_position(entry: Mapping[str, int]) -> Position:
    """A line and a column -> Position."""
    return Position(entry["line"], entry["column"])
