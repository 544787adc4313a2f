"""The measuring scripts: scoring, tables, checkouts and the three commands, on made-up labels and reports."""

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

from benchmarks import census, labels, speed  # noqa: E402
from benchmarks.arguments import LossArguments, essence, in_expression, rewritten, same  # noqa: E402
from benchmarks.checkouts import folder_name, git_directory, lay_out, parse_listing  # noqa: E402
from benchmarks.scoring import Label, Score, expectation, read_label, score  # noqa: E402
from benchmarks.sources import Passage, decode, parse, read_passages  # noqa: E402
from benchmarks.tally import by, count, render, rows, share, to_read  # noqa: E402
from benchmarks.tool import Report, ToolFailed, read_report, run_tool, without_cache  # noqa: E402
from tfce_migrate.outcome import Finding, Fix, Position, Related, Safety, TextEdit  # noqa: E402

TEXT = """import tensorflow as tf
p = tf.nn.softmax(net(x))
a = tf.nn.softmax_cross_entropy_with_logits(p, t)
b = -tf.reduce_sum(t * tf.log(p + 1e-8))
c = -tf.reduce_sum(t * tf.log(p))
d = tf.log(tf.nn.softmax(z))
"""
PASSAGES = [Passage("m.py", None, TEXT)]


def label(pattern: str = "double_softmax", verdict: str = "bug", line: int = 3, **more: Any) -> Label:
    given = {"id": "S1", "repo": "o/n", "commit": "c" * 40, "path": "m.py", "dataflow": "local"}
    return Label(**{**given, "pattern": pattern, "verdict": verdict, "line": line, **more})


def finding(code: str, line: int = 3, **more: Any) -> Finding:
    last = len(TEXT.split("\n")[line - 1]) + 1
    given = {"rule": "r", "severity": "error", "safety": Safety.MANUAL, "message": "m", "path": "m.py"}
    place = {"symbol": "tf.f", "start": Position(line, 5), "end": Position(line, last)}
    return Finding(**{**given, **place, "code": code, **more})


def edit(code: str, text: str, safety: Safety = Safety.EXACT, line: int = 3) -> Finding:
    bare = finding(code, line)
    return finding(code, line, safety=safety, fix=Fix(True, (TextEdit(bare.start, bare.end, text),)))


def judged(one: Label, *findings: Finding) -> Score:
    return score(one, findings, findings, PASSAGES)


def test_a_label_in_a_notebook_has_its_line_in_the_cell() -> None:
    entry = {
        "id": "S", "repo": "o/n", "commit": "c", "path": "n.ipynb", "line": 400, "cell": 7, "cell_line": 3,
        "pattern": "xent_kw", "verdict": "ok", "dataflow": "local", "note": None, "via": "tuple",
    }  # fmt: skip
    read = read_label(entry)
    assert (read.line, read.cell, read.note) == (3, 7, "")


