"""writing.py: whose a written file and its backup are, what may be done with them, and that no backup is left over."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
import toy

from tfce_migrate import files, writing
from tfce_migrate.cli import main

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs POSIX owners and modes")
root = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root gives files away")
OLD, NEW = b"import tensorflow as tf\ntf.log(x)\n", b"import tensorflow as tf\ntf.math.log(x)\n"


@pytest.fixture(autouse=True)
def path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    toy.install(monkeypatch)
    monkeypatch.chdir(tmp_path)
    Path("a.py").write_bytes(OLD)
    return Path("a.py")


def rights(name: str) -> tuple[int, int, int]:
    found = os.stat(name)
    return found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)


@root
def test_a_backup_belongs_to_the_owner_of_the_file(path: Path) -> None:
    os.chown(path, 1234, 2345)
    path.chmod(0o6750)
    assert main(["migrate", "-q", "--no-journal", "--backup", "~", "a.py"]) == 0
    assert (rights("a.py"), rights("a.py~")) == ((1234, 2345, 0o6750), (1234, 2345, 0o750))
    assert (path.read_bytes(), Path("a.py~").read_bytes()) == (NEW, OLD)


@pytest.mark.parametrize(("mode", "of_backup"), [(0o755, 0o755), (0o600, 0o600), (0o4755, 0o755), (0o7711, 0o711)])
def test_a_backup_runs_as_nobody_else(path: Path, mode: int, of_backup: int) -> None:
    path.chmod(mode)
    assert main(["migrate", "-q", "--no-journal", "--backup", "~", "a.py"]) == 0
    assert (rights("a.py")[2], rights("a.py~")[2]) == (mode, of_backup)


@root
def test_a_file_that_changes_hands_runs_as_nobody_else(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.chown(path, 1234, 2345)
    path.chmod(0o6755)
    change = os.chown

    def the_group_alone(path: str, user: int, group: int) -> None:
        if user != -1:
            raise PermissionError(1, "Operation not permitted")
        change(path, user, group)

    monkeypatch.setattr(os, "chown", the_group_alone)
    writing.write_atomically("a.py", NEW, expected=OLD)
    assert rights("a.py") == (os.geteuid(), 2345, 0o755)


def test_no_backup_is_left_of_a_file_that_cannot_be_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = os.replace

    def frozen(source: str, target: str) -> None:
        if target.endswith("a.py"):
            raise PermissionError(1, "Operation not permitted")
        replace(source, target)

    monkeypatch.setattr(os, "replace", frozen)
    assert main(["migrate", "-q", "--no-journal", "--backup", "~", "a.py"]) == 2
    assert os.listdir() == ["a.py"]
    Path("a.py~").write_bytes(OLD)
    with pytest.raises(files.WriteError):
        writing.write_and_back_up("a.py", "~", NEW, OLD)
    assert sorted(os.listdir()) == ["a.py", "a.py~"]
    assert path.read_bytes() == OLD
