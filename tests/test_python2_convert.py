"""Python 2 on request: written as Python 3 together with the migration, each edit reported; or left out."""

from __future__ import annotations

import ast
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notebooks import notebook, texts

from tfce_migrate import Settings, check_source, migrate_source, python2
from tfce_migrate.cli import main
from tfce_migrate.outcome import Finding, Outcome, Safety
from tfce_migrate.source import line_starts

CONVERT = Settings(python2="convert", unsafe_fixes=True)
SKIP = Settings(python2="skip")
MODEL = """\
import tensorflow as tf
print "a model", 3 / n
z = tf.layers.dense(x, 10)
p = tf.nn.softmax(z)
if d.has_key('a') and n <> 2:
\tprint `tf.log(z)`,
        print >>f, tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=p)
for i in xrange(0777):
    pass
"""
AFTER = """\
import tensorflow as tf
print("a model", 3 / n)
z = tf.layers.dense(x, 10)
p = tf.nn.softmax(z)
if 'a' in d and n != 2:
        print(repr(tf.math.log(z)), end=' ')
        print(tf.nn.softmax_cross_entropy_with_logits(labels=tf.stop_gradient(y), logits=z), file=f)
for i in range(0o777):
    pass
"""


def of_fixers(outcome: Outcome) -> list[tuple[str, int]]:
    return [(f.symbol, f.start.line) for f in outcome.findings if f.code == "TFC901" and f.fixed]


def edited(text: str, finding: Finding) -> str:
    """The text after the edits of one finding alone."""
    starts = line_starts(text)
    for edit in sorted(finding.fix.edits if finding.fix else (), key=lambda edit: edit.start, reverse=True):
        low, high = (starts[p.line - 1] + p.column - 1 for p in (edit.start, edit.end))
        text = text[:low] + edit.text + text[high:]
    return text


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_converts_and_migrates_in_one_go(end: str) -> None:
    text = MODEL.replace("\n", end)
    outcome = migrate_source(text, "a.py", CONVERT)
    assert outcome.before == text
    assert outcome.after == AFTER.replace("\n", end)
    assert of_fixers(outcome) == [
        ("print", 2), ("has_key", 5), ("ne", 5), ("indentation", 6), ("print", 6), ("repr", 6), ("print", 7),
        ("xrange", 8), ("numliterals", 8),
    ]  # fmt: skip
    mistake = next(f for f in outcome.findings if f.code == "TFC201")
    assert mistake.fixed
    assert (mistake.start.line, mistake.start.column) == (7, 20)
    assert migrate_source(outcome.after, "a.py", CONVERT).after == outcome.after


def test_each_edit_of_a_fixer_stands_in_the_text_that_was_read() -> None:
    outcome = migrate_source("d = 1\nprint d <> 2, 0777, d\n", "a.py", CONVERT)
    by = {finding.symbol: finding for finding in outcome.findings if finding.code == "TFC901"}
    assert edited(outcome.before, by["ne"]) == "d = 1\nprint d != 2, 0777, d\n"
    assert edited(outcome.before, by["numliterals"]) == "d = 1\nprint d <> 2, 0o777, d\n"
    assert edited(outcome.before, by["print"]) == "d = 1\nprint(d <> 2, 0777, d)\n"
    assert {finding.safety for finding in by.values()} == {Safety.BEHAVIOUR}
    assert all(finding.message.startswith("Python 2: line 2 is written") for finding in by.values())


def test_divisions_are_left_to_a_person() -> None:
    text = "print 1\na = b / c\nd = e / 2.0\nf /= 2\n"
    [left] = [f for f in migrate_source(text, "a.py", CONVERT).findings if not f.fixed]
    assert "lines 2, 4" in left.message
    assert (left.code, left.start.line, left.severity) == ("TFC901", 2, "warning")
    sound = "from __future__ import division\n" + text
    assert all(f.fixed for f in migrate_source(sound, "a.py", CONVERT).findings)


