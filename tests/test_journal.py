"""journal.py where its own files are damaged or old: undo writes what a file held, or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import toy

from tfce_migrate.cli import main

OLD, NEW = b"import tensorflow as tf\ntf.log(x)  # %d\n", b"import tensorflow as tf\ntf.math.log(x)  # %d\n"
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _migrated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    toy.install(monkeypatch)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for number in range(3):
        Path(f"{number}.py").write_bytes(OLD % number)
    assert main(["migrate", "-q"]) == 0


def contents() -> list[bytes]:
    return [Path(f"{number}.py").read_bytes() for number in range(3)]


def kept(tmp_path: Path) -> Path:
    [file] = tmp_path.rglob("before")
    return file


def change_entries(tmp_path: Path, change: Callable[[dict[str, object]], object]) -> None:
    file = kept(tmp_path).with_name("journal.json")
    journal = json.loads(file.read_bytes())
    for entry in journal["files"]:
        change(entry)
    file.write_text(json.dumps(journal))


@pytest.mark.parametrize("old_journal", [False, True])
def test_bytes_that_are_cut_short_are_not_written(old_journal: bool, tmp_path: Path, capsys: Captured) -> None:
    file = kept(tmp_path)
    if old_journal:
        change_entries(tmp_path, lambda entry: entry.pop("before"))
    whole = file.read_bytes()
    file.write_bytes(whole[: len(OLD) + 5])
    for _ in range(2):
        capsys.readouterr()
        assert main(["undo"]) == 2
        assert contents() == [OLD % 0, NEW % 1, NEW % 2]
        out = capsys.readouterr().out
        assert "1.py: not restored, what it held is damaged in the journal, " in out
    file.write_bytes(whole)
    assert main(["undo"]) == 0
    assert contents() == [OLD % number for number in range(3)]


def test_bytes_that_are_not_what_they_were_are_not_written(tmp_path: Path, capsys: Captured) -> None:
    file = kept(tmp_path)
    file.write_bytes(file.read_bytes().replace(b"# 1", b"# 7"))
    capsys.readouterr()
    assert main(["undo"]) == 2
    assert contents() == [OLD % 0, NEW % 1, OLD % 2]
    assert capsys.readouterr().out.endswith("2 files restored, 1 left\n")


def test_a_file_that_is_as_it_was_needs_no_bytes(tmp_path: Path) -> None:
    for number in range(3):
        Path(f"{number}.py").write_bytes(OLD % number)
    kept(tmp_path).write_bytes(b"")
    assert main(["undo"]) == 0


def test_a_journal_without_the_hash_of_what_was_there_is_undone(tmp_path: Path) -> None:
    change_entries(tmp_path, lambda entry: entry.pop("before"))
    assert main(["undo"]) == 0
    assert contents() == [OLD % number for number in range(3)]


@pytest.mark.parametrize(
    ("key", "value"),
    [("after", None), ("after", 1), ("path", None), ("path", 1), ("at", None), ("at", "0"), ("at", -1),
     ("size", None), ("size", -1)],
)  # fmt: skip
def test_an_entry_that_lacks_something_is_one_line(
    key: str, value: object, tmp_path: Path, capsys: Captured
) -> None:
    change_entries(tmp_path, lambda entry: entry.pop(key) if value is None else entry.update({key: value}))
    capsys.readouterr()
    assert main(["undo"]) == 2
    assert "cannot be read" in capsys.readouterr().err
    assert contents() == [NEW % number for number in range(3)]
    Path("0.py").write_bytes(OLD % 0)
    assert main(["migrate", "-q"]) == 0
