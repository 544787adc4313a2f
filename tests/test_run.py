"""run.py: one Outcome a file whatever happens, the same in one process and in many; what is written where."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import toy

from tfce_migrate import files, run
from tfce_migrate.outcome import Outcome, Position, Problem
from tfce_migrate.settings import Settings


@pytest.fixture(autouse=True)
def _engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    toy.install(monkeypatch)
    monkeypatch.chdir(tmp_path)


def write(name: str, text: str | bytes) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else f"import tensorflow as tf\n{text}".encode())
    return path


def test_check_reports_and_writes_nothing() -> None:
    path = write("a.py", "tf.log(x)\n")
    before = path.read_bytes()
    [outcome] = run.run(["."], Settings(), "check")
    assert [finding.code for finding in outcome.findings] == ["TFC401"]
    assert not outcome.changed
    assert path.read_bytes() == before


def test_preview_edits_in_memory_only() -> None:
    path = write("a.py", "tf.log(x)\n")
    before = path.read_bytes()
    [outcome] = run.run(["."], Settings(), "preview")
    assert outcome.after == "import tensorflow as tf\ntf.math.log(x)\n"
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("encoding", "head"),
    [("utf-8", ""), ("utf-8-sig", ""), ("latin-1", "# coding: latin-1\r"), ("gbk", "# coding: gbk\n")],
)
def test_migrate_writes_in_the_file_s_own_encoding_and_line_ends(encoding: str, head: str) -> None:
    text = head + "import tensorflow as tf\r\ny = tf.{}(x)  # é\rz = 1\n\n  \\\n\x0c"
    path = write("a.py", text.format("log").encode(encoding))
    [outcome] = run.run(["a.py"], Settings(), "migrate")
    assert path.read_bytes() == text.format("math.log").encode(encoding)
    assert outcome.findings[0].fixed
    [again] = run.run(["a.py"], Settings(), "migrate")
    assert not again.findings


def test_an_unchanged_file_is_not_written() -> None:
    path = write("a.py", "tf.gone(x)\n")
    os.utime(path, (1, 1))
    [outcome] = run.run(["a.py"], Settings(), "migrate")
    assert len(outcome.findings) == 1
    assert path.stat().st_mtime == 1


def test_a_file_without_tensorflow_is_counted_but_not_asked_about() -> None:
    write("a.py", b"crash = 1\n")
    assert run.run(["."], Settings(), "check") == [Outcome("a.py")]


def test_trouble_with_one_file_stops_no_other() -> None:
    write("b/crash.py", "crash()\n")
    write("c/odd.py", b"import tensorflow\n\xff")
    write("a.py", "syntax error\n")
    write("d.py", "tf.log(x)\n")
    outcomes = run.run(["missing.py", "."], Settings(), "migrate")
    assert [outcome.path for outcome in outcomes] == ["a.py", "b/crash.py", "c/odd.py", "d.py", "missing.py"]
    problems = [problem for outcome in outcomes for problem in outcome.problems]
    assert [(problem.path, problem.stage, problem.line) for problem in problems] == [
        ("a.py", "parse", 1),
        ("b/crash.py", "rule", None),
        ("c/odd.py", "read", 2),
        ("missing.py", "read", None),
    ]
    assert "KeyError at toy.py:" in problems[1].message
    assert "tf.math.log" in Path("d.py").read_text()
    assert Path("b/crash.py").read_text() == "import tensorflow as tf\ncrash()\n"


def test_an_undecodable_file_is_a_finding_too_unless_that_is_not_wanted() -> None:
    write("a.py", b"import tensorflow\nx = '\xff'")
    [outcome] = run.run(["a.py"], Settings(), "check")
    [finding] = outcome.findings
    assert (finding.code, finding.rule, finding.severity) == ("TFC902", "unreadable-file", "error")
    assert finding.start == Position(2, 6)
    [outcome] = run.run(["a.py"], Settings(ignore=("TFC902",)), "check")
    assert not outcome.findings
    assert outcome.problems


def test_a_file_that_changes_meanwhile_is_not_written_over(monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("a.py", "tf.log(x)\n")
    read = files.read_bytes

    def read_and_meddle(name: str) -> bytes:
        raw = read(name)
        path.write_bytes(b"edited meanwhile")
        return raw

    monkeypatch.setattr(files, "read_bytes", read_and_meddle)
    [outcome] = run.run(["a.py"], Settings(), "migrate")
    assert path.read_bytes() == b"edited meanwhile"
    assert outcome.problems == (Problem("a.py", "write", "the file changed since it was read"),)
    assert not outcome.changed
    fix = outcome.findings[0].fix
    assert fix is not None
    assert (fix.applied, fix.why_not) == (False, "the file changed since it was read")


def test_an_encoding_that_does_not_give_the_bytes_back_is_not_written() -> None:
    raw = b"# coding: utf-7\nimport tensorflow as tf\ntf.log(+AGE-)\n"
    path = write("a.py", raw)
    [outcome] = run.run(["a.py"], Settings(), "migrate")
    assert [problem.stage for problem in outcome.problems] == ["write"]
    assert path.read_bytes() == raw


def test_an_edit_that_the_encoding_cannot_hold_is_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    def into_greek(text: str, path: str, settings: Settings, neighbours: object) -> Outcome:
        return Outcome(path, text, text + "# π\n")

    monkeypatch.setattr("tfce_migrate.migrate_source", into_greek)
    path = write("a.py", b"# coding: latin-1\nimport tensorflow\n")
    [outcome] = run.run(["a.py"], Settings(), "preview")
    assert not outcome.changed
    assert "iso-8859-1" in outcome.problems[0].message
    assert b"coding" in path.read_bytes()


def test_progress_counts_every_file() -> None:
    for number in range(3):
        write(f"{number}.py", "x\n")
    calls: list[tuple[int, int, str]] = []
    run.run(["."], Settings(), "check", lambda *call: calls.append(call))
    assert calls == [(1, 3, "0.py"), (2, 3, "1.py"), (3, 3, "2.py")]


def test_warnings_about_the_code_that_is_read_are_not_shown(
    monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    def compiling(text: str, path: str, settings: Settings, neighbours: object) -> Outcome:
        compile("'\\d'", path, "exec")
        return Outcome(path, text, text)

    monkeypatch.setattr("tfce_migrate.check_source", compiling)
    write("a.py", "")
    assert run.run(["a.py"], Settings(), "check") == [Outcome("a.py")]
    assert not recwarn.list


@pytest.mark.parametrize(("asked", "jobs", "workers"), [(1, 100, 1), (3, 100, 3), (3, 7, 1), (64, 9, 9)])
def test_workers(asked: int, jobs: int, workers: int) -> None:
    assert run._workers(asked, jobs) == workers


def test_zero_jobs_is_one_worker_a_core() -> None:
    assert run._workers(0, 10_000) == len(run._usable_cores()) >= 1


def unreadable_files(count: int) -> None:
    for number in range(count):
        write(f"{number:02}.py", b"import tensorflow\n" + b"\n" * number + b"\xff")
        write(f"{number:02}_plain.py", b"x = 1\n")


def test_many_processes_say_what_one_says() -> None:
    unreadable_files(9)
    calls: list[tuple[int, int, str]] = []
    several = run.run(["."], Settings(jobs=2), "check", lambda *call: calls.append(call))
    assert several == run.run(["."], Settings(jobs=1), "check")
    assert len(several) == 18
    assert sum(bool(outcome.problems) for outcome in several) == 9
    assert [done for done, _, _ in calls] == list(range(1, 19))


def deadly_or_not(job: run.Job) -> Outcome:
    """In a worker: a job that takes its process with it, as a fault in compiled code does."""
    if "deadly" in job.file:
        os._exit(3)
    return Outcome(job.shown, "seen", "seen")


def test_a_worker_that_dies_costs_its_own_file_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "do_job", deadly_or_not)
    for name in ("a", "b", "c", "deadly1", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n"):
        write(f"{name}.py", "")
    outcomes = run.run(["."], Settings(jobs=2), "check")
    dead = [outcome.path for outcome in outcomes if outcome.problems]
    assert dead == ["deadly1.py"]
    assert [outcome.before for outcome in outcomes if not outcome.problems] == ["seen"] * 13
