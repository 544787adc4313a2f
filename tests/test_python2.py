"""Python 2 files: read as what they are, found in at their own places, and left as they are."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfce_migrate import Settings, check_source, migrate_source, python2
from tfce_migrate.outcome import Finding, Outcome, Position
from tfce_migrate.python2 import Converted, convert, library
from tfce_migrate.run import run

WHY_NOT = "the file is Python 2: `migrate --python2 convert` converts it first"
MODEL = """\
import tensorflow as tf
print "a model"
z = tf.layers.dense(x, 10)
p = tf.nn.softmax(z)
"""
LOSS = "tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=p)"


def converted(text: str) -> Converted:
    found = convert(text)
    assert found is not None
    return found


def dump(text: str) -> str:
    return ast.dump(ast.parse(text))


def found(outcome: Outcome, code: str) -> Finding:
    (one,) = [finding for finding in outcome.findings if finding.code == code]
    return one


def between(text: str, start: Position, end: Position) -> str:
    """The text of a place that begins and ends on one line."""
    assert start.line == end.line
    return text.splitlines()[start.line - 1][start.column - 1 : end.column - 1]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("print 1L; print", "print(1); print()"),
        ("print 'a', b", "print('a', b)"),
        ("print 'a',", "print('a', end=' ')"),
        ("print >>f, 'a', 1L", "print('a', 1, file=f)"),
        ("print 'a' % b; print", "print('a' % b); print()"),
        ("print ('a'), 1L", "print(('a'), 1)"),
        ("exec code in space", "exec(code, space)"),
        ("exec 'x = 1'", "exec('x = 1')"),
        ("raise E, 'text'", "raise E('text')"),
        ("raise E, 'text', trace", "raise E('text').with_traceback(trace)"),
        ("try: pass\nexcept E, e: pass", "try: pass\nexcept E as e: pass"),
        ("try: pass\nexcept (A, B),e: pass", "try: pass\nexcept (A, B) as e: pass"),
        ("try: pass\nexcept E, (a, b): pass", "try: pass\nexcept E as a_b_: pass"),
        ("a <> b", "a != b"),
        ("`a`", "repr(a)"),
        ("`a, b`", "repr((a, b))"),
        ("`'a' + `b``", "repr('a' + repr(b))"),
        ("0777 + 10L + 0xFFl + 0777L + 00", "0o777 + 10 + 0xFF + 0o777 + 00"),
        (r"ur'\d' + UR'a'", r"r'\d' + R'a'"),
        (r"'\users \\u' <> u'\u00e9'", r"'\\users \\u' != u'\u00e9'"),
        ("xrange(3L)", "range(3)"),
        ("unicode(1L) + unichr(2) + long(3)", "str(1) + chr(2) + int(3)"),
        ("a.long(1L)", "a.long(1)"),
        ("[i for i in 1, 2]", "[i for i in (1, 2)]"),
        ("f(async=True)", "f(async_=True)"),
        ("def f(a, (b, c)): pass", "def f(a, b_c_, *, b, c): pass"),
        ("def f((b, (c, d))=e, *k): pass", "def f(b_c_d_=e, *k, b, c, d): pass"),
        ("def f((b, c), **k): pass", "def f(b_c_, *, b, c, **k): pass"),
        ("def f((b)): pass", "def f(b): pass"),
        ("f = lambda (a, b): a", "f = lambda a_b_, *, a, b: a"),
        ("f = lambda (a): a", "f = lambda a: a"),
        ("f = lambda c, (a, b),: a", "f = lambda c, a_b_, *, a, b: a"),
        ("from __future__ import print_function\nprint('a', file=f)\nb = 0777",
         "from __future__ import print_function\nprint('a', file=f)\nb = 0o777"),
        ("if a:\n\tb\n        c", "if a:\n    b\n    c"),
        ("if a:\n  print 1\nelse:\n\tif b:\n          print 2\n\tprint 3",
         "if a:\n    print(1)\nelse:\n    if b:\n        print(2)\n    print(3)"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_reads_what_python_3_cannot(before: str, after: str, end: str) -> None:
    with pytest.raises(SyntaxError):
        ast.parse(before)
    text = before.replace("\n", end or "\n") + end
    new = converted(text).text
    assert dump(new) == dump(after)
    assert new.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        "print \\\n  'a', \\\n  b\nc = 1\n",
        "print >>f, \\\n  'a', b\nc = 1\n",
        "print >>f, 'a', \\\n  b\nc = 1\n",
        "print >>f, ('a',\n  b)  # why\n\n# and\nc = 1\n",
        "raise E, \\\n  'text'\nc = 1\n",
        "raise E, (\n  'text', 2)\nc = 1\n",
        "def f(a, (b,\n  c)):\n  '''a\n  b'''\n  print a\nc = 1\n",
        "x = `a +\\\n  b`\nc = 1\n",
        "exec code \\\n  in space\nc = 1\n",
        "try:\n  pass\n# why\nexcept E, \\\n  e:\n  # not\n  pass\nc = 1\n",
        "print '''a\n  b''',\nc = 1\n",
    ],
)
def test_each_statement_stays_on_its_line(text: str) -> None:
    new = converted(text)
    assert new.text.count("\n") == text.count("\n")
    assert ast.parse(new.text).body[-1].lineno == text[: text.index("c = 1")].count("\n") + 1
    assert new.text.splitlines()[-1] == "c = 1"


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        (MODEL + f"loss = {LOSS}\n", "TFC201", LOSS),
        (MODEL + f"print 'loss', `{LOSS}`\n", "TFC201", LOSS),
        (MODEL + f"print >>f, {LOSS}, 'é' <> 0777, {LOSS[:-1]} )\n", "TFC201", LOSS),
        (MODEL + f"if 0777 <> 'é':\n\tprint 1\n        loss = {LOSS}\n", "TFC201", LOSS),
        (MODEL + f"for i in xrange(3): loss = {LOSS}; print 1,\n", "TFC201", LOSS),
        (MODEL + "b = 1L  # why # tfce: ignore[TFC201]\n", "TFC903", "# tfce: ignore[TFC201]"),
    ],
)
def test_findings_stand_where_they_stood(text: str, code: str, place: str) -> None:
    findings = [one for one in check_source(text).findings if one.code == code]
    one = findings[0]
    assert between(text, one.start, one.end)== place


def test_says_once_that_it_is_python_2_and_why_nothing_is_edited() -> None:
    text = MODEL + f"loss = {LOSS}\n"
    outcome = check_source(text, "m.py")
    assert outcome.problems == ()
    said = found(outcome, "TFC901")
    assert (said.start, said.end) == (Position(2, 1), Position(2, 16))
    assert (said.severity, said.safety.value, said.fix) == ("error", "manual", None)
    assert "read as Python 2" in said.message
    mistake = found(outcome, "TFC201")
    assert mistake.fix is not None
    assert (mistake.fix.applied, mistake.fix.edits, mistake.fix.why_not) == (False, (), WHY_NOT)
    (made,) = [step for step in mistake.because if step.start.line == 4]
    assert between(text, made.start, made.end) == "tf.nn.softmax(z)"


def test_the_same_findings_as_in_the_python_3_form() -> None:
    text = MODEL + f"loss = {LOSS}\n"
    new = check_source(converted(text).text)
    old = check_source(text, settings=Settings(ignore=("TFC901",)))
    assert [(f.code, f.message, f.start, f.end) for f in old.findings] == [
        (f.code, f.message, f.start, f.end) for f in new.findings
    ]


def test_comments_silence_in_it_too() -> None:
    text = MODEL + f"loss = {LOSS}  # tfce: ignore[TFC201]\n"
    assert not [f for f in check_source(text).findings if f.code in ("TFC201", "TFC903")]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_migrate_leaves_it_byte_for_byte(tmp_path: Path, line_end: str) -> None:
    file = tmp_path / "m.py"
    data = (MODEL + f"\tloss = 'é'\nloss = {LOSS}").replace("\tloss", "loss").replace("\n", line_end).encode()
    file.write_bytes(data)
    (outcome,) = run([str(file)], Settings(unsafe_fixes=True, jobs=1), "migrate")
    assert file.read_bytes() == data
    assert not outcome.changed
    assert outcome.problems == ()
    assert {"TFC901", "TFC201"} <= {finding.code for finding in outcome.findings}
    assert not any(finding.fixed for finding in outcome.findings)


@pytest.mark.parametrize(
    "text",
    [
        "print 'a'\nx = (\n",
        "print 'a'\nx = {[y: 1]}\n",
        "print 'a'\nprint('b', file=f)\n",
        "raise 'text', 1\n",
        "if a:\n        b\n    c\n",
        "print 1\n\0\n",
        "print " + "(" * 3000 + ")" * 3000,
        "x = '\\",
        "print 1\nmatch x:\n  case 1: pass\n",
    ],
)
def test_what_is_neither_stays_a_problem(text: str) -> None:
    assert convert(text) is None
    for outcome in (check_source(text), migrate_source(text)):
        assert [problem.stage for problem in outcome.problems] == ["parse"]
        assert outcome.after == text


def test_too_long_a_text_is_not_tried() -> None:
    text = "print 1\n"
    assert convert(text + "#" + "a" * (library.LIMIT - len(text) - 1)) is not None
    assert convert(text + "#" + "a" * library.LIMIT) is None
    assert convert(text + "#" * library.WORDS) is None


def test_a_fixer_that_moves_statements_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "print 1\nx = 2\n"
    assert convert(text) is not None

    def swapped(tree: object) -> None:
        first, second = tree.children[:2]  # type: ignore[attr-defined]
        first.replace([second.clone(), first.clone()])
        second.remove()

    monkeypatch.setattr(python2, "respell", swapped)
    assert convert(text) is None


def test_only_what_is_not_python_3_meets_the_library() -> None:
    def loaded(text: str) -> bool:
        code = f"import sys, tfce_migrate; tfce_migrate.check_source({text!r}); print('fissix' in sys.modules)"
        return subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "True"

    assert not loaded("print(1)\n")
    assert loaded("print 1\n")


def test_reading_it_writes_nothing(tmp_path: Path) -> None:
    code = "import tfce_migrate; print(tfce_migrate.check_source('print 1\\n').problems)"
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}
    said = subprocess.check_output([sys.executable, "-c", code], text=True, env=home)
    assert said.strip() == "()"
    assert list(tmp_path.iterdir()) == []


ATOMS = st.sampled_from(["a", "'é'", "0777", "2L", "`a`", "ur'b'", "a <> 1", "f(a, b)", "(a,\n  b)", "'''x\ny'''"])
SIMPLE = st.one_of(
    st.just("print"),
    st.builds("print {}".format, ATOMS),
    st.builds("print {}, \\\n  {},".format, ATOMS, ATOMS),
    st.builds("print >>f, {}, {}".format, ATOMS, ATOMS),
    st.builds("print \\\n {}".format, ATOMS),
    st.builds("raise E, {}".format, ATOMS),
    st.builds("exec f({}) in a".format, ATOMS),
    st.builds("mark = {}".format, ATOMS),
    st.builds("mark = lambda (a, b), c: {}".format, ATOMS),
)
ENDS = st.sampled_from(["\n", "  # why\n", " \n\n", "\n# why\n"])


@st.composite
def blocks(draw: st.DrawFn, depth: int = 0) -> str:
    """A few statements in Python 2, indented by tabs or spaces that fit to each other at stops of eight."""
    lead = draw(st.sampled_from(["\t" * depth, " " * 8 * depth]))
    lines = []
    for _ in range(draw(st.integers(1, 3))):
        head = draw(st.sampled_from(["", "", "if a <> 1:", "def g(a, (b, c)):", "for a in 1, 2:", "try:"]))
        if not head or depth == 2:
            lines.append(lead + draw(SIMPLE) + draw(ENDS))
            continue
        lines.append(lead + head + draw(st.sampled_from(["\n", "  # why\n"])) + draw(blocks(depth + 1)))
        if head == "try:":
            lines.append(lead + "except (A, B), e:\n" + draw(blocks(depth + 1)))
    return "".join(lines)


@given(blocks())
def test_lines_stay_lines_and_names_are_found_again(text: str) -> None:
    new = converted(text)
    assert new.text.count("\n") == text.count("\n")
    lines, before = new.text.split("\n"), text.split("\n")
    for node in ast.walk(ast.parse(new.text)):
        if isinstance(node, ast.Name) and node.id in ("a", "b", "f", "mark", "E"):
            column = len(lines[node.lineno - 1].encode()[: node.col_offset].decode())
            start = Position(node.lineno, column + 1)
            first, last = new.span(start, Position(node.lineno, column + 1 + len(node.id)))
            assert between(text.replace("\r", ""), first, last) == node.id
        if isinstance(node, ast.stmt):
            assert before[node.lineno - 1].split("#")[0].strip()


@given(blocks(), st.data())
def test_every_place_lies_in_its_line(text: str, data: st.DataObject) -> None:
    new = converted(text)
    lines = new.text.split("\n")

    def place() -> Position:
        line = data.draw(st.integers(1, len(lines)))
        return Position(line, data.draw(st.integers(1, len(lines[line - 1]) + 1)))

    start, end = sorted([place(), place()])
    first, last = new.span(start, end)
    assert first <= last
    for one in (first, last):
        assert 1 <= one.column <= len(text.split("\n")[one.line - 1]) + 1


@given(st.text(alphabet="print ,`<>'\"\\\n\t()[]:=0Lurx#é\x0c", max_size=60))
def test_no_text_makes_it_raise(text: str) -> None:
    new = convert(text)
    assert new is None or new.text.count("\n") == text.replace("\r\n", "\n").count("\n")
    assert check_source(text).after == text


def test_the_place_where_it_is_not_python_2_either_is_named() -> None:
    text = "print 1\n\n\nx = (1 +\ny = 2\n"
    for outcome in (check_source(text), migrate_source(text, "a.py", Settings(python2="convert"))):
        [finding], [problem] = outcome.findings, outcome.problems
        assert (finding.start.line, problem.line) == (5, 5)
        assert "neither Python 3 nor Python 2: '=' was not expected on line 5" in finding.message
        assert "print" not in finding.message + problem.message
