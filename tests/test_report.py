"""report/: what the report for people says, and that it shows lines, carets and changes truly."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
import toy
from hypothesis import given
from hypothesis import strategies as st
from samples import AFTER, BEFORE, BROKEN, EDIT, FIXED, FOUND, HINT, NO_EDIT, STEP, found, report

from tfce_migrate.outcome import Fix, Outcome, Position, Problem, Safety, TextEdit
from tfce_migrate.report.excerpt import Lines, changes, escaped, marked
from tfce_migrate.report.summary import offer, sentence


@pytest.fixture(autouse=True)
def _rules(monkeypatch: pytest.MonkeyPatch) -> None:
    toy.install(monkeypatch)


def harmless(character: str) -> bool:
    return character.isprintable() or unicodedata.category(character) == "Zs"


def test_text_of_a_check() -> None:
    assert (
        report("text", found(FOUND), BROKEN)
        == """\
a.py: 1 finding
a.py:3:8 TFC301[log-of-softmax] warning: the logarithm of a softmax overflows
      3 | loss = tf.log(p)
        |        ^^^^^^^^^
  because 1. softmax makes probabilities of z (a.py:2:5)
      2 | p = tf.nn.softmax(z)
        |     ^^^^^^^^^^^^^^^^
  can be fixed (stabler):
    - loss = tf.log(p)
    + loss = tf.nn.log_softmax(z)

b.py:7 problem[parse]: invalid syntax

