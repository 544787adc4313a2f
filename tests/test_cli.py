"""cli.py and session.py: what each command prints on which stream, what it writes, and how it exits."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import toy

from tfce_migrate import version
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


Captured = pytest.CaptureFixture[str]


# exit codes


@pytest.mark.parametrize(
    ("text", "check", "migrate", "diff"),
    [
        ("x = 1\n", 0, 0, 0),
        ("tf.hint(x)\n", 0, 0, 0),
        ("tf.log(x)\n", 1, 0, 1),
        ("tf.gone(x)\n", 1, 1, 1),
        ("tf.log(tf.gone(x))\n", 1, 1, 1),
        ("syntax error\n", 2, 2, 2),
        ("crash()\n", 2, 2, 2),
    ],
)
def test_exit_codes(text: str, check: int, migrate: int, diff: int) -> None:
    write("a.py", text)
    assert main(["check"]) == check
    assert main(["check", "--output-format", "diff"]) == check
    assert main(["migrate", "--diff"]) == diff
    assert main(["check", "--exit-zero"]) == (2 if check == 2 else 0)
    assert main(["migrate"]) == migrate


def test_a_missing_path_is_a_problem_and_the_rest_goes_on(capsys: Captured) -> None:
    write("a.py", "tf.log(x)\n")
    assert main(["check", "missing.py", "a.py"]) == 2
    out = capsys.readouterr().out
    assert "missing.py problem[read]: no such file or folder" in out
    assert "a.py:2:1 TFC401[moved-symbol] warning: tf.log: It moved." in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "say what to do"),
        (["chek"], "No such command 'chek'"),
        (["check", "--colour"], "No such option"),
        (["check", "--jobs", "-1"], "'--jobs'"),
        (["check", "--target", "v3"], "'v3' is not one of"),
        (["check", "--tf-version", "1.14"], "tf-version: '1.14' is neither a TensorFlow 2 version"),
        (["check", "--select", "TFC999"], "select: no rule has the code, prefix or name 'TFC999'"),
        (["check", "--ignore", "TFC401,nonsense"], "ignore: no rule has the code, prefix or name 'nonsense'"),
        (["check", "--config", "no.toml"], "no.toml: No such file"),
        (["check", "--config", "x", "--isolated"], "--isolated reads no file"),
        (["check", "-q", "-v"], "contradict"),
        (["check", "-", "a.py"], "the path - cannot have others"),
        (["check", "--stdin-filename", "a.py"], "--stdin-filename goes with"),
        (["check", "--add-baseline"], "--add-baseline needs --baseline"),
        (["check", "--baseline", "no.json"], "baseline no.json: cannot read the file"),
        (["check", "--diff"], "No such option"),
        (["check", "--output-file", "no/folder/x"], "no/folder/x: cannot write the file"),
        (["migrate", "--diff", "--output-format", "json"], "--diff has its own"),
        (["migrate", "--diff", "--baseline", "x", "--add-baseline"], "--diff writes nothing"),
        (["explain"], "Missing argument"),
        (["explain", "TFC999"], "there is no rule 'TFC999'"),
        (["explain", "removed-symbl"], "did you mean removed-symbol?"),
    ],
)
def test_bad_usage_is_one_line_and_exit_code_2(arguments: list[str], message: str, capsys: Captured) -> None:
    write("a.py")
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("tfce-migrate: ")
    assert message in printed.err
    assert printed.err.count("\n") == 1


def test_bad_settings_in_a_file_are_bad_usage(capsys: Captured) -> None:
    write("a.py")
    Path("pyproject.toml").write_text("[tool.tfce-migrate]\ntargets = 'v2'\n")
    assert main(["check"]) == 2
    assert capsys.readouterr().err == (
        f"tfce-migrate: {Path.cwd() / 'pyproject.toml'}: [tool.tfce-migrate] has no key 'targets';"
        " did you mean 'target'?\n"
    )
    assert main(["check", "--isolated"]) == 0


# reports and streams


def test_the_report_is_all_that_goes_to_standard_output(capsys: Captured) -> None:
    write("a.py", "tf.log(x)\n")
    assert main(["check", "--output-format", "json", "--statistics", "--verbose"]) == 1
    printed = capsys.readouterr()
    document = json.loads(printed.out)
    assert document["summary"]["by_rule"] == {"TFC401": 1}
    assert document["tool"]["version"] == version.__version__
    assert "1  TFC401  moved-symbol" in printed.err
    assert "1/1 a.py" in printed.err
    assert "no settings file" in printed.err


def test_quiet_says_the_findings_only(capsys: Captured) -> None:
    write("a.py", "tf.log(x)\n")
    main(["check", "--quiet", "--output-format", "jsonl"])
    assert capsys.readouterr().err == ""
    main(["check", "--quiet"])
    printed = capsys.readouterr()
    assert "looked at" not in printed.out + printed.err


def test_output_file(capsys: Captured) -> None:
    write("a.py", "tf.log(x)  # é\n")
    assert main(["check", "--output-file", "report.txt"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "1 finding" in printed.err
    assert "tf.log(x)  # é\n" in Path("report.txt").read_text(encoding="utf-8")


def test_no_files_at_all(capsys: Captured) -> None:
    assert main(["check"]) == 0
    assert "no Python files found" in capsys.readouterr().err


def test_a_stream_that_lacks_a_character_gets_an_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    write("a.py", "tf.log('é→')\n")
    stream = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr(sys, "stdout", stream)
    assert main(["check"]) == 1
    stream.flush()
    assert b"tf.log('\xe9\\u2192')" in stream.buffer.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colour_on_a_terminal_unless_unwanted(
    environment: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    write("a.py", "tf.log(x)\n")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    main(["check"])
    assert ("\x1b[" in capsys.readouterr().out) is coloured


def test_no_colour_in_a_pipe(capsys: Captured) -> None:
    write("a.py", "tf.log(x)\n")
    main(["check"])
    assert "\x1b[" not in capsys.readouterr().out


def test_diff_applies_and_problems_stand_beside_it(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    Path("a.py").write_bytes(b"# coding: latin-1\r\nimport tensorflow as tf\r\ntf.log('\xe9')")
    write("b.py", "syntax error\n")
    assert main(["migrate", "--diff", "--quiet"]) == 2
    printed = capfdbinary.readouterr()
    assert b"b.py:1 problem[parse]: invalid syntax" in printed.err
    subprocess.run(["git", "apply", "-"], input=printed.out, check=True)
    assert Path("a.py").read_bytes() == b"# coding: latin-1\r\nimport tensorflow as tf\r\ntf.math.log('\xe9')"


def test_a_format_in_the_settings_file_does_not_stop_diff(capsys: Captured) -> None:
    write("a.py", "tf.log(x)\n")
    Path("pyproject.toml").write_text("[tool.tfce-migrate]\noutput-format = 'json'\n")
    assert main(["migrate", "--diff"]) == 1
    assert capsys.readouterr().out.startswith("--- a/a.py\n+++ b/a.py\n")


# rules


def test_rules(capsys: Captured) -> None:
    assert main(["rules"]) == 0
    assert capsys.readouterr().out == (
        "TFC401  moved-symbol      warning  exact   It moved.\n"
        "TFC406  removed-symbol    error    manual  It is gone.\n"
        "TFC501  graph-mode-entry  info     manual  A hint.\n"
    )


@pytest.mark.parametrize("rule", ["TFC406", "tfc406", "removed-symbol"])
def test_explain(rule: str, capsys: Captured) -> None:
    assert main(["explain", rule]) == 0
    assert capsys.readouterr().out == "# removed-symbol (TFC406)\n"


# the program as it is installed


def program(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": paths, **environment},
        capture_output=True,
        text=True,
    )


def test_python_m_runs_it_and_passes_its_exit_code_on() -> None:
    write("a.py")
    done = program("-m", "tfce_migrate", "check", "missing.py")
    assert (done.returncode, done.stderr) == (2, "")
    assert "missing.py problem[read]" in done.stdout


def test_version_comes_without_loading_anything_heavy() -> None:
    done = program("-X", "importtime", "-m", "tfce_migrate", "--version")
    assert done.stdout == f"tfce-migrate {version.__version__}\n"
    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert "click" in loaded
    ours = r"tfce_migrate\.(?!cli|settings|streams|version|outcome|interrupt)"
    heavy = re.compile(rf"(rich|libcst|importlib\.metadata|multiprocessing|{ours})\b")
    assert not {name for name in loaded if heavy.match(name)}


def test_the_version_is_that_of_the_package() -> None:
    assert f'\nversion = "{version.__version__}"\n' in (ROOT / "pyproject.toml").read_text()


def test_many_files_with_the_real_rules_in_several_processes() -> None:
    pytest.importorskip("tfce_migrate.rules", reason="the package is not installed (pip install -e .)")
    for number in range(10):
        write(f"{number}.py", f"x{number} = tf.log(y)\r\n")
    write("plain.py", "x = 1\n")
    done = program("-m", "tfce_migrate", "migrate", "--jobs", "2", "--output-format", "json")
    document = json.loads(done.stdout)
    assert document["summary"] == {
        "files": 11, "findings": 10, "fixed": 10, "left": 0, "problems": 0, "by_rule": {"TFC401": 10}
    }  # fmt: skip
    assert done.returncode == 0
    for number in range(10):
        assert Path(f"{number}.py").read_bytes() == f"{HEAD}x{number} = tf.math.log(y)\r\n".encode()
    assert program("-m", "tfce_migrate", "migrate", "--diff").stdout == ""


COMMANDS = [sys.executable, "-m", "tfce_migrate"], [str(Path(sys.executable).with_name("tfce"))]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_module_of_the_code_that_is_read_is_ever_run(tmp_path: Path, command: list[str]) -> None:
    names = ("ast", "json", "libcst", "pickle", "queue", "random", "signal", "threading", "tokenize", "symbols")
    folders = ("multiprocessing", "concurrent", "click")
    for name in (*names, *(f"{folder}/__init__" for folder in folders)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.py").write_text("import os\nos.mkdir('it-was-run')  # tensorflow\n")
    (tmp_path / "main.py").write_text("import tensorflow as tf\nimport symbols\nx = tf.log(symbols.y)\n")
    done = subprocess.run([*command, "check", "--jobs", "2", "."], cwd=tmp_path, capture_output=True, text=True)
    assert not (tmp_path / "it-was-run").exists()
    assert done.returncode == 1, done.stderr
    assert "14 files looked at: 1 finding" in done.stdout