@pytest.mark.parametrize(
    ("pattern", "verdict", "more", "codes", "found", "wrong"),
    [
        ("double_softmax", "bug", {}, ["TFC201"], True, []),
        ("double_softmax", "bug", {}, [], False, []),
        ("double_softmax", "bug", {}, ["TFC202"], False, ["TFC202"]),
        ("double_softmax", "bug", {}, ["TFC101"], False, ["TFC101"]),
        ("double_softmax", "bug", {"arg_order": "logits_first"}, ["TFC101", "TFC201"], True, []),
        ("xent_positional", "migrate", {}, ["TFC101"], True, []),
        ("xent_positional", "migrate", {}, ["TFC101", "TFC201"], True, ["TFC201"]),
        ("sparse_positional", "migrate", {}, ["TFC201"], False, ["TFC201"]),
        ("xent_kw", "ok", {}, [], None, []),
        ("xent_kw", "ok", {}, ["TFC102"], None, []),
        ("xent_kw", "ok", {}, ["TFC205"], None, ["TFC205"]),
        ("sigmoid_xent", "ok", {}, ["TFC201"], None, ["TFC201"]),
        ("sigmoid_xent", "bug", {}, ["TFC203"], True, []),
        ("xent_v2", "migrate", {}, ["TFC103"], None, []),
        ("tf_losses_xent", "migrate", {}, ["TFC106"], True, []),
        ("tf_losses_xent", "migrate", {}, ["TFC106", "TFC203"], True, ["TFC203"]),
        ("tf_losses_xent", "bug", {"note": "swapped: labels first"}, ["TFC203"], True, []),
        ("tf_losses_xent", "bug", {"note": "swapped: labels first"}, ["TFC201"], False, ["TFC201"]),
        ("tf_losses_xent", "bug", {"note": "twice"}, ["TFC201"], True, []),
        ("tf_losses_xent", "unsure", {}, ["TFC201"], None, []),
        ("weighted_xent", "unsure", {}, ["TFC101"], None, []),
        ("tf_losses_xent", "migrate", {"arg_order": "labels_first"}, ["TFC101"], False, []),
        ("ok_not_a_bug", "ok", {"arg_order": "logits_first"}, ["TFC101"], None, ["TFC101"]),
        ("contrib_losses", "migrate", {}, ["TFC107"], True, []),
        ("seq_loss", "migrate", {}, ["TFC107"], False, []),
        ("log_softmax_prob", "migrate", {}, ["TFC301"], True, []),
        ("log_of_logits", "bug", {}, ["TFC202", "TFC302"], True, []),
        ("other", "bug", {}, ["TFC206"], True, []),
        ("other", "bug", {}, ["TFC406"], False, []),
        ("keras_from_logits_mismatch", "unsure", {}, ["TFC207"], True, []),
        ("keras_from_logits_mismatch", "bug", {}, ["TFC201"], False, ["TFC201"]),
        ("handwritten_bce", "migrate", {}, ["TFC303"], True, []),
        ("handwritten_bce", "migrate", {}, ["TFC302"], False, ["TFC302"]),
        ("handwritten_xent", "unsure", {}, [], False, []),
        ("ok_not_a_bug", "ok", {}, ["TFC302", "TFC303", "TFC304"], None, ["TFC302", "TFC303"]),
        ("ok_not_a_bug", "unsure", {}, ["TFC201"], None, ["TFC201"]),
    ],
)
def test_what_is_right_at_a_site(
    pattern: str, verdict: str, more: dict[str, Any], codes: list[str], found: bool | None, wrong: list[str]
) -> None:
    result = judged(label(pattern, verdict, **more), *(finding(code) for code in codes))
    assert (result.found, list(result.wrong)) == (found, wrong)


def test_clipped_probabilities_are_right_only_where_a_guard_can_be_seen() -> None:
    assert judged(label("handwritten_xent", "migrate", 4), finding("TFC304", 4)).found is True
    bare = judged(label("handwritten_xent", "migrate", 5), finding("TFC304", 5))
    assert (bare.found, bare.wrong) == (False, ("TFC304",))
    guarded = Related("m.py", Position(4, 1), Position(4, 9), "clipped since")
    assert judged(label("handwritten_xent", "migrate", 5), finding("TFC304", 5, because=(guarded,))).found


def test_a_guard_may_be_in_what_a_name_was_given_above_but_not_thrown_away() -> None:
    def found(above: str) -> bool | None:
        text = f"{above}\nq = 1\n{TEXT.split(chr(10))[4]}\n"
        one = finding("TFC304", 3)
        return score(label("handwritten_xent", "migrate", 3), [one], [], [Passage("m.py", None, text)]).found

    assert found("p = tf.clip_by_value(r, 1e-10, 1.0)") is True
    assert found("tf.clip_by_value(p, 1e-10, 1.0)") is False
    assert found("z = tf.clip_by_value(p, 1e-10, 1.0)") is False


def test_log_of_softmax_is_no_false_alarm_where_it_is_written_out() -> None:
    assert judged(label("ok_not_a_bug", "ok", 6), finding("TFC301", 6)).wrong == ()
    assert judged(label("ok_not_a_bug", "ok", 5), finding("TFC301", 5)).wrong == ("TFC301",)


def test_a_step_of_the_reason_counts_for_what_is_right_and_not_against() -> None:
    step = Related("m.py", Position(2, 5), Position(2, 20), "probabilities since here")
    assert judged(label(line=2), finding("TFC201", 3, because=(step,))).found is True
    assert judged(label("xent_kw", "ok", 2), finding("TFC201", 3, because=(step,))).wrong == ()
    assert judged(label("ok_not_a_bug", "ok", 2), finding("TFC201", 3, because=(step,))).wrong == ("TFC201",)


