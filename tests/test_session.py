"""session.py through the command line: selections, baselines, and standard input as the source."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
import toy

from tfce_migrate.cli import main

HEAD = "import tensorflow as tf\n"
ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    toy.install(monkeypatch)
    monkeypatch.chdir(tmp_path)


def write(name: str, text: str = "") -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((HEAD + text).encode())
    return path


def type_in(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))


Captured = pytest.CaptureFixture[str]


# selection


def test_selection(capsys: Captured) -> None:
    write("a.py", "tf.log(x)\ntf.gone(x)\ntf.hint(x)\n")

    def codes(*arguments: str) -> list[str]:
        main(["check", "--output-format", "jsonl", "-q", *arguments])
        return [json.loads(line)["code"] for line in capsys.readouterr().out.splitlines()]

    assert codes() == ["TFC401", "TFC406", "TFC501"]
    assert codes("--select", "TFC4") == ["TFC401", "TFC406"]
    assert codes("--select", "TFC401,graph-mode-entry") == ["TFC401", "TFC501"]
    assert codes("--select", "tfc401", "--extend-select", "TFC5") == ["TFC401", "TFC501"]
    assert codes("--ignore", "moved-symbol", "--ignore", "TFC5") == ["TFC406"]
    Path("pyproject.toml").write_text("[tool.tfce-migrate]\nignore = ['TFC4']\n")
    assert codes() == ["TFC501"]
    assert codes("--select", "ALL") == ["TFC401", "TFC406", "TFC501"]


def test_a_version_that_the_tables_do_not_know_is_told(capsys: Captured) -> None:
    write("a.py", "tf.log(x)\n")
    main(["check", "--tf-version", "2.4"])
    assert "TensorFlow 2.4 is judged by 2.15, the nearest that the tables know" in capsys.readouterr().err
    main(["check", "--tf-version", "2.4", "-q"])
    main(["check", "--tf-version", "2.15"])
    assert "judged" not in capsys.readouterr().err


# standard input


def test_check_of_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    type_in(monkeypatch, HEAD.encode() + b"tf.log(x)\n")
    assert main(["check", "-"]) == 1
    assert "<stdin>:2:1 TFC401" in capsys.readouterr().out


def test_standard_input_under_a_name_takes_the_settings_of_its_folder(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    Path("sub").mkdir()
    Path("sub/pyproject.toml").write_text("[tool.tfce-migrate]\nignore = ['TFC401']\n")
    type_in(monkeypatch, HEAD.encode() + b"tf.log(tf.gone(x))\n")
    assert main(["check", "-", "--stdin-filename", "sub/a.py"]) == 1
    out = capsys.readouterr().out
    assert "sub/a.py:2:8 TFC406" in out
    assert "TFC401" not in out


LATIN = b"# coding: latin-1\r\nimport tensorflow\r\ntf.%s('\xe9')"


@pytest.mark.parametrize(
    ("raw", "after", "code"),
    [
        (LATIN % b"log", LATIN % b"math.log", 0),
        (
            b"\xef\xbb\xbfimport tensorflow\ntf.log(x)\n",
            b"\xef\xbb\xbfimport tensorflow\ntf.math.log(x)\n",
            0,
        ),
        (b"import tensorflow\nsyntax error", b"import tensorflow\nsyntax error", 2),
        (b"import tensorflow\n\xff", b"import tensorflow\n\xff", 2),
        (b"\xef\xbb\xbfx = 1\r", b"\xef\xbb\xbfx = 1\r", 0),
    ],
)
def test_migrate_filters_standard_input(
    raw: bytes,
    after: bytes,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    type_in(monkeypatch, raw)
    assert main(["migrate", "-"]) == code
    printed = capfdbinary.readouterr()
    assert printed.out == after
    assert b"1 file looked at" in printed.err


def test_diff_of_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    type_in(monkeypatch, HEAD.encode() + b"tf.log(x)\n")
    assert main(["migrate", "--diff", "-", "--stdin-filename", "a.py"]) == 1
    assert "\n-tf.log(x)\n+tf.math.log(x)\n" in capsys.readouterr().out
    assert not Path("a.py").exists()


# baseline


def known(file: str, key: str) -> list[str]:
    return [entry[key] for entry in json.loads(Path(file).read_text())["findings"]]


def test_baseline(capsys: Captured) -> None:
    path = write("a.py", "tf.log(x)\ntf.gone(x)\n")
    assert main(["check", "--baseline", "known.json", "--add-baseline"]) == 0
    assert "known.json now knows 2 findings" in capsys.readouterr().err
    assert main(["check", "--baseline", "known.json"]) == 0
    path.write_text(f"{HEAD}\n\ntf.gone(y)\ntf.log(x)\ntf.gone(x)\n")
    capsys.readouterr()
    assert main(["check", "--baseline", "known.json", "--output-format", "jsonl"]) == 1
    [left] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (left["code"], left["start"]["line"]) == ("TFC406", 6)


def test_baseline_from_the_settings_file_is_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    write("sub/a.py", "tf.gone(x)\n")
    Path("pyproject.toml").write_text("[tool.tfce-migrate]\nbaseline = 'known.json'\n")
    monkeypatch.chdir("sub")
    assert main(["check", "--add-baseline"]) == 0
    assert [entry["path"] for entry in json.loads(Path("../known.json").read_text())["findings"]] == [
        "sub/a.py"
    ]
    assert main(["check"]) == 0
    monkeypatch.chdir("..")
    assert main(["check"]) == 0


def test_baseline_after_migrate_knows_what_is_left() -> None:
    write("a.py", "tf.log(x)\ntf.gone(x)\n")
    assert main(["migrate", "--baseline", "known.json", "--add-baseline"]) == 0
    assert known("known.json", "code") == ["TFC406"]
    assert main(["migrate", "--baseline", "known.json"]) == 0


def test_a_broken_baseline_is_bad_usage(capsys: Captured) -> None:
    Path("known.json").write_text("[]")
    assert main(["check", "--baseline", "known.json"]) == 2
    assert (
        capsys.readouterr().err == "tfce-migrate: baseline known.json: this is no baseline of tfce-migrate\n"
    )


# lists of files


def test_files_from_a_file_and_from_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    for name in ("a.py", "b.py", "c d.py", "e.py"):
        write(name, "tf.gone(x)\n")
    Path("list").write_bytes(b"b.py\nc d.py\n")

    def paths(*arguments: str) -> list[str]:
        main(["check", "--output-format", "jsonl", "-q", *arguments])
        return [json.loads(line)["path"] for line in capsys.readouterr().out.splitlines()]

    assert paths("--files-from", "list") == ["b.py", "c d.py"]
    assert paths("a.py", "--files-from", "list") == ["a.py", "b.py", "c d.py"]
    type_in(monkeypatch, b"e.py\0a.py\0")
    assert paths("--files-from", "-") == ["a.py", "e.py"]
    type_in(monkeypatch, b"")
    assert paths("--files-from", "-") == []


def test_a_list_that_cannot_be_read_is_one_line(capsys: Captured) -> None:
    assert main(["check", "--files-from", "gone"]) == 2
    assert capsys.readouterr().err == "tfce-migrate: --files-from gone: No such file or directory\n"
    assert main(["check", "-", "--files-from", "gone"]) == 2
    assert "exclude each other" in capsys.readouterr().err


def test_force_exclude_from_the_settings_file() -> None:
    write("old/a.py", "tf.gone(x)\n")
    Path("pyproject.toml").write_text("[tool.tfce-migrate]\nexclude = ['old']\n")
    assert main(["check", "old/a.py"]) == 1
    assert main(["check", "--force-exclude", "old/a.py"]) == 0
    Path("pyproject.toml").write_text("[tool.tfce-migrate]\nexclude = ['old']\nforce-exclude = true\n")
    assert main(["check", "old/a.py"]) == 0
    assert main(["check", "--no-force-exclude", "old/a.py"]) == 1


@pytest.mark.parametrize(
    "toml",
    [b"[tool.tfce-migrate\n", b"\xff", b"a = 1" + b"0" * 5000, b"a = " + b"[" * 100_000, b"[tool]\ntfce-migrate = 1\n",
     b"tool = []\n", b"[tool.tfce-migrate]\nselect = 'x'\n", b"\0"],
)  # fmt: skip
def test_a_malformed_settings_file_is_one_line(toml: bytes, capsys: Captured) -> None:
    write("a.py", "tf.log(x)\n")
    Path("pyproject.toml").write_bytes(toml)
    assert main(["migrate"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("tfce-migrate: ")
    assert "pyproject.toml" in said.err
    assert said.err.count("\n") == 1
    assert len(said.err) < 500


# what a report may not write over


@pytest.mark.parametrize("command", ["check", "migrate"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["--output-file", "a.py", "a.py"],
        ["--output-file", "a.py"],
        ["--output-file", "a.py", "b.py"],
        ["--output-file", "link.txt", "b.py"],
        ["--output-file", "script", "script"],
        ["--output-file", "book.ipynb", "b.py"],
        ["--output-file", "list.txt", "--files-from", "list.txt"],
        ["--output-file", "own.toml", "--config", "own.toml"],
        ["--output-file", "known.json", "--baseline", "known.json"],
        ["--output-file", "known.json", "--baseline", "known.json", "--add-baseline"],
    ],
)
def test_a_report_takes_the_place_of_nothing_that_is_read(
    command: str, arguments: list[str], capsys: Captured
) -> None:
    for name in ("a.py", "b.py", "script", "book.ipynb"):
        write(name, "tf.log(x)\n")
    Path("link.txt").symlink_to("a.py")
    Path("list.txt").write_text("a.py\n")
    Path("own.toml").write_text("[tool.tfce-migrate]\n")
    assert main(["check", "b.py", "--baseline", "known.json", "--add-baseline"]) == 0
    before = {path: path.read_bytes() for path in Path().iterdir()}
    capsys.readouterr()
    assert main([command, *arguments]) == 2
    assert "would take its place" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in Path().iterdir()} == before


def test_a_report_does_not_take_the_place_of_a_backup() -> None:
    write("a.py", "tf.log(x)\n")
    assert main(["migrate", "--backup", ".orig", "--output-file", "a.py.orig"]) == 2
    assert main(["migrate", "--backup", ".orig", "--output-file", "report"]) == 0
    assert Path("a.py.orig").read_text() == HEAD + "tf.log(x)\n"


def test_a_report_takes_the_place_of_the_last_report() -> None:
    write("a.py", "tf.log(x)\n")
    for command in ("check", "migrate"):
        main([command, "--output-file", "report.txt", "--backup", "~"][: 3 if command == "check" else 5])
        assert "TFC401" in Path("report.txt").read_text()
    Path("pyproject.toml").write_text("[tool.tfce-migrate]\noutput-file = 'pyproject.toml'\n")
    assert main(["check"]) == 2


# what .gitignore leaves out


def test_python_that_gitignore_leaves_out_is_told_in_one_line(capsys: Captured) -> None:
    for name in ("top.py", "sandbox/m.py", "z.py"):
        write(name)
    Path(".gitignore").write_text("sandbox\n")
    told = "left out by .gitignore: sandbox/; name it to look at it"
    for arguments in (["check"], ["migrate", "--diff"], ["check", "--output-format", "json"]):
        assert main(arguments) == 0
        assert told in capsys.readouterr().err.splitlines()
    Path(".gitignore").write_text("sandbox\nz.py\n")
    main(["check"])
    assert "left out by .gitignore: sandbox/ and 1 more; name them to look at them\n" in capsys.readouterr().err
    for quiet in (["-q"], ["top.py"], [".", "sandbox", "z.py"], ["--exclude", "/sandbox", "--exclude", "z.py"]):
        main(["check", *quiet])
        assert "left out" not in capsys.readouterr().err