def test_tabs_in_strings_stay() -> None:
    text = 'if a:\n\tb = """x\n\ty\n"""\n        print b\n'
    after = migrate_source(text, "a.py", CONVERT).after
    assert after == 'if a:\n        b = """x\n\ty\n"""\n        print(b)\n'


def test_check_and_a_rule_that_is_not_wanted_write_nothing() -> None:
    assert not check_source(MODEL, "a.py", CONVERT).changed
    assert not migrate_source(MODEL, "a.py", Settings()).changed
    assert not migrate_source(MODEL, "a.py", Settings(python2="convert", ignore=("TFC901",))).changed


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("print 'a'\nx = (\n", None),
        ("print 1\n" + "a;" * 2001 + "a\n", "statements on a line"),
        ("print " + "(" * 100_000 + ")" * 100_000, None),
    ],
)
def test_what_cannot_be_converted_stays_and_says_why(text: str, why: str | None) -> None:
    outcome = migrate_source(text, "a.py", CONVERT)
    assert outcome.after == text
    assert not outcome.findings or all(not finding.fixed for finding in outcome.findings)
    assert outcome.problems or outcome.findings
    if why:
        with pytest.raises(python2.NotWrittenError, match=why):
            python2.written(text)


def test_reading_takes_seconds_at_most() -> None:
    dense = "print 1\n" + "a=b+c*d[e](f,g)\n" * 62_000
    for text in (dense, "print " + "(" * 100_000 + ")" * 100_000, "print 1\nx = [" + "1," * 400_000 + "]"):
        started = time.perf_counter()
        assert python2.convert(text) is None
        assert time.perf_counter() - started < 5


def test_skip_leaves_out_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("old.py").write_text(MODEL)
    Path("new.py").write_text("import tensorflow as tf\nx = 1\n")
    assert main(["migrate", "--python2", "skip"]) == 0
    said = capsys.readouterr().out
    assert said == "old.py: Python 2, left out (--python2 skip)\n2 files looked at: nothing found\n"
    assert main(["check", "--python2", "skip", "--output-format", "json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["notes"] == [{"path": "old.py", "message": "Python 2, left out (--python2 skip)"}]
    assert "left out" in printed.err
    assert Path("old.py").read_text() == MODEL
    Path("pyproject.toml").write_text("[tool.tfce-migrate]\npython2 = 'convert'\n")
    assert main(["migrate", "--unsafe"]) == 1
    assert Path("old.py").read_text() == AFTER
    Path("pyproject.toml").write_text("[tool.tfce-migrate]\npython2 = 'ignore'\n")
    assert main(["migrate"]) == 2


def test_skip_does_not_hide_what_is_no_python_at_all() -> None:
    assert migrate_source("x = (\n", "a.py", SKIP).problems


# notebooks


CELLS = ("import tensorflow as tf\nz = tf.layers.dense(x, 2)", "p = tf.nn.softmax(z)\nprint `tf.log(p)`, z",
         "tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=p)\n")  # fmt: skip


def test_cells_are_converted_where_they_are() -> None:
    text = notebook(*CELLS)
    outcome = migrate_source(text, "a.ipynb", CONVERT)
    assert outcome.before == text
    assert texts(outcome.after) == [
        "import tensorflow as tf\nz = tf.layers.dense(x, 2)",
        "p = tf.nn.softmax(z)\nprint(repr(tf.nn.log_softmax(z)), z)",
        "tf.nn.softmax_cross_entropy_with_logits(labels=tf.stop_gradient(y), logits=z)\n",
    ]
    assert [(f.symbol, f.cell, f.start.line) for f in outcome.findings if f.code == "TFC901"] == [
        ("print", 1, 2), ("repr", 1, 2),
    ]  # fmt: skip
    log = next(f for f in outcome.findings if f.code == "TFC301")
    assert (log.cell, log.start.line, log.start.column) == (1, 2, 8)
    assert migrate_source(outcome.after, "a.ipynb", CONVERT).after == outcome.after


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("m = %time d.has_key(x)\nm = %time print x", ""), ("m = %time print x", ""),
        ("print 'a'\nprint (", "neither"), ("print 1\n" + "a;" * 2001 + "a", ""),
    ],
)  # fmt: skip
def test_a_notebook_with_a_cell_that_is_not_plain_stays(cell: str, why: str) -> None:
    text = notebook(*CELLS, cell)
    outcome = migrate_source(text, "a.ipynb", CONVERT)
    assert texts(outcome.after)[1:2] == [CELLS[1]]
    reasons = [f.fix.why_not or "" for f in outcome.findings if f.code == "TFC901" and f.fix]
    assert reasons
    assert all(why in reason for reason in reasons)
    assert not any("converts it first" in finding.message for finding in outcome.findings)