def test_a_finding_elsewhere_does_not_count() -> None:
    one = label()
    assert judged(one, finding("TFC201", 4)).found is False
    assert judged(one, finding("TFC201", path="other.py")).found is False
    assert judged(one, finding("TFC201", cell=1)).found is False
    assert judged(label(cell=1), finding("TFC201", cell=1)).found is True


POSITIONAL = {"labels_arg": "t", "logits_arg": "p", "arg_order": "logits_first"}


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("tf.nn.softmax_cross_entropy_with_logits(labels=t, logits=p)", "right"),
        ("tf.nn.softmax_cross_entropy_with_logits( labels = tf.stop_gradient(t),\n logits=p)", "right"),
        ("tf.nn.softmax_cross_entropy_with_logits(labels=p, logits=t)", "wrong"),
        ("tf.nn.softmax_cross_entropy_with_logits(p, t)", "unread"),
    ],
)
def test_an_edit_is_compared_with_the_label(text: str, verdict: str) -> None:
    result = judged(label("xent_positional", "migrate", **POSITIONAL), edit("TFC101", text))
    assert result.edit == verdict
    assert bool(result.wrong_edits) == (verdict == "wrong")


def test_edits_inside_the_call_are_put_together_before_they_are_compared() -> None:
    line = TEXT.split("\n")[2]
    first, second = line.index("p, t") + 1, line.index("t)") + 1
    edits = (
        TextEdit(Position(3, first), Position(3, first), "logits="),
        TextEdit(Position(3, second), Position(3, second), "labels="),
        TextEdit(Position(1, 1), Position(1, 1), "import numpy as np\n"),
    )
    one = finding("TFC101", safety=Safety.EXACT, fix=Fix(False, edits))
    assert rewritten(TEXT, one) == [LossArguments("t", "p")]
    assert rewritten(TEXT + "print 'no Python 3'\n", one) == [LossArguments("t", "p")]


def test_a_renamed_keyword_is_compared_through_the_call_around_it() -> None:
    text = "def f(y, z):\n    g(labels=a, logits=b)\n    return w(targets=y,\n             logits=z)\n"
    place = {"start": Position(3, 14), "end": Position(3, 21)}
    fix = Fix(True, (TextEdit(Position(3, 14), Position(3, 21), "labels"),))
    one = finding("TFC104", **place, safety=Safety.EXACT, fix=fix)
    assert rewritten(text, one) == [LossArguments("y", "z")]
    assert rewritten("print 'x'\n" + text, finding("TFC104", **place)) == []


def test_an_edit_on_request_only_is_not_judged() -> None:
    one = edit("TFC201", "f(labels=p, logits=t)", Safety.BEHAVIOUR)
    assert judged(label(), one).edit is None


def test_an_edit_that_was_held_back_is_not_judged() -> None:
    made = edit("TFC101", "f(labels=p, logits=t)")
    assert made.fix is not None
    for fix, verdict in (
        (Fix(False, made.fix.edits, "not here"), None),
        (Fix(False, made.fix.edits), "wrong"),
    ):
        one = finding("TFC101", safety=Safety.EXACT, fix=fix)
        assert judged(label("xent_positional", "migrate", **POSITIONAL), one).edit == verdict


def test_no_edit_may_be_made_where_the_label_is_unsure_or_the_code_is_fine() -> None:
    by_keyword = edit("TFC101", "tf.nn.f(labels=t, logits=p)")
    assert judged(label("weighted_xent", "unsure", **POSITIONAL), by_keyword).edit == "wrong"
    assert judged(label("ok_not_a_bug", "ok", **POSITIONAL), by_keyword).edit == "wrong"
    assert judged(label("xent_kw", "ok", **POSITIONAL), edit("TFC103", "tf.nn.f")).edit == "right"
    turned = edit("TFC103", "tf.nn.f(labels=p, logits=t)")
    assert judged(label("xent_kw", "ok", **POSITIONAL), turned).edit == "wrong"


def test_an_edit_of_what_computes_the_wrong_thing_cannot_claim_to_change_nothing() -> None:
    assert judged(label(), edit("TFC201", "f(labels=t, logits=net(x))")).edit == "wrong"


