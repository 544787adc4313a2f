"""writing.py, journal.py and what stands on them: nothing is lost, and a run can be taken back."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import toy

from tfce_migrate import files, journal, run, writing
from tfce_migrate.cli import main
from tfce_migrate.settings import Settings

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX links, modes and limits")
not_root = pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
OLD, NEW = b"import tensorflow as tf\ntf.log(x)\n", b"import tensorflow as tf\ntf.math.log(x)\n"
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    toy.install(monkeypatch)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def write(name: str, data: bytes = OLD) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def state(tmp_path: Path) -> list[str]:
    """The journals' files, without the folder for the tree."""
    found = (tmp_path / "state").rglob("*.json")
    return sorted("/".join(path.relative_to(tmp_path / "state").parts[3:]) for path in found)


# one file


def test_a_writer_that_comes_between_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("a.py")
    sync = os.fsync

    def meddle(descriptor: int) -> None:
        path.write_bytes(b"someone else's")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", meddle)
    with pytest.raises(files.WriteError, match="changed since"):
        writing.write_atomically("a.py", NEW, expected=OLD)
    assert [path.read_bytes() for path in Path().iterdir()] == [b"someone else's"]


@posix
def test_of_many_writers_at_the_same_time_one_wins() -> None:
    path = write("a.py", b"0")
    won: list[int] = []
    refused: set[str] = set()

    def count(number: int) -> None:
        for _ in range(20):
            before = path.read_bytes()
            try:
                writing.write_atomically("a.py", b"%d" % (int(before) + 1), expected=before)
                won.append(number)
            except files.WriteError as error:
                refused.add(str(error))

    threads = [threading.Thread(target=count, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert int(path.read_bytes()) == len(won)
    assert refused <= {"the file changed since it was read"}
    assert [path.name for path in Path().iterdir()] == ["a.py"]


FULL = """
import resource, sys
from tfce_migrate import files, writing
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    writing.write_atomically("a.py", b"x" * 200_000)
except files.WriteError as error:
    print(error)
"""


@posix
def test_where_there_is_no_room_the_file_stays() -> None:
    write("a.py")
    said = subprocess.check_output([sys.executable, "-c", FULL], text=True)
    assert said == "cannot write the file: File too large\n"
    assert [path.read_bytes() for path in Path().iterdir()] == [OLD]


@not_root
def test_read_only_files_and_folders_are_one_line_each(capsys: Captured) -> None:
    write("sealed.py").chmod(0o444)
    write("sub/a.py")
    Path("sub").chmod(0o555)
    try:
        assert main(["migrate", "-q"]) == 2
    finally:
        Path("sub").chmod(0o755)
    said = [line for line in capsys.readouterr().out.splitlines() if "problem[" in line]
    assert said == [
        "sealed.py problem[write]: the file is read-only",
        "sub/a.py problem[write]: the file's folder is read-only, so that no new file can be put in its place",
    ]
    assert Path("sub/a.py").read_bytes() == OLD


@posix
def test_links_and_modes(capsys: Captured) -> None:
    write("real/a.py").chmod(0o741)
    Path("link.py").symlink_to("real/a.py")
    Path("other.py").symlink_to("link.py")
    Path("loop.py").symlink_to("loop.py")
    assert main(["migrate"]) == 0
    assert "real/a.py: 1 finding, 1 fixed\n" in capsys.readouterr().out
    assert Path("real/a.py").read_bytes() == NEW
    assert stat.S_IMODE(Path("real/a.py").stat().st_mode) == 0o741
    assert [Path(name).is_symlink() for name in ("link.py", "other.py", "loop.py")] == [True] * 3
    assert main(["undo"]) == 0
    assert stat.S_IMODE(Path("real/a.py").stat().st_mode) == 0o741
    assert Path("link.py").is_symlink()


@posix
def test_a_hard_link_keeps_the_old_text_and_that_is_said(capsys: Captured) -> None:
    write("a.py")
    os.link("a.py", "a.snapshot")
    assert main(["migrate"]) == 0
    assert "a.py: the file has 1 more hard link, which keeps the old text\n" in capsys.readouterr().out
    assert (Path("a.py").read_bytes(), Path("a.snapshot").read_bytes()) == (NEW, OLD)


# backups


def test_backup(capsys: Captured) -> None:
    write("a.py").chmod(0o640)
    assert main(["migrate", "--backup", ".orig"]) == 0
    assert (Path("a.py").read_bytes(), Path("a.py.orig").read_bytes()) == (NEW, OLD)
    assert os.name != "posix" or stat.S_IMODE(Path("a.py.orig").stat().st_mode) == 0o640
    write("a.py", OLD + b"tf.log(y)\n")
    assert main(["migrate", "--backup", ".orig"]) == 2
    assert "there is another a.py.orig already: move it away, or take another suffix" in capsys.readouterr().out
    assert (Path("a.py").read_bytes(), Path("a.py.orig").read_bytes()) == (OLD + b"tf.log(y)\n", OLD)
    write("a.py")
    assert main(["migrate", "--backup", ".orig"]) == 0


@pytest.mark.parametrize("suffix", ["", "/x", ".old.py", "a\0"])
def test_a_suffix_that_makes_no_sense(suffix: str, capsys: Captured) -> None:
    write("a.py")
    assert main(["migrate", "--backup", suffix]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert Path("a.py").read_bytes() == OLD


# undo


def test_undo_restores_byte_for_byte(capsys: Captured, tmp_path: Path) -> None:
    odd = b"# coding: latin-1\r\nimport tensorflow as tf\r\ntf.log('\xe9')"
    write("a.py")
    write("sub/a b\nc.py", odd)
    assert main(["migrate", "-q"]) == 0
    capsys.readouterr()
    assert main(["undo"]) == 0
    assert capsys.readouterr().out == "a.py: as it was\nsub/a b\\x0ac.py: as it was\n2 files restored\n"
    assert (Path("a.py").read_bytes(), Path("sub/a b\nc.py").read_bytes()) == (OLD, odd)
    assert state(tmp_path) == []
    assert main(["undo"]) == 2
    assert capsys.readouterr().err == "tfce-migrate: there is nothing to undo: no run from this folder has a journal\n"


def test_undo_leaves_what_was_edited_since(capsys: Captured) -> None:
    for name in ("a.py", "b.py", "c.py"):
        write(name)
    assert main(["migrate", "-q"]) == 0
    write("a.py", NEW + b"more\n")
    Path("b.py").unlink()
    capsys.readouterr()
    assert main(["undo"]) == 1
    assert capsys.readouterr().out == (
        "c.py: as it was\na.py: left as it is, it was edited since\n"
        "b.py: left as it is, it is gone or cannot be read\n1 file restored, 2 left\n"
    )
    assert (Path("a.py").read_bytes(), Path("c.py").read_bytes()) == (NEW + b"more\n", OLD)
    write("a.py", NEW)
    assert main(["undo"]) == 1
    assert Path("a.py").read_bytes() == OLD


def test_undo_goes_back_run_by_run(capsys: Captured) -> None:
    write("a.py")
    assert main(["migrate", "-q"]) == 0
    write("b.py")
    assert main(["migrate", "-q"]) == 0
    assert main(["migrate", "-q"]) == 0  # which writes nothing
    capsys.readouterr()
    assert main(["undo"]) == 0
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == (
        "b.py: as it was\n1 file restored\n", "undo once more takes back the run before\n",
    )  # fmt: skip
    assert main(["undo"]) == 0
    assert Path("a.py").read_bytes() == OLD


def test_only_the_last_runs_are_kept(tmp_path: Path) -> None:
    for _ in range(journal.KEPT + 3):
        write("a.py")
        assert main(["migrate", "-q"]) == 0
    assert len(state(tmp_path)) <= journal.KEPT + 1


def test_without_a_journal_there_is_nothing_to_undo(tmp_path: Path) -> None:
    write("a.py")
    assert main(["migrate", "--no-journal"]) == 0
    assert main(["undo"]) == 2
    assert not (tmp_path / "state").exists()


def test_without_room_for_a_journal_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    write("a.py")
    (tmp_path / "state").write_text("a file")
    assert main(["migrate", "-q"]) == 2
    assert "a.py problem[write]: no journal for undo can be kept in " in capsys.readouterr().out
    assert Path("a.py").read_bytes() == OLD
    assert main(["migrate", "--no-journal"]) == 0


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b'{"files": [{"path": 1}]}', b"\xff", b'{"files": [null]}'])
def test_a_damaged_journal_is_one_line(damage: bytes, tmp_path: Path, capsys: Captured) -> None:
    write("a.py")
    assert main(["migrate", "-q"]) == 0
    [file] = tmp_path.rglob("journal.json")
    file.write_bytes(damage)
    capsys.readouterr()
    assert main(["undo"]) == 2
    assert "cannot be read" in capsys.readouterr().err
    assert Path("a.py").read_bytes() == NEW


def test_a_journal_stands_before_the_first_file_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("a.py", "b.py"):
        write(name)
    seen = []

    def look(path: str, data: bytes, expected: bytes | None = None, tag: str = "") -> None:
        if expected is not None:
            [file] = tmp_path.rglob("journal.json")
            seen.append([entry["path"] for entry in json.loads(file.read_bytes())["files"]])
        real(path, data, expected, tag)

    real = writing.write_atomically
    monkeypatch.setattr(writing, "write_atomically", look)
    assert main(["migrate", "-q"]) == 0
    assert seen == [["a.py", "b.py"]] * 2


@posix
def test_undo_refuses_while_a_run_writes(capsys: Captured) -> None:
    write("a.py")
    with journal.kept(".", [journal.Planned("a.py", OLD, NEW)]):
        code = "import sys; from tfce_migrate.cli import main; sys.exit(main(['undo']))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (
        2, "tfce-migrate: a run that writes files of this folder is still under way\n",
    )  # fmt: skip