@pytest.mark.parametrize(
    ("cell", "after"),
    [
        ("%matplotlib inline\nprint x, `y`", "%matplotlib inline\nprint(x, repr(y))"),
        ("%matplotlib inline\n'''a'''\nfrom __future__ import print_function\nprint(x, end=''); y = 0777\n",
         "%matplotlib inline\n'''a'''\nfrom __future__ import print_function\nprint(x, end=''); y = 0o777\n"),
        ("print 1\r\n!ls \\\r\n  -l\r\nprint 2\r\n", "print(1)\r\n!ls \\\r\n  -l\r\nprint(2)\r\n"),
        ("if a:\n    !ls\nelse:\n\t%cd a\nprint 1", "if a:\n    !ls\nelse:\n\t%cd a\nprint(1)"),
        ("%%time\nif a:\n    %time print tf.mul(a, 'é'), 2\n    files = !ls a\nfiles?",
         "%%time\nif a:\n    %time print(tf.mul(a, 'é'), 2)\n    files = !ls a\nfiles?"),
        ("%time print a", "%time print(a)"), ("%%prun print a\nprint `a`", "%%prun print(a)\nprint(repr(a))"),
        ("%timeit -n 3 d.has_key(a)\nprint 1", "%timeit -n 3 a in d\nprint(1)"),
    ],
)  # fmt: skip
def test_magics_stay_where_their_cell_is_converted(cell: str, after: str) -> None:
    text = notebook(*CELLS, cell, "%%bash\necho 'print 1'")
    outcome = migrate_source(text, "a.ipynb", CONVERT)
    changed = ["".join(part) for part in texts(outcome.after)]
    assert changed[len(CELLS) :] == [after, "%%bash\necho 'print 1'"]
    assert migrate_source(outcome.after, "a.ipynb", CONVERT).after == outcome.after


def test_skip_leaves_out_notebooks_too() -> None:
    outcome = migrate_source(notebook(*CELLS), "a.ipynb", SKIP)
    assert (outcome.findings, outcome.changed, outcome.notes) == ((), False, (python2.LEFT_OUT,))


# laws

PARTS = st.sampled_from(
    ["print x", "print", "print 'é',", "print >>f, x, 1", "exec code in d", "x = `y` + 0777L", "raise E, 'text'",
     "if a <> b: print a", "for i in xrange(3): print i", "d.has_key(k)", "s = ur'\\d' + u'a\\u1234'", "y = map(f, x)",
     "def f(a, (b, c)): return b", "g = lambda (a, b): a + b", "import cPickle, Queue", "r = reduce(f, x)",
     "try:\n    pass\nexcept E, e:\n    print e", "if a:\n\tb = '''x\n\ty'''\n        print b", "class A:\n\tx = 1",
     "z = tf.log(tf.nn.softmax(w))", "print tf.log(x)  # why", "x = d.keys()[0] / 2", "raise", "it.next()"]
)  # fmt: skip


