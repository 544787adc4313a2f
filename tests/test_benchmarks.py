"""The judgement of the measuring scripts, and their tables, on made-up labels and findings."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.arguments import LossArguments, essence, in_expression, rewritten, same  # noqa: E402
from benchmarks.scoring import Label, Score, expectation, read_label, score  # noqa: E402
from benchmarks.sources import Passage  # noqa: E402
from benchmarks.tally import by, count, render, rows, share, to_read  # noqa: E402
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


POSITIONAL: dict[str, Any] = {"labels_arg": "t", "logits_arg": "p", "arg_order": "logits_first"}


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
    place: dict[str, Any] = {"start": Position(3, 14), "end": Position(3, 21)}
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
    assert judged(one, edit("TFC302", "-tf.reduce_sum(t * log_of(net(x)))", line=5)).edit == "unread"


def hoisting(loss: str, *hoists: str) -> Finding:
    """A by-hand finding on line 5 whose edits put assignments on line 2 and a loss in its place."""
    bare = finding("TFC302", 5)
    edits = [TextEdit(Position(2, 1), Position(2, 1), text) for text in hoists]
    fix = Fix(True, (*edits, TextEdit(bare.start, bare.end, loss)))
    return finding("TFC302", 5, safety=Safety.STABLER, fix=fix)


def test_a_name_that_an_edit_introduces_stands_for_its_value() -> None:
    fix = "tf.nn.softmax_cross_entropy_with_logits(labels=t, logits=net(x))"
    one = label("handwritten_xent", "migrate", 5, expected_fix=fix)
    fused = "tf.nn.softmax_cross_entropy_with_logits(labels=t, logits=raw)"
    assert judged(one, hoisting(fused, "raw = net(x)\n")).edit == "right"
    assert judged(one, hoisting(fused, "raw = net(y)\n")).edit == "unread"
    by_log = "-tf.reduce_sum(t * tf.nn.log_softmax(raw))"
    assert judged(one, hoisting(by_log, "raw = net(x)\n")).edit == "right"
    assert judged(one, hoisting(by_log, "raw = net(y)\n")).edit == "unread"


def test_an_edit_that_gives_one_new_name_two_values_is_wrong() -> None:
    one = label("handwritten_bce", "migrate", 5)
    loss = "tf.math.log_sigmoid(raw) + tf.math.log_sigmoid(-raw)"
    assert judged(one, hoisting(loss, "raw = d(real)\n", "raw = d(fake)\n")).edit == "wrong"
    assert judged(one, hoisting(loss, "raw = d(real)\n", "raw = d(real)\n")).edit == "unread"


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
