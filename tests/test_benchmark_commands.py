"""The measuring scripts as commands, with a made-up tool, checkouts and folders."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import census, labels, neighbours, speed  # noqa: E402
from benchmarks.checkouts import folder_name, git_directory, lay_out, parse_listing  # noqa: E402
from benchmarks.scoring import Label  # noqa: E402
from benchmarks.sources import Passage, decode, parse, read_passages  # noqa: E402
from benchmarks.tool import Report, ToolFailed, read_report, run_tool, without_cache  # noqa: E402
from tfce_migrate.outcome import Finding, Fix, Position, Related, Safety, TextEdit  # noqa: E402

TEXT = """import tensorflow as tf
p = tf.nn.softmax(net(x))
a = tf.nn.softmax_cross_entropy_with_logits(p, t)
b = -tf.reduce_sum(t * tf.log(p + 1e-8))
c = -tf.reduce_sum(t * tf.log(p))
d = tf.log(tf.nn.softmax(z))
"""


def label(**more: Any) -> Label:
    place = {"id": "S1", "repo": "o/n", "commit": "c" * 40, "path": "m.py", "line": 3, "dataflow": "local"}
    return Label(**{**place, "pattern": "double_softmax", "verdict": "bug", **more})


REPORT = {
    "version": 1,
    "summary": {"files": 1},
    "findings": [
        {
            "code": "TFC201", "rule": "probabilities-as-logits", "severity": "error", "safety": "behaviour",
            "message": "softmax twice", "path": "m.py", "cell": None, "symbol": "tf.nn.f",
            "start": {"line": 3, "column": 5}, "end": {"line": 3, "column": 50},
            "because": [{"path": "m.py", "start": {"line": 2, "column": 5}, "end": {"line": 2, "column": 9},
                         "message": "probabilities"}],
            "fix": {"applied": False, "why_not": "on request",
                    "edits": [{"start": {"line": 3, "column": 5}, "end": {"line": 3, "column": 6},
                               "text": "q"}]},
        }
    ],
    "problems": [
        {"path": "n.py", "stage": "parse", "line": 3, "message": "print"},
        {"path": "m.py", "stage": "rule", "line": None, "message": "crashed"},
    ],
}  # fmt: skip


def test_a_report_is_read_whole() -> None:
    report = read_report(json.dumps(REPORT))
    (one,) = report.findings
    assert (one.code, one.start, one.because[0].start.line) == ("TFC201", Position(3, 5), 2)
    assert one.fix == Fix(False, (TextEdit(Position(3, 5), Position(3, 6), "q"),), "on request")
    assert (report.files, report.problems[0].stage, report.reads_notebooks) == (1, "parse", False)


@pytest.fixture
def fake_tool(tmp_path: Path) -> str:
    """A command that always prints the same report, keeps what it was asked, and writes if it may."""
    script = tmp_path / "tool.py"
    log = tmp_path / "asked"
    script.write_text(
        f"import sys\nopen({str(log)!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n')\n"
        "if sys.argv[1] == 'migrate':\n    open('m.py', 'w').write('migrated')\n"
        f"print({json.dumps(REPORT)!r})\nsys.exit(1)\n"
    )
    return f"{sys.executable} {script}"


def test_a_tool_without_a_report_is_an_error_that_quotes_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no such option')"]
    with pytest.raises(ToolFailed, match="no such option"):
        run_tool(command, ["check"], tmp_path, ["."])


def test_a_tool_that_keeps_a_cache_is_told_not_to_use_it() -> None:
    keeps = [sys.executable, "-c", "print('--no-cache  Look at every file anew.')"]
    assert without_cache(keeps) == ["--no-cache"]
    assert without_cache([sys.executable, "-c", "print('--isolated')"]) == []


def write_labels(tmp_path: Path, **more: Any) -> tuple[Path, Path]:
    """A labels file of one site, and a folder that holds its checkout."""
    entry = {
        "id": "S1", "repo": "o/n", "commit": "c" * 40, "path": "m.py", "line": 3, "dataflow": "local",
        "pattern": "double_softmax", "verdict": "bug", **more,
    }  # fmt: skip
    checkout = tmp_path / "checkouts" / folder_name("o/n", "c" * 40)
    checkout.mkdir(parents=True)
    (checkout / "m.py").write_text(TEXT)
    (tmp_path / "labels.jsonl").write_text(json.dumps(entry) + "\n")
    return tmp_path / "labels.jsonl", tmp_path / "checkouts"


def test_the_labels_command_measures_a_tool(
    tmp_path: Path, fake_tool: str, capsys: pytest.CaptureFixture[str]
) -> None:
    where, checkouts = write_labels(tmp_path)
    into = tmp_path / "out.json"
    words = ["--labels", where, "--checkouts", checkouts, "--tool", fake_tool, "--json", into, "--verbose"]
    assert labels.main([str(word) for word in words]) == 0
    asked = (tmp_path / "asked").read_text().split("\n")
    assert asked[0] == "check --output-format json --isolated -- m.py"
    assert asked[1] == "migrate --output-format json --isolated -- m.py"
    assert (checkouts / folder_name("o/n", "c" * 40) / "m.py").read_text() == TEXT
    written = json.loads(into.read_text())
    assert written["sites"][0]["found"] is True
    assert written["tables"]["total"][0]["recall"] == 1.0
    said = capsys.readouterr().out
    assert "100.0%" in said
    assert "1 problems when the tool came to parse\n1 problems when the tool came to rule\n" in said
    assert said.endswith("  rule m.py:0 crashed\n")


def test_the_labels_command_asks_for_conversion(
    tmp_path: Path, fake_tool: str, capsys: pytest.CaptureFixture[str]
) -> None:
    where, checkouts = write_labels(tmp_path)
    (checkouts / folder_name("o/n", "c" * 40) / "m.py").write_text(TEXT + "print 'x'\n")
    words = ["--labels", str(where), "--checkouts", str(checkouts), "--tool", fake_tool]
    assert labels.main(words) == 0
    assert "python 2" in capsys.readouterr().out
    (tmp_path / "asked").unlink()
    assert labels.main([*words, "--python2", "convert"]) == 0
    asked = (tmp_path / "asked").read_text().split("\n")
    assert asked[1] == "migrate --python2 convert --output-format json --isolated -- m.py"
    assert "python 2" not in capsys.readouterr().out


def test_the_labels_command_says_when_it_could_not_judge(
    tmp_path: Path, fake_tool: str, capsys: pytest.CaptureFixture[str]
) -> None:
    where, checkouts = write_labels(tmp_path)
    shutil.rmtree(checkouts)
    words = ["--labels", str(where), "--checkouts", str(checkouts), "--tool", fake_tool]
    assert labels.main(words) == 2
    assert "not judged" in capsys.readouterr().err


def test_python_2_is_told_from_python_3_and_notebooks_from_files() -> None:
    old = Passage("m.py", None, "print 'x'\n")
    assert labels.apart_from(label(), [old]) == {"S1": "python 2"}
    assert labels.apart_from(label(), [Passage("m.py", None, TEXT)]) == {}
    assert labels.apart_from(label(path="n.ipynb"), []) == {"S1": "notebook"}


def test_labels_can_be_left_out() -> None:
    listed = [label(), label(id="S2", dataflow="cross_file"), label(id="S3", path="n.ipynb")]
    must = ["--labels", "l", "--checkouts", "c"]

    def left(*options: str) -> list[str]:
        return [one.id for one in labels.wanted(listed, labels.parse_arguments([*must, *options]))]

    assert left() == ["S1", "S2", "S3"]
    assert left("--within-module") == ["S1", "S3"]
    assert left("--no-notebooks", "--only", "S2") == ["S2"]


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_a_checkout_is_made_of_the_text_files_of_a_commit(tmp_path: Path) -> None:
    work = tmp_path / "mirrors" / "o+n" / "repo"
    (work / "a folder").mkdir(parents=True)
    (work / "a folder" / "m.py").write_text(TEXT)
    (work / "picture.png").write_bytes(b"\x89PNG\0\0")
    (work / "large.txt").write_text("x" * 5_000_001)
    identity = {f"GIT_{who}_{what}": "x@x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "all"]):
        subprocess.run(["git", *words], cwd=work, check=True, env={**os.environ, **identity})
    said = subprocess.run(["git", "rev-parse", "HEAD"], cwd=work, check=True, capture_output=True, text=True)
    commit = said.stdout.strip()
    made = lay_out(tmp_path / "mirrors", tmp_path / "made", "o/n", commit)
    files = [path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()]
    assert (made.name, files) == (f"o+n@{commit[:12]}", ["a folder/m.py"])
    (made / "a folder" / "m.py").write_text("changed")
    assert lay_out(tmp_path / "mirrors", tmp_path / "made", "o/n", commit) == made
    assert (made / "a folder" / "m.py").read_text() == "changed"
    with pytest.raises(FileNotFoundError, match="o/absent"):
        git_directory(tmp_path / "mirrors", "o/absent")


def test_links_and_modules_of_a_commit_are_no_files() -> None:
    entries = [
        "120000 blob aa       9\tlink",
        "160000 commit bb       -\tmodule",
        "100755 blob cc      12\ta b.py",
    ]
    listing = "".join(entry + "\0" for entry in entries)
    assert [(blob.object_name, str(blob.path)) for blob in parse_listing(listing)] == [("cc", "a b.py")]


def test_notebooks_give_their_code_cells_by_number(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["words"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "x = 1"]},
    ]
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": cells}))
    (one,) = read_passages(tmp_path, "n.ipynb")
    assert (one.cell, one.lines[1]) == (1, "x = 1")
    assert parse(one.text) is not None
    assert parse("print 'x'") is None
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": "y = 2"}]}]}
    (tmp_path / "old.ipynb").write_text(json.dumps(old))
    assert read_passages(tmp_path, "old.ipynb") == [Passage("old.ipynb", 0, "y = 2")]


def test_text_is_decoded_by_its_coding_line_or_at_any_rate() -> None:
    assert decode("# coding: latin-1\r\nx = 'é'\n".encode("latin-1")) == "# coding: latin-1\nx = 'é'\n"
    assert decode(b"x = '\xff'\n") == "x = '\ufffd'\n"
    assert decode(b"\xef\xbb\xbfx = 1\n") == "x = 1\n"


def test_speed_times_both_and_compares(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "m.py").write_text("x = 1\ny = 2\n")
    quick = f"{sys.executable} -S -c pass"
    slow = f"{sys.executable} -S -c 'import time; time.sleep(0.6)'"
    into = tmp_path / "speed.json"
    words = [tmp_path, "--tool", quick, "--tf-upgrade", slow, "--runs", "1", "--warmup", "0", "--json", into]
    before = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    assert speed.main([str(word) for word in [*words, "--no-pin", "--startup"]]) == 0
    if before is not None:
        assert os.sched_getaffinity(0) == before
    written = json.loads(into.read_text())
    assert written["medians"]["tf_upgrade_v2"] > 0.6 > written["medians"]["tfce-migrate"]
    assert written["runs"]["tfce-migrate"][0]["megabytes"] > 1
    said = capsys.readouterr().out
    assert "1 Python files, 2 lines, 0 notebooks" in said
    assert "gives no report" in said


def test_speed_says_how_many_files_the_tool_crashed_on(tmp_path: Path, fake_tool: str) -> None:
    said = speed.describe_result(fake_tool.split(), tmp_path)
    assert said == "tfce-migrate: 1 files, 1 findings, 2 problems, 1 of them its own"


def test_the_table_of_speeds_shows_medians_and_the_ratio() -> None:
    def runs(*seconds: float) -> list[speed.Run]:
        return [speed.Run(each, each, 10.0, 0) for each in seconds]

    lines = speed.table({"one": runs(1, 2, 9), "other": runs(20, 4, 6)}, {}).split("\n")
    assert lines[1].split() == ["one", "2.000", "1.000", "9.000", "1.0", "2.000", "1.0", "10", "0"]
    assert lines[2].split() == ["other", "6.000", "4.000", "20.000", "3.0", "6.000", "3.0", "10", "0"]


def test_the_census_counts_and_samples(
    tmp_path: Path, fake_tool: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "m.py").write_text(TEXT)
    (tree / "bad.ipynb").write_text("no json")
    assert census.main([str(tree), "--tool", fake_tool]) == 0
    said = capsys.readouterr().out
    assert "| TFC201 | probabilities-as-logits | 1 | 1 |" in said
    assert "## 0 of 0 loss calls without a finding" in said
    assert "## 3 of 3 logarithms without a finding" in said
    assert ">    3 a = tf.nn.softmax_cross_entropy_with_logits(p, t)" in said
    assert "- not edited: on request" in said
    assert census.main([str(tree), "--tool", fake_tool, "--calls", "1"]) == 0
    first = capsys.readouterr().out
    census.main([str(tree), "--tool", fake_tool, "--calls", "1"])
    assert "## 1 of 3 logarithms" in first
    assert capsys.readouterr().out == first


def test_the_census_knows_a_loss_by_its_last_name() -> None:
    source = "a.b.log_loss(x)\nsoftmax_cross_entropy(x)\nmath.log(x)\ntf.math.log(x)\nnp.log(x)\nfoo(x)\n"
    found = census.calls(Path("t"), Passage("m.py", None, source))
    assert [(site.name, site.first) for site in found] == [
        ("log_loss", 1),
        ("softmax_cross_entropy", 2),
        ("log", 4),
    ]


def test_the_census_takes_the_reasons_of_a_finding_for_places_with_one(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(TEXT)
    step = Related("m.py", Position(4, 5), Position(4, 9), "the product")
    place: dict[str, Any] = {"path": "m.py", "symbol": "", "start": Position(5, 5), "end": Position(5, 34)}
    one = Finding("TFC302", "r", "error", Safety.MANUAL, "m", **place, because=(step,))
    report = Report(findings=(one,))
    silent = census.silent_calls(tmp_path, report, ["TFC3"])
    assert [site.first for site in silent] == [3, 6]
    assert [site.first for site in census.silent_calls(tmp_path, report, ["TFC1"])] == [3, 4, 5, 6]


def test_the_cost_of_neighbours_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "net.py").write_text("import tensorflow as tf\n\ndef net(x):\n    return tf.nn.softmax(x)\n")
    (tmp_path / "train.py").write_text(
        "import tensorflow as tf\nfrom net import net\n\n"
        "loss = tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=net(z))\n"
    )
    without, across = (neighbours.apart(tmp_path, look, count=True) for look in (False, True))
    assert (without.files, across.files) == (2, 2)
    assert across.findings == without.findings + 1
    assert 0 < without.calls < across.calls
    rows = [neighbours.Row(name, [without], [across], (without, across)) for name in ("once", "twice")]
    assert neighbours.table(rows).splitlines()[-1].startswith("| twice / once | 1.000 |")
