"""What a fixer changed in a text: the differences are small, and make one text of the other."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tfce_migrate import Settings, check_source, migrate_source
from tfce_migrate.outcome import Outcome
from tfce_migrate.python2.steps import differences

CONVERT = Settings(python2="convert", unsafe_fixes=True)


@given(st.text("ab \n", max_size=40), st.text("ab \n", max_size=40))
def test_differences_make_one_text_of_the_other(before: str, after: str) -> None:
    at, parts = 0, []
    for span in differences(before, after):
        parts += [before[at : span.start], span.text]
        at = span.end
    assert "".join([*parts, before[at:]]) == after


@given(
    st.text("ab ", min_size=1500, max_size=1600), st.lists(st.tuples(st.integers(0, 3000), st.text("ab(", max_size=4)))
)
@settings(max_examples=20)
def test_long_lines_are_compared_in_one_sweep(before: str, changes: list[tuple[int, str]]) -> None:
    text = after = " ".join(before)
    for at, new in changes:
        after = after[:at] + new + after[at + 1 :]
    at, parts = 0, []
    for span in differences(text, after):
        parts += [text[at : span.start], span.text]
        at = span.end
    assert "".join([*parts, text[at:]]) == after


def test_each_finding_of_a_long_line_keeps_its_place() -> None:
    text = "import tensorflow as tf\nprint " + ", ".join(["tf.log(x)"] * 300) + "\n"
    text += "print " + "`tf.log(x)`, 0777L, " * 300 + "1\n"

    def places(outcome: Outcome) -> list[tuple[int, int, int]]:
        found = [f for f in outcome.findings if f.code == "TFC401"]
        return [(f.start.line, f.start.column, f.end.column) for f in found]

    outcome = migrate_source(text, "a.py", CONVERT)
    assert places(outcome) == places(check_source(text, "a.py"))
    assert len(places(outcome)) == 600
    fixers = [("numliterals", 3), ("numliterals", 3), ("print", 2), ("print", 3), ("repr", 3)]
    assert sorted((f.symbol, f.start.line) for f in outcome.findings if f.code == "TFC901") == fixers