@given(st.lists(PARTS, min_size=1, max_size=8), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_is_converted_is_python_3_and_stays_so(parts: list[str], end: str, ended: bool) -> None:
    text = "\n".join(["import tensorflow as tf", *parts]).replace("\n", end) + end * ended
    outcome = migrate_source(text, "a.py", CONVERT)
    assert outcome.before == text
    assert not outcome.problems
    ast.parse(outcome.after)
    assert migrate_source(outcome.after, "a.py", CONVERT).after == outcome.after
    assert outcome.after.endswith(end) == text.endswith(end)
    if end == "\r\n":
        assert outcome.after.count("\n") == outcome.after.count("\r\n")
    for finding in outcome.findings:
        for edit in finding.fix.edits if finding.fix else ():
            edited(text, finding)
            assert edit.start <= edit.end


def test_a_text_that_is_too_long_says_so_in_the_finding() -> None:
    text = MODEL + "a = b\n" * 34_000
    for outcome in (check_source(text), migrate_source(text, "program.py", CONVERT)):
        [finding] = outcome.findings
        assert "too long to be read as Python 2 in good time: over 1,000,000 characters" in finding.message
        assert [problem.stage for problem in outcome.problems] == ["parse"]
        assert outcome.after == text


def test_what_no_fixer_can_write_says_why_in_the_finding() -> None:
    [finding] = migrate_source("import tensorflow as tf\nprint 'a'\n)\n", "program.py", CONVERT).findings
    assert "neither Python 3 nor Python 2: ')' was not expected on line 3" in finding.message


def test_where_converting_was_refused_no_fix_advises_to_convert() -> None:
    outcome = migrate_source("import tensorflow as tf\nx <> 1\nraise (E, f()), tf.log(1.0)\n", "program.py", CONVERT)
    said = [finding.fix.why_not for finding in outcome.findings if finding.fix is not None and finding.code != "TFC901"]
    assert said == [python2.WHY_NEVER]


@pytest.mark.parametrize(
    ("text", "why"),
    [("print " + "1+" * 20_000 + "1\n", "nests deeper"), ("print 1; " * 20_000 + "\n", "2000 statements on a line")],
)
def test_check_names_the_limit_that_a_text_is_beyond(text: str, why: str) -> None:
    for wanted in (Settings(), CONVERT):
        [finding] = check_source("import tensorflow as tf\n" + text, "a.py", wanted).findings
        assert why in finding.message
        assert "convert it first" not in finding.message


@pytest.mark.parametrize(
    "wanted",
    [
        Settings(python2="convert", ignore=("TFC901",)),
        Settings(python2="convert", select=("TFC4",)),
        Settings(ignore=("TFC901",)),
    ],
)
def test_without_the_rule_nobody_is_told_to_convert(wanted: Settings) -> None:
    program, cells = "import tensorflow as tf\nprint tf.log(1.0)\n", notebook(*CELLS, "y = tf.log(2.0)")
    for engine in (check_source, migrate_source):
        for text, path in ((program, "b.py"), (cells, "b.ipynb")):
            outcome = engine(text, path, wanted)
            assert not outcome.changed
            said = [finding.fix.why_not or "" for finding in outcome.findings if finding.fix and finding.fix.why_not]
            assert not any("python2 convert" in why for why in said)
            assert any("TFC901" in why for why in said)


def test_a_notebook_that_was_refused_advises_no_cell_to_convert() -> None:
    text = notebook("print 'a'", "x = = 1", "import tensorflow as tf\ny = tf.log(2.0)")
    outcome = migrate_source(text, "a.ipynb", CONVERT)
    [log] = [finding for finding in outcome.findings if finding.code == "TFC401"]
    assert log.fix is not None
    assert "since cell 1 is neither Python 3 nor Python 2" in (log.fix.why_not or "")


def test_each_edit_is_told_once() -> None:
    text = "import tensorflow as tf\ndef main(_):\n    print x, 'start'\n    print 'a'\n    f()\ny = tf.log(1.0)\n"
    fixes = [finding.fix for finding in migrate_source(text, "a.py", CONVERT).findings]
    edits = [edit for fix in fixes if fix is not None for edit in fix.edits]
    assert len(edits) == len(set(edits)) == 5
