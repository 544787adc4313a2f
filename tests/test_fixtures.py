"""Each program under fixtures/: what is found in it, and what migrate makes of it, to the byte."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tfce_migrate import Outcome, Settings
from tfce_migrate.run import run

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
PROGRAMS = {path.parent.name: path.parent for path in sorted((ROOT / "fixtures").glob("*/about.toml"))}
LISTED = ("TFC1", "TFC2", "TFC3", "TFC9")  # the families of which about.toml lists every finding
LOUD = ("TFC2", "TFC302", "TFC303")  # what may never be found in a program that is quiet

Places = Counter[tuple[str, str, int]]


@cache
def about(name: str) -> dict[str, Any]:
    return tomllib.loads((PROGRAMS[name] / "about.toml").read_text(encoding="utf-8"))


def listed(name: str, key: str) -> Places:
    return Counter(
        (entry["code"], entry["file"], entry["line"])
        for entry in about(name).get(key, [])
        if not entry.get("cross_file")  # seen only by who looks at several files at once
    )


def look(name: str) -> dict[str, Outcome]:
    """The outcome of check for each file of a program, by its path inside before/."""
    before = PROGRAMS[name] / "before"
    outcomes = run([str(before)], Settings(jobs=1), "check")
    return {Path(outcome.path).name: outcome for outcome in outcomes}


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_fixtures", ROOT / "tools" / "write_fixtures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", PROGRAMS)
def test_finds_what_is_in_it_and_nothing_else(name: str) -> None:
    found: Places = Counter(
        (finding.code, file, finding.start.line)
        for file, outcome in look(name).items()
        for finding in outcome.findings
        if finding.code.startswith(LISTED)
    )
    missed = listed(name, "findings") - found
    too_much = found - listed(name, "findings") - listed(name, "allowed")
    assert (dict(missed), dict(too_much)) == ({}, {})


@pytest.mark.parametrize("name", [name for name in PROGRAMS if about(name).get("quiet")])
def test_is_quiet(name: str) -> None:
    found = [finding for outcome in look(name).values() for finding in outcome.findings]
    assert [finding for finding in found if finding.code.startswith(LOUD)] == []
    assert not [entry for entry in about(name).get("findings", []) if entry["code"].startswith(LOUD)]


@pytest.mark.parametrize("name", PROGRAMS)
def test_has_no_problem(name: str) -> None:
    assert [problem for outcome in look(name).values() for problem in outcome.problems] == []


@pytest.mark.parametrize("name", [name for name in PROGRAMS if not name.startswith("python2")])
def test_what_is_left_to_the_user_is_told(name: str, writer: ModuleType, tmp_path: Path) -> None:
    outcomes = writer.migrate_copy(PROGRAMS[name], tmp_path / "after")
    left = [
        (finding.code, Path(outcome.path).name, finding.start.line, finding.message)
        for outcome in outcomes
        for finding in outcome.findings
        if not finding.fixed and finding.severity != "info" and finding.code.startswith("TFC4")
    ]
    expected = about(name).get("left", [])
    assert (about(name).get("after_result") == "told") == bool(expected) == bool(left)
    for (code, file, line, message), entry in zip(left, expected, strict=True):
        assert (code, file, line) == (entry["code"], entry["file"], entry["line"])
        assert entry["says"] in message


@pytest.mark.parametrize("name", PROGRAMS)
def test_migrate_writes_after(name: str, writer: ModuleType, tmp_path: Path) -> None:
    writer.migrate_copy(PROGRAMS[name], tmp_path / "after")
    assert contents(tmp_path / "after") == contents(PROGRAMS[name] / "after")


@pytest.mark.parametrize("name", PROGRAMS)
def test_migrating_after_changes_nothing(name: str, writer: ModuleType, tmp_path: Path) -> None:
    shutil.copytree(PROGRAMS[name] / "after", tmp_path / "after")
    run([str(tmp_path / "after")], writer.settings_for(about(name)), "migrate")
    assert contents(tmp_path / "after") == contents(PROGRAMS[name] / "after")


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
