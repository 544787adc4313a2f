"""What holds for every text, tried on programs that hypothesis makes up."""

from __future__ import annotations

import ast
import io
import sys
import tokenize
import warnings
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from programs import damaged, programs

from tfce_migrate import DEPTH, Outcome, Settings, check_source, migrate_source
from tfce_migrate.outcome import Finding, Position, Safety
from tfce_migrate.python2 import convert
from tfce_migrate.run import run
from tfce_migrate.source import line_starts

sys.setrecursionlimit(DEPTH)  # as the engine will: hypothesis minds when it changes under a test

SAFE, UNSAFE = Settings(), Settings(unsafe_fixes=True)
ASKED = {
    "safe": SAFE,
    "unsafe": UNSAFE,
    "compat.v1": Settings(target="compat.v1", unsafe_fixes=True),
    "compat.v2": Settings(target="compat.v2", unsafe_fixes=True, from_="1.x"),
    "0.x": Settings(from_="0.x", unsafe_fixes=True),
}
RENAMED = """import tensorflow as tf
y = tf.placeholder(tf.float32, [None, 3])
loss = tf.nn.softmax_cross_entropy_with_logits_v2(labels=ids, logits=z)
for p, y in batches(x, y): loss = tf.nn.softmax_cross_entropy_with_logits(p, y)
"""
RENAMED_WITHIN = """import tensorflow as tf
def outer(z0, y):
    loss = tf.nn.softmax_cross_entropy_with_logits_v2(logits=tf.nn.softmax(tf.identity(z0)), labels=y)
    def inner(v):
        nonlocal z0
loss = outer(tf.nn.softmax(h), y)
"""
BY_POSITION = """import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 4])
y = tf.placeholder(tf.float32, [None, 3])
z0 = x[:, 1:]
def batches(x, y):
    loss = tf.nn.softmax_cross_entropy_with_logits(tf.nn.softmax(z0) + 1e-8, y)
for p, y in batches(x, y): loss = tf.nn.softmax_cross_entropy_with_logits(p, y)
"""
NO_ERA = """import tensorflow as tf
loss = tf.nn.softmax_cross_entropy_with_logits_v2(labels=ids, logits=z)
"""
THRICE = """import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
loss = tf.losses.sigmoid_cross_entropy(y, tf.sigmoid(tf.layers.dense(h, 3, activation=tf.nn.sigmoid)))
"""
TAKEN_NAME = """import numpy as tf
print("a")
import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 4])
"""
COMMENT_OF_USE = """import tensorflow as tf
y = tf.placeholder(tf.float32, [None, 3])
loss = -tf.reduce_sum(y * tf.log(tf.nn.softmax(tf.nn.softmax(z))), 1)  # tfce: ignore[TFC201]
"""
COMMENT_OF_NO_USE = """import tensorflow as tf
loss = -tf.reduce_sum(y * tf.log(tf.nn.softmax(z)), 1)  # tfce: ignore[TFC401]
"""
CONTRADICTED = """import tensorflow as tf
y = tf.one_hot(ids, 3)
loss = tf.log(tf.sigmoid(z0))
a = tf.nn.softmax_cross_entropy_with_logits(y, tf.nn.softmax(z0))
"""
IN_A_BLOCK = """import another as tf
with open("x"):
    import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 4])
"""
any_settings = st.sampled_from(sorted(ASKED)).map(ASKED.__getitem__)
anything = st.one_of(st.text(), damaged(), st.text("tf.nsox(),=[]:*\n \t\r'\"#\\é@", max_size=60))


@lru_cache(4)
def migrated(text: str, asked: Settings = SAFE) -> Outcome:
    return migrate_source(text, "program.py", asked)


@lru_cache(4)
def checked(text: str, asked: Settings = SAFE) -> Outcome:
    return check_source(text, "program.py", asked)