def test_a_renamed_argument_has_to_be_edited_to_count() -> None:
    one = label("sigmoid_xent", "migrate", **POSITIONAL)
    assert judged(one, finding("TFC101")).found is False
    assert judged(one, edit("TFC101", "f(labels=t, logits=p)")).found is True
    assert judged(one, edit("TFC101", "f(labels=p, logits=t)")).found is False


def test_a_loss_by_hand_is_compared_with_the_expected_fix() -> None:
    fix = "tf.reduce_sum(tf.nn.softmax_cross_entropy_with_logits(labels=t, logits=net(x)))"
    one = label("handwritten_xent", "migrate", 5, labels_arg="t", logits_arg="p", expected_fix=fix)
    assert judged(one, edit("TFC302", f"{fix}", Safety.STABLER, 5)).edit == "right"
    assert (
        judged(one, edit("TFC302", "-tf.reduce_sum(t * tf.nn.log_softmax(net(x)))", line=5)).edit == "unread"
    )


def test_expressions_are_the_same_but_for_spaces_renamings_and_stop_gradient() -> None:
    assert same("tf.log( x )", "tf.math.log(x)")
    assert same("tf.concat(0, parts)", "tf.concat(parts, 0)")
    assert same("tf.stop_gradient(y[:, 1:])", "y[:,1:]")
    assert not same("self.y", "self.x")
    assert not same("tf.ones_like(d)", "tf.zeros_like(d)")
    assert same(None, None)
    assert not same("y", None)
    assert essence("not python at") == ["notpythonat"]
    assert in_expression("rename only; feed the raw ones") == []


def test_the_code_of_a_bug_that_no_row_names_is_not_asked() -> None:
    assert expectation(label("something_new", "bug")).right == ()


def scores() -> list[Score]:
    good, bad = label(id="S1"), label(id="S2", dataflow="function")
    quiet = label("xent_kw", "ok", id="S3", note="only the prediction")
    return [judged(good, finding("TFC201")), judged(bad), judged(quiet, finding("TFC202"))]


def test_rows_count_what_was_asked_found_right_and_wrong() -> None:
    total = count("all", scores())
    assert (total.sites, total.asked, total.found, total.right, total.wrong) == (3, 2, 1, 1, 1)
    assert (total.recall, total.precision) == (0.5, 0.5)
    assert count("none", []).recall is None


def test_sites_apart_have_their_own_row_and_are_left_out_of_the_others() -> None:
    tables = rows(scores(), {"S2": "python 2"})
    names = [row.name for row in tables["pattern"]]
    assert names == ["double_softmax", "xent_kw", "python 2"]
    assert [row.sites for row in tables["total"]] == [3, 2]
    assert [row.name for row in tables["dataflow"]] == ["local"]


def test_distances_come_in_their_order() -> None:
    assert [row.name for row in by(scores(), lambda s: s.label.dataflow, ("local", "function"))] == [
        "local",
        "function",
    ]


def test_the_table_shows_shares_and_dashes() -> None:
    text = render(rows(scores(), {}))
    assert "50.0%" in text
    assert share(None) == "-"
    assert {len(line) for line in text.split("\n\n")[0].split("\n")} == {len(text.split("\n")[0])}


def test_what_is_worth_reading_names_place_expectation_and_finding() -> None:
    text = to_read(scores(), {})
    assert "S1" not in text
    assert "S2 missed: o/n@cccccccccccc m.py:3" in text
    assert "expected: TFC201" in text
    assert "S3 false alarm TFC202" in text
    assert "label's note: only the prediction" in text


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
    assert labels.apart_from(label(), PASSAGES) == {}
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
    assert lines[1].split() == ["one", "2.000", "1.000", "9.000", "1.0", "10", "0"]
    assert lines[2].split() == ["other", "6.000", "4.000", "20.000", "3.0", "10", "0"]


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
    report = Report(findings=(finding("TFC302", 5, because=(step,)),))
    silent = census.silent_calls(tmp_path, report, ["TFC3"])
    assert [site.first for site in silent] == [3, 6]
    assert [site.first for site in census.silent_calls(tmp_path, report, ["TFC1"])] == [3, 4, 5, 6]