def test_paths_that_are_not_below_the_folder(tmp_path: Path) -> None:
    path = write(str(tmp_path / "elsewhere/a.py"))
    assert main(["migrate", "-q", str(path)]) == 0
    assert main(["undo"]) == 0
    assert path.read_bytes() == OLD


@pytest.mark.skipif(sys.platform != "linux", reason="names that are not UTF-8 are Linux's")
def test_names_that_are_not_utf_8(capsys: Captured) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    write(name)
    assert main(["migrate", "-q"]) == 0
    assert Path(name).read_bytes() == NEW
    assert main(["undo"]) == 0
    assert Path(name).read_bytes() == OLD
    assert "caf\\udce9.py" in capsys.readouterr().out


def test_two_runs_on_one_tree() -> None:
    for number in range(30):
        write(f"{number}.py", OLD + b"#" * number)
    threads = [threading.Thread(target=run.run, args=(["."], Settings(jobs=1), "migrate")) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [Path(f"{number}.py").read_bytes() for number in range(30)] == [NEW + b"#" * n for n in range(30)]
    assert len(list(Path().iterdir())) == 30


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    sys.path.insert(0, str(Path(__file__).parent.parent))
    from benchmarks import full_disk

    with full_disk.disk(600) as folder:
        if folder is None:
            pytest.skip(full_disk.SKIPPED)
        assert list(full_disk.attempt(folder, tmp_path, 15, 4)) == []
