"""Standard streams that are closed or full, files that are none, limits of the system: one line and the exit code 2."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tfce_migrate import files
from tfce_migrate.outcome import Outcome

pytest.importorskip("resource", reason="the limits are POSIX's")

OLD = b"import tensorflow as tf\ny = tf.log(x)\n"
TOOL = f"{sys.executable} -m tfce_migrate"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    Path("a.py").write_bytes(OLD)
    Path("clean.py").write_bytes(b"import tensorflow as tf\n")


def shell(command: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["sh", "-c", command], input=given, capture_output=True, timeout=120)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "asked",
    ["check a.py", "migrate a.py", "check --output-format json a.py", "rules", "--version", "--help", "explain TFC201"],
)
def test_a_full_standard_output(asked: str) -> None:
    done = shell(f"{TOOL} {asked} >/dev/full")
    assert (done.returncode, done.stderr.splitlines()[-1:]) == (
        2, [b"tfce-migrate: cannot write to standard output: No space left on device"],
    )  # fmt: skip
    assert b"Traceback" not in done.stderr


def test_closed_streams() -> None:
    for asked in ("check a.py", "rules"):
        done = shell(f"{TOOL} {asked} >&-")
        assert done.returncode == 2
        assert b"standard output" in done.stderr
        assert b"Traceback" not in done.stderr
    for asked in ("check -", "check --files-from -"):
        done = shell(f"{TOOL} {asked} <&-")
        assert (done.returncode, done.stderr) == (2, b"tfce-migrate: standard input is closed\n")
    assert shell(f"{TOOL} check clean.py 2>&-").returncode == 0


def test_pipes_and_devices_are_not_written() -> None:
    os.mkfifo("pipe.py")
    done = shell(f"{TOOL} migrate pipe.py")
    assert done.returncode == 2
    assert b"it is a pipe" in done.stdout
    assert shell(f"cat a.py > pipe.py & {TOOL} check pipe.py").stdout.startswith(b"pipe.py: 1 finding\n")
    done = shell(f"{TOOL} check /dev/zero")
    assert done.returncode == 2
    assert b"it is a device or a socket" in done.stdout


def test_utf_16_is_said() -> None:
    Path("wide.py").write_bytes(OLD.decode().encode("utf-16"))
    done = shell(f"{TOOL} check wide.py")
    assert done.returncode == 2
    assert b"byte 0xff is not valid utf-8" in done.stdout


def test_without_memory_the_other_files_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    from tfce_migrate import run, settings

    real = files.read_bytes

    def read(path: str) -> bytes:
        if path == "clean.py":
            raise files.UnreadableError("cannot read the file: there is not enough memory for it")
        return real(path)

    def engine(*_: object) -> Outcome:
        raise MemoryError

    monkeypatch.setattr(files, "read_bytes", read)
    first, second = run.run(["a.py", "clean.py"], settings.Settings(), "check")
    assert [finding.code for finding in first.findings] == ["TFC401"]
    assert "memory" in second.problems[0].message
    monkeypatch.setattr(run, "_engine", lambda action: engine)
    (outcome,) = run.run(["a.py"], settings.Settings(), "check")
    assert [problem.message for problem in outcome.problems] == ["there is not enough memory for it"]


def test_few_open_files_are_enough() -> None:
    for number in range(20):
        Path(f"m{number}.py").write_bytes(OLD)
    done = shell(f"ulimit -n 12; {TOOL} check --jobs 2 .")
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"22 files looked at" in done.stderr + done.stdout


def test_an_excluded_standard_input_comes_back_as_it_was() -> None:
    for place in ("build/a.py --force-exclude", "old.py --exclude old.py --force-exclude"):
        done = shell(f"{TOOL} migrate - --stdin-filename {place}", OLD)
        assert (done.returncode, done.stdout) == (0, OLD)
    assert shell(f"{TOOL} migrate - --stdin-filename build/a.py", OLD).stdout != OLD


def test_a_byte_order_mark_before_a_list_of_paths() -> None:
    assert files.listed_paths(b"\xef\xbb\xbfa.py\r\nb.py\n") == ["a.py", "b.py"]


def test_annotations_do_not_steer_a_terminal() -> None:
    done = shell(f"{TOOL} check - --stdin-filename '\033[31mred.py' --output-format github", OLD)
    assert b"\033" not in done.stdout
    assert b"red.py" in done.stdout


def test_undo_goes_past_a_run_whose_files_were_edited() -> None:
    shell(f"{TOOL} migrate -q a.py")
    Path("b.py").write_bytes(OLD)
    shell(f"{TOOL} migrate -q b.py")
    Path("b.py").write_bytes(b"mine\n")
    done = shell(f"{TOOL} undo")
    assert (done.returncode, done.stdout) == (
        1, b"a.py: as it was\nb.py: left as it is, it was edited since\n1 file restored, 1 left\n",
    )  # fmt: skip
    assert Path("a.py").read_bytes() == OLD
