"""Killed at any moment: every file is wholly old or wholly new, the next run completes the work, undo takes it back."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs kill -9")

KILLS = 8
OLD = b"import tensorflow as tf\r\nx = tf.log(y)  # %d\r\n" + b"#" * 5000
NEW = OLD.replace(b"tf.log", b"tf.math.log")


def start(*arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tfce_migrate", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)


def contents(tree: Path) -> list[bytes]:
    return [(tree / f"{number}.py").read_bytes() for number in range(len(list(tree.glob("*.py"))))]


def is_whole(found: list[bytes]) -> bool:
    return all(data in (OLD % number, NEW % number) for number, data in enumerate(found))


def killed_at_random(seconds: float, *arguments: str) -> None:
    process = start(*arguments)
    time.sleep(random.uniform(0, seconds))
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def test_killed_at_any_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    tree = tmp_path / "tree"
    tree.mkdir()
    for number in range(60):
        (tree / f"{number}.py").write_bytes(OLD % number)
    started = time.perf_counter()
    assert start("migrate", "-q", "--jobs", "1", "tree").wait() == 0
    seconds = time.perf_counter() - started
    assert start("undo").wait() == 0
    for _ in range(KILLS):
        killed_at_random(seconds, "migrate", "-q", "--jobs", "1", "tree")
        assert is_whole(contents(tree))
        killed_at_random(seconds, "undo")
        assert is_whole(contents(tree))
    assert start("migrate", "-q", "tree").wait() == 0
    assert contents(tree) == [NEW % number for number in range(60)]
    assert sorted(path.suffix for path in tree.iterdir()) == [".py"] * 60
    while start("undo").wait() == 0:
        assert is_whole(contents(tree))
    assert contents(tree) == [OLD % number for number in range(60)]


def test_workers_end_with_the_run_that_was_killed(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number}.py").write_bytes(OLD % number + b"x = tf.nn.softmax(x)\n" * 400)
    process = start("check", "-q", "--jobs", "2", str(tmp_path))
    workers: list[int] = []
    while len(workers) < 2 and process.poll() is None:
        workers = children(process.pid)
        time.sleep(0.05)
    if process.poll() is not None:
        pytest.skip("the run was over before its workers could be seen")
    process.kill()
    process.wait()
    until = time.monotonic() + 10
    while any(map(is_alive, workers)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(is_alive, workers))


def children(parent: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True).stdout
    return [int(word) for word in found.split()]


def is_alive(number: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(number)], capture_output=True, text=True).stdout.strip()
    return bool(state) and not state.startswith("Z")