def is_python(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def offset(text: str, place: Position) -> int:
    starts = line_starts(text)
    assert 1 <= place.line <= len(starts), f"{place} is on no line of the text"
    end = starts[place.line] if place.line < len(starts) else len(text)
    at = starts[place.line - 1] + place.column - 1
    assert place.column >= 1
    assert at <= end, f"{place} is beyond the end of its line"
    return at


def keys(findings: tuple[Finding, ...]) -> Counter[tuple[str, Position]]:
    return Counter((finding.code, finding.start) for finding in findings)


@given(programs(), any_settings)
def test_programs_are_handled_without_a_problem(text: str, asked: Settings) -> None:
    assert is_python(text)
    assert migrated(text, asked).problems == ()
    assert checked(text, asked).problems == ()


@given(programs(), any_settings)
@example(TAKEN_NAME, SAFE)
@example(CONTRADICTED, SAFE)
@example(IN_A_BLOCK, SAFE)
def test_migrating_twice_changes_nothing(text: str, asked: Settings) -> None:
    once = migrated(text, asked).after
    assert migrated(once, asked).after == once


@given(programs(), any_settings)
def test_what_comes_out_is_python(text: str, asked: Settings) -> None:
    assert is_python(migrated(text, asked).after)


@given(programs(), any_settings)
@example(THRICE, UNSAFE)
def test_nothing_changes_outside_the_edits_of_fixed_findings(text: str, asked: Settings) -> None:
    outcome = migrated(text, asked)
    edits = [edit for finding in outcome.findings if finding.fixed and finding.fix for edit in finding.fix.edits]
    spans = sorted((offset(text, edit.start), offset(text, edit.end)) for edit in edits)
    at, kept = 0, []
    for start, end in spans:
        if start >= at:
            kept.append(text[at:start])
        at = max(at, end)
    assert stays(kept, text[at:], outcome.after)


def stays(kept: list[str], tail: str, after: str) -> bool:
    """Whether after is the kept pieces in their order and the tail, with anything in between."""
    if not kept:
        return after == tail
    if not after.startswith(kept[0]):
        return False
    at = len(kept[0])
    for piece in kept[1:]:
        at = after.find(piece, at) + len(piece)
        if at < len(piece):
            return False
    return len(after) - len(tail) >= at and after.endswith(tail)


@pytest.mark.parametrize(
    ("kept", "tail", "after", "expected"),
    [
        ([], "ab", "ab", True),
        ([], "ab", "abc", False),
        (["a", "b"], "c", "a1b2c", True),
        (["a", "b"], "c", "1ab2c", False),
        (["a", "b"], "c", "a12c", False),
        (["ab"], "bc", "abc", False),
    ],
)
def test_the_law_of_edits_can_fail(kept: list[str], tail: str, after: str, expected: bool) -> None:
    assert stays(kept, tail, after) is expected


@given(programs())
def test_without_a_permitted_edit_nothing_changes(text: str) -> None:
    outcome = migrated(text)
    assert outcome.before == text
    assert outcome.changed == any(finding.fixed for finding in outcome.findings)
    applied = {finding.safety for finding in outcome.findings if finding.fixed}
    assert applied <= {Safety.EXACT, Safety.STABLER}


def comments(text: str) -> Counter[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text, newline=None).readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)


@given(programs(), any_settings)
def test_comments_and_line_ends_stay(text: str, asked: Settings) -> None:
    after = migrated(text, asked).after
    assert comments(after) == comments(text)
    assert text.endswith(("\n", "\r")) == after.endswith(("\n", "\r"))
    if "\n" in text and text.count("\n") == text.count("\r\n"):
        assert after.count("\n") == after.count("\r\n")
    if "\r" not in text:
        assert "\r" not in after


def is_about(finding: Finding, place: Position) -> bool:
    """Whether a place lies in a finding, or in a step of its reason: a log that its sum no longer speaks for."""
    return any(part.start <= place <= part.end for part in (finding, *finding.because))


@given(programs(), any_settings)
@example(THRICE, UNSAFE)
def test_check_finds_before_what_migrate_reports(text: str, asked: Settings) -> None:
    before, reported = checked(text, asked).findings, migrated(text, asked).findings
    assert not keys(before) - keys(reported)
    found = {(finding.code, finding.start.line) for finding in before}
    for code, start in keys(reported) - keys(before):  # what only an edit brings to light
        if code == "TFC903" and any(finding.fixed and finding.end.line >= start.line - 1 for finding in reported):
            continue  # a comment that has lost its use
        assert any(finding.fixed and is_about(finding, start) for finding in reported)
        of_both = [finding for finding in reported if (finding.code, finding.start) == (code, start)]
        beneath = len(of_both) == 2 and sum(finding.fixed for finding in of_both) == 1
        assert beneath or (code, start.line) not in found, "one mistake is counted twice"


@given(programs(), any_settings)
@example(RENAMED, UNSAFE)
@example(RENAMED_WITHIN, ASKED["compat.v1"])
@example(BY_POSITION, UNSAFE)
@example(NO_ERA, SAFE)
@example(COMMENT_OF_USE, UNSAFE)
@example(COMMENT_OF_NO_USE, UNSAFE)
def test_check_finds_after_what_migrate_says_is_left(text: str, asked: Settings) -> None:
    outcome = migrated(text, asked)
    assert disagreement(outcome, checked(outcome.after, asked)) == (Counter(), Counter())