2 files looked at: 1 finding (1 warning), 1 problem
`tfce-migrate migrate` can fix 1 of them
"""
    )


def test_text_of_a_migration_says_what_is_left_and_why() -> None:
    blocked = replace(FOUND, fix=Fix(False, (), "p is bound again on line 9"))
    text = report("text", found(FIXED, NO_EDIT, blocked, after=AFTER), command="migrate")
    assert "a.py: 3 findings, 1 fixed\n" in text
    assert "  fixed (stabler):\n    - loss = tf.log(p)\n    + loss = tf.nn.log_softmax(z)\n" in text
    assert "  not fixed: there is no edit for this; `tfce-migrate explain TFC406` says what to do\n" in text
    assert "  not fixed: p is bound again on line 9\n" in text
    assert text.endswith("3 findings (1 error, 2 warnings), 1 fixed in 1 file, 2 left\n")


def test_text_of_an_edit_that_waits_for_a_request() -> None:
    unsafe = replace(FOUND, safety=Safety.BEHAVIOUR)
    text = report("text", found(unsafe), command="migrate")
    assert "  can be fixed (behaviour, on request only):\n" in text
    assert "  not fixed: the edit changes results; --unsafe-fixes applies it\n" in text
    assert text.endswith("`tfce-migrate migrate --unsafe-fixes` can fix 1 of them\n")


def test_text_quiet_and_with_statistics() -> None:
    assert "looked at" not in report("text", found(FOUND), quiet=True)
    assert report("text", found(FOUND, NO_EDIT, NO_EDIT), BROKEN, statistics=True, quiet=True) == (
        "2  TFC406  removed-symbol\n1  TFC301  log-of-softmax\n\nb.py:7 problem[parse]: invalid syntax\n"
    )


def test_text_without_anything() -> None:
    assert report("text", Outcome("a.py")) == "1 file looked at: nothing found\n"
    assert report("text", quiet=True) == ""


def test_text_of_a_notebook_shows_the_lines_of_each_cell() -> None:
    assert FOUND.fix
    edits = tuple(replace(edit, cell=2) for edit in FOUND.fix.edits)
    finding = replace(FOUND, cell=2, because=(replace(STEP, cell=1),), fix=Fix(False, edits))
    cells = ((1, BEFORE.replace("p =", "q =")), (2, BEFORE))
    text = report("text", replace(found(finding), before="{}", cells=cells))
    assert "a.py:cell 2:3:8 TFC301" in text
    assert "      3 | loss = tf.log(p)\n" in text
    assert "(a.py:cell 1:2:5)\n      2 | q = " in text
    assert "    + loss = tf.nn.log_softmax(z)\n" in text


def test_text_of_a_notebook_cell_that_is_not_at_hand_shows_no_line_of_another() -> None:
    assert FOUND.fix
    edits = tuple(replace(edit, cell=2) for edit in FOUND.fix.edits)
    text = report("text", found(replace(FOUND, cell=2, because=(), fix=Fix(False, edits))))
    assert "a.py:cell 2:3:8 TFC301" in text
    assert "loss =" not in text


def test_text_of_a_reason_in_another_file() -> None:
    elsewhere = replace(STEP, path="z.py", start=Position(1, 1), end=Position(1, 2))
    one, other = found(replace(FOUND, because=(elsewhere,))), Outcome("z.py", "zz\n", "zz\n", (HINT,))
    assert "because 1. softmax makes probabilities of z (z.py:1:1)\n      1 | zz\n        | ^\n" in report(
        "text", one, other
    )
    assert "(z.py:1:1)\n  can be fixed" in report("text", one)


def test_text_lets_no_control_character_through() -> None:
    nasty = "tf.log('\x1b]0;x\x07\u202e')\n"
    place = replace(
        FOUND, path="\x1b[31m.py", message="\r\x1b[2J", start=Position(1, 1), end=Position(1, 3), because=()
    )
    outcome = Outcome("\x1b[31m.py", nasty, nasty, (place,), (Problem("\x1b[31m.py", "rule", "\x9b"),))
    text = report("text", outcome, command="migrate")
    assert all(map(harmless, text.replace("\n", "")))
    assert "\\x1b[31m.py:1:1" in text
    assert "\\u202e" in text


def test_colour_is_only_decoration() -> None:
    coloured = report("text", found(FOUND), BROKEN, colour=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == report("text", found(FOUND), BROKEN)


# excerpts


@pytest.mark.parametrize(
    ("line", "start", "end", "carets"),
    [
        ("loss = f(x)", 8, 12, "       ^^^^"),
        ("\tf(x)", 2, 6, "    ^^^^"),
        ("'名' + f", 7, 8, "       ^"),
        ("e\u0301 = f", 6, 7, "    ^"),
        ("\x1b f", 3, 4, "     ^"),
        ("f", 1, 1, "^"),
        ("", 1, 1, "^"),
    ],
)
def test_carets_stand_below(line: str, start: int, end: int, carets: str) -> None:
    assert marked(Lines.of(line), Position(1, start), Position(1, end)).carets == carets


def test_carets_of_more_than_one_line_go_to_the_end_of_the_first() -> None:
    lines = Lines.of("x = f(a,  \r\n      b)\r\n")
    assert marked(lines, Position(1, 5), Position(2, 9)) == ("x = f(a,  ", "    ^^^^")


@pytest.mark.parametrize(
    ("text", "edits", "expected"),
    [
        ("a\nb\nc\n", [((2, 1), (2, 2), "B")], [(("b",), ("B",))]),
        ("a\r\nb\r\n", [((1, 1), (1, 1), "import m\r\n")], [((), ("import m",))]),
        ("a\nb\nc\n", [((2, 1), (3, 1), "")], [(("b",), ())]),
        ("f(a,\n  b)\n", [((1, 3), (2, 4), "b,\n  a")], [(("f(a,", "  b)"), ("f(b,", "  a)"))]),
        ("f(a)", [((1, 1), (1, 2), "g"), ((1, 3), (1, 4), "b")], [(("f(a)",), ("g(b)",))]),
        ("a\nb\nc\nd", [((1, 1), (1, 2), "A"), ((4, 1), (4, 2), "D")], [(("a",), ("A",)), (("d",), ("D",))]),
        ("a", [((1, 2), (1, 2), "\nb\n")], [((), ("b",))]),
    ],
)
def test_changes(text: str, edits: list[Any], expected: list[Any]) -> None:
    given_edits = [TextEdit(Position(*start), Position(*end), new) for start, end, new in edits]
    assert list(changes(Lines.of(text), given_edits)) == expected


@given(st.text(), st.text(), st.integers(1, 5), st.integers(1, 9), st.integers(1, 5), st.integers(1, 9))
def test_text_copes_with_any_text_and_place(
    text: str, new: str, line: int, column: int, end_line: int, end_column: int
) -> None:
    start, end = sorted([Position(line, column), Position(end_line, end_column)])
    finding = replace(FOUND, start=start, end=end, message=new, fix=Fix(False, (TextEdit(start, end, new),)))
    shown = report("text", Outcome("a.py", text, text, (finding,)))
    assert all(map(harmless, shown.replace("\n", "")))


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_what_can_be_shown_is_shown_as_it_is(text: str) -> None:
    assert escaped(text) == text


def test_sentence() -> None:
    assert sentence([]) == "0 files looked at: nothing found"
    assert sentence([found(FOUND, NO_EDIT, HINT)]) == (
        "1 file looked at: 3 findings (1 error, 1 warning, 1 for information)"
    )


def test_the_offer_counts_what_only_waits_for_a_command() -> None:
    blocked = replace(FOUND, fix=Fix(False, (EDIT,), "it overlaps another edit"))
    unsafe = replace(FOUND, safety=Safety.BEHAVIOUR, fix=Fix(False, (EDIT,), "it changes results"))
    assert offer([found(FIXED, blocked, NO_EDIT)]) is None
    assert offer([found(FOUND, FOUND, unsafe, blocked)]) == (
        "`tfce-migrate migrate` can fix 2 of them, with --unsafe-fixes 1 more"
    )
    assert "  the edit (stabler):\n" in report("text", found(blocked))


def test_of_a_very_long_line_only_what_is_around_a_place_is_shown() -> None:
    lines = Lines.of("import tensorflow as tf\nx = [" + "tf.log(y), " * 400 + "]\n# end\n")
    for number in range(400):
        start, end = Position(2, 6 + 11 * number), Position(2, 12 + 11 * number)
        line, carets = marked(lines, start, end)
        assert line[carets.index("^") : len(carets)] == "tf.log"
        [change] = changes(lines, [TextEdit(start, end, "tf.math.log")])
        [old], [new] = change
        assert new.replace("tf.math.log", "tf.log") == old
        assert max(len(line), len(old), len(new)) < 600
        assert line.startswith("...") or number < 46
        assert line.endswith("...") or number > 350


def test_a_line_that_is_replaced_as_a_whole_is_cut_in_its_middle() -> None:
    lines = Lines.of("x = '" + "a" * 9000 + "'\n")
    [change] = changes(lines, [TextEdit(Position(1, 1), Position(1, 9006), "b" * 9000)])
    assert [len(line) for line in (*change.old, *change.new)] == [1003, 1003]