def disagreement(outcome: Outcome, after: Outcome) -> tuple[Counter[str], Counter[str]]:
    """The codes of what is left but not found after, and of what is found but not left, where the text after shows it.

    It no longer shows for which TensorFlow it was written, so that a check does not know the order of a call by
    position that is left so, nor what rests on it; and it tells, for information, that it cannot know whether a plain
    name that once had _v2 is the one of TensorFlow 1.
    """
    left = [finding for finding in outcome.findings if not finding.fixed]
    unsure = {finding.start for finding in left if finding.code == "TFC101"}
    hidden = Counter(f.code for f in left if f.code != "TFC101" and unsure & {f.start, *(b.start for b in f.because)})
    renamed = any(finding.code == "TFC103" and finding.fixed for finding in outcome.findings)
    told = Counter(f.code for f in after.findings if renamed and (f.code, f.severity) == ("TFC102", "info"))
    said, found = Counter(f.code for f in left), Counter(f.code for f in after.findings)
    return said - found - hidden, found - said - told


@given(programs(), any_settings)
def test_what_is_left_says_why_and_what_was_fixed_does_not(text: str, asked: Settings) -> None:
    for finding in migrated(text, asked).findings:
        if finding.fix is not None:
            assert finding.fixed == (finding.fix.why_not is None)


@given(programs(), any_settings)
def test_every_place_lies_in_the_text(text: str, asked: Settings) -> None:
    for outcome in (checked(text, asked), migrated(text, asked)):
        for finding in outcome.findings:
            assert offset(text, finding.start) <= offset(text, finding.end)
            edits = finding.fix.edits if finding.fix else ()
            for step in (*finding.because, *edits):
                assert offset(text, step.start) <= offset(text, step.end)


@given(anything)
@example("\ufeffimport tensorflow as tf\n")
@example("import tensorflow as tf\n\x00")
@example("(" * 400 + ")" * 400)
@example("x = " + "-" * 3000 + "1")
@example("import tensorflow as tf\nx = " + "tf.nn.relu(" * 90 + "z" + ")" * 90)
@example("import tensorflow as tf\nx = " + " + ".join(["tf.log(z)"] * 900))
def test_no_text_makes_it_raise(text: str) -> None:
    for outcome in (checked(text), migrated(text), migrated(text, UNSAFE)):
        assert outcome.before == text
        if not is_python(text):
            read_as_python2 = convert(text) is not None
            assert [problem.stage for problem in outcome.problems] == ([] if read_as_python2 else ["parse"])
            assert outcome.after == text


@settings(max_examples=3, suppress_health_check=list(HealthCheck))
@given(st.lists(programs(), min_size=8, max_size=8, unique=True), st.integers(0, 8))
def test_serial_equals_parallel(tmp_path_factory: pytest.TempPathFactory, texts: list[str], broken: int) -> None:
    folder = tmp_path_factory.mktemp("programs")
    for number, text in enumerate(texts):
        data = text.encode() if number != broken else b"import tensorflow as tf\nx = '\xff'\n"
        (folder / f"program{number}.py").write_bytes(data)
    serial, parallel = (run([str(folder)], replace(UNSAFE, jobs=jobs), "preview") for jobs in (1, 2))
    assert serial == parallel
    assert len(serial) == len(texts)
    written = run([str(folder)], replace(UNSAFE, jobs=2), "migrate")
    assert [outcome.after for outcome in written] == [outcome.after for outcome in serial]
    assert contents(folder) == [file_bytes(outcome, folder) for outcome in serial]


def contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.iterdir())]


def file_bytes(outcome: Outcome, folder: Path) -> bytes:
    if outcome.changed:
        return outcome.after.encode(outcome.encoding)
    return (folder / Path(outcome.path).name).read_bytes()


def test_graph_mode_is_not_said_where_the_graph_is_built_already() -> None:
    late = "with open('x'):\n    import tensorflow as tf\nx = tf.placeholder(y)\nimport tensorflow as tf\n"
    outcome = migrated(late)
    assert "disable_v2_behavior" not in outcome.after
    [finding] = [finding for finding in outcome.findings if finding.code == "TFC501"]
    assert finding.fix is not None
    assert finding.fix.why_not == "no import of TensorFlow at the top of the file stands before the graph is built"
