"""Python 2 that is written as Python 3: what it means there, which files are, and what is refused."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notebooks import notebook

from tfce_migrate import Settings, migrate_source, python2
from tfce_migrate.cli import main
from tfce_migrate.run import run_on_bytes

CONVERT = Settings(python2="convert", unsafe_fixes=True)
OLD = 'print "x"\n'


def test_what_does_not_mention_tensorflow_is_converted_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    texts = {"util.py": OLD.encode(), "new.py": b"x = 1\n", "broken.py": b"print 1\nx = (\n"}
    texts["bytes.py"] = b"#\xff\nprint 1"
    for name, data in texts.items():
        Path(name).write_bytes(data)
    Path("cells.ipynb").write_text(notebook(OLD))
    for action in ("check", "migrate"):
        for arguments in ([], ["--python2", "skip"]):
            assert main([action, *arguments]) == 0
            assert "nothing found" in capsys.readouterr().out
    assert main(["check", "--python2", "convert"]) == 1
    assert "util.py:1:1 TFC901" in capsys.readouterr().out
    assert Path("util.py").read_text() == OLD
    assert main(["migrate", "--python2", "convert"]) == 0
    assert Path("util.py").read_text() == 'print("x")\n'
    assert json.loads(Path("cells.ipynb").read_text())["cells"][0]["source"] == ['print("x")\n']
    for name in ("new.py", "broken.py", "bytes.py"):
        assert Path(name).read_bytes() == texts[name]


def test_standard_input_that_does_not_mention_tensorflow_is_converted_too() -> None:
    assert run_on_bytes(OLD.encode(), "<stdin>", CONVERT, "preview").after == 'print("x")\n'
    assert not run_on_bytes(OLD.encode(), "<stdin>", Settings(), "preview").findings


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (r'x <> ur"\u0041"', r'x != "\u0041"'),
        (r'x <> UR"\d\U00000041\ "', r'x != "\\d\U00000041\\ "'),
        (r'x <> ur"\\u0041\\\u0041"', r'x != "\\\\u0041\\\\\u0041"'),
        (r"x <> ur'\u0041\'' ", r"x != '\u0041\\\'' "),
        (r"x <> ur'''\u0041'\'''' ", r"x != '''\u0041'\\\'''' "),
        ("x <> ur'\\u0041\\\n '", "x != '\\u0041\\\\\\n\\\n '"),
        (r"x <> ur'\d' + u'\N{EN DASH}'", r"x != r'\d' + '\N{EN DASH}'"),
        (r"x <> '\u0041\N{EN DASH}\\u' + r'\u0041' + b'\u'", r"x != '\\u0041\\N{EN DASH}\\u' + r'\u0041' + b'\u'"),
        ("from __future__ import unicode_literals\nx <> '\\u0041' + r'\\u0041\\d'",
         "from __future__ import unicode_literals\nx != '\\u0041' + '\\u0041\\\\d'"),
        ("from __future__ import print_function\nprint('a', 'b'); 0777",
         "from __future__ import print_function\nprint('a', 'b'); 0o777"),
        ("raise E, None", "raise E"),
        ("raise E, (None)", "raise E"),
        ("raise E, ()", "raise E()"),
        ("raise E, (1, 2)", "raise E(1, 2)"),
        ("raise E, ((1, 2)), tb", "raise E(1, 2).with_traceback(tb)"),
        ("raise E, 'a' % b", "raise E('a' % b)"),
        ("raise E, ('a' % b)", "raise E('a' % b)"),
        ("raise a or b, 'x'", "raise (a or b)('x')"),
        ("raise (a.b), 'x'", "raise (a.b)('x')"),
        ("x <> 1; raise (E('x'))", "x != 1; raise (E('x'))"),
        ("raise (E, F), 'x'", "raise E('x')"),
        ("raise IOError, None, tb", "raise IOError().with_traceback(tb)"),
        ("raise a.b, None, tb", "raise (a.b() if isinstance(a.b, type) else a.b).with_traceback(tb)"),
        ("raise E(1), None, tb", "raise E(1).with_traceback(tb)"),
        ("raise e[1], None, e[2]", "raise (e[1]() if isinstance(e[1], type) else e[1]).with_traceback(e[2])"),
        ("raise f(), None, tb",
         "raise (lambda error: error() if isinstance(error, type) else error)(f()).with_traceback(tb)"),
        ("try: pass\nexcept E, e:\n raise e, None, tb", "try: pass\nexcept E as e:\n raise e.with_traceback(tb)"),
        ("raise E, (1, # why\n 2)", "raise E(1, # why\n 2)"),
        ("x = 0b11L + 0B1l", "x = 0b11 + 0B1"),
        ("f = lambda (a, b): a + b", "f = lambda a_b: a_b[0] + a_b[1]"),
        ("f = lambda (a, b): c.a", "f = lambda a_b: (lambda a, b: c.a)(*a_b)"),
        ("f = lambda (a, (b, c)), d: a + c",
         "f = lambda a_b_c, d: (lambda a, b_c: (lambda b, c: a + c)(*b_c))(*a_b_c)"),
        ("f = lambda (a,), (b, c)=d, *e: e", "f = lambda a_, b_c=d, *e: (lambda a: (lambda b, c: e)(*b_c))(*a_)"),
        ("x <> c.unicode + f(unicode=1) + unicode(1)", "x != c.unicode + f(unicode=1) + str(1)"),
        ("try:\n  unicode\nexcept NameError:\n  unicode = str\nx <> unicode(1)",
         "try:\n  unicode\nexcept NameError:\n  unicode = str\nx != unicode(1)"),
        ("try:\n  input = raw_input\nexcept NameError:\n  pass\nx <> input()",
         "try:\n  input = raw_input\nexcept NameError:\n  pass\nx != input()"),
        ("from six.moves import map, zip\nx <> next(map(f, a)), zip(a)",
         "from six.moves import map, zip\nx != next(map(f, a)), zip(a)"),
        ("def f(map): return map(1)\nx <> map(f, a)", "def f(map): return map(1)\nx != list(map(f, a))"),
        ("def reload(x): pass\nx <> reload(1)", "def reload(x): pass\nx != reload(1)"),
        ("class A:\n  map = 1\nx <> map(f, a)", "class A:\n  map = 1\nx != list(map(f, a))"),
        ("try:\n  from itertools import izip\nexcept ImportError:\n  izip = zip\nx <> izip(a), f(izip)",
         "try:\n  from itertools import izip\nexcept ImportError:\n  izip = zip\nx != izip(a), f(izip)"),
        ("from itertools import izip, count\nx <> izip(a), f(izip), c.izip",
         "from itertools import count\nx != zip(a), f(zip), c.izip"),
        ("from itertools import izip, imap\nx <> izip(imap(f, a), b)", "\nx != zip(map(f, a), b)"),
        ("from itertools import izip; x <> izip", "pass; x != zip"),
        ("def f():\n  from itertools import izip\nx <> 1", "def f():\n  pass\nx != 1"),
        ("print ()\nprint (a)\nprint (),", "print(())\nprint (a)\nprint((), end=' ')"),
        ("x <> map(None, a) + map(None, a, b)", "x != list(a) + map(None, a, b)"),
        ("x <> f(it.next, it.next()); a = b.next.next", "x != f(it.next, next(it)); a = b.next.next"),
        ("class A:\n  def next(self, n=1): return n <> 1\na.next()",
         "class A:\n  def next(self, n=1): return n != 1\na.next()"),
        ("from itertools import izip as zip\nx <> zip(a)", "from itertools import izip as zip\nx != zip(a)"),
    ],
)  # fmt: skip
def test_writes_what_python_2_meant(before: str, after: str) -> None:
    assert python2.written(before).text == after
    ast.parse(after)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x <> ur'\\u00'", "a string on line 1 has an escape that Python 2 does not take"),
        ("x <> 1\nraise (E, f()), 1", "line 2 raises a tuple"),
        ("x <> 1\nf(async=True)", "the name async on line 2 is a keyword in Python 3"),
        ("print d.has_key(\n  # keep\n  'k'  # why\n)", "the fixer has_key would lose a comment: # keep"),
        ("print map(# why\n  lambda x: x, y)", "the fixer map would lose a comment: # why"),
    ],
)
def test_refuses_what_it_cannot_write(text: str, why: str) -> None:
    with pytest.raises(python2.NotWrittenError, match=re.escape(why)):
        python2.written(text)
    outcome = migrate_source(text, "a.py", CONVERT)
    assert (outcome.after, outcome.problems) == (text, ())
    [finding] = outcome.findings
    assert why in finding.message
    assert "converts it first" not in finding.message


LEFT = {
    "map(None, a, b)": "itertools.zip_longest",
    "import urllib2 as u": "no module urllib2",
    "from urllib2 import *": "no module urllib2",
    "import string; string.join(a)": "no string.join",
    "import string as s; s.letters": "no string.letters",
    "from string import atoi": "no string.atoi",
    "sorted(x, cmp=f)": "cmp_to_key",
    "sorted(x, f)": "cmp_to_key",
    "x.sort(f)": "cmp_to_key",
    "x.sort(cmp=f)": "cmp_to_key",
    "cmp(a, b)": "no cmp",
    "f(reload)": "no reload",
    "import cPickle; pickle = cPickle": "no module cPickle",
    "import sys as s; s.maxint": "no sys.maxint",
    "import os as o; o.getcwdu()": "no os.getcwdu",
    "f(dict.iteritems)": "no iteritems",
    "class A:\n  def __cmp__(self, o): return 1": "does not call __cmp__",
    "class A:\n  def __nonzero__(self, o=1): return 1": "does not call __nonzero__",
    "f(it.next)": "__next__",
    "'aa'.decode('hex')": "codec hex",
    "from itertools import izip as zip": "no itertools.izip",
    "try: cmp\nexcept ValueError: pass": "no cmp",
    # what is no such thing, or is provided for
    "map(None, a)": "",
    "x.sort(); sorted(x, key=f); import_.sort(0)": "",
    "import numpy as np; np.sort(x)": "",
    "def cmp(a, b): return 1\ncmp(a, b)": "",
    "try:\n  cmp\nexcept NameError:\n  cmp = f": "",
    "try:\n  import urllib2 as u\nexcept ImportError:\n  u = None": "",
    "if old:\n  from itertools import izip": "",
    "import six; six.iteritems(d)": "",
    "class A:\n  def iteritems(self): return 1\nf(a.iteritems)": "",
    "class A:\n  def __div__(self, o): return 1\n  __truediv__ = __div__": "",
    "a.next = None; b = a.next": "",
    "from StringIO import StringIO; StringIO()": "",
}


@pytest.mark.parametrize("text", LEFT)
def test_what_no_fixer_converts_is_told(text: str) -> None:
    first = "# é\nprint 1\n"
    outcome = migrate_source(first + text + "\n", "a.py", CONVERT)
    left = [finding for finding in outcome.findings if not finding.fixed]
    assert outcome.changed
    if not LEFT[text]:
        assert left == []
        return
    [finding] = left
    assert LEFT[text] in finding.message
    assert (finding.code, finding.severity, finding.fix) == ("TFC901", "info", None)
    assert finding.start.line >= 3


SPREAD = st.sampled_from(
    ["print (@'a'@)", "print >>f, (@a@)", "exec (@a@) in b", "raise E, (@1,@2@)", "raise E, (@'a'@)",
     "raise E, a, (b@)", "x = `(a@)`", "d.has_key(@k@)", "apply(f,@a@)", "try: pass\nexcept (A,@B@), e:@ pass",
     "d.keys(@)", "map(@f,@x@)", "map(@lambda x: x,@y@)", "filter(@None,@y@)", "zip(@a,@b@)", "it.next(@)",
     "isinstance(x, (int,@long,@int))", "def f((a,@b),@c):@ return a", "f = lambda (a, (b, c)), d: (a@ + b)",
     "reload(@a@)", "from itertools import (izip,@count)@", "from itertools import izip@", "intern(@a@)",
     "class A:@\n  __metaclass__ = M@\n  x = 1", "map(None,@ a@)", "from urllib import (quote,@urlopen)@",
     "xrange(@3@)", "import urllib2, Queue@", "x = (0777@ <> 1L@)", "input(@a@)"]
)  # fmt: skip


@given(st.lists(SPREAD, min_size=1, max_size=3), st.integers(0, 7))
def test_no_comment_is_lost(parts: list[str], which: int) -> None:
    text, *others = "\n".join(parts).split("@")
    for number, other in enumerate(others):
        text += (f"  # c{number} why\n" if (number + which) % 3 else "") + other
    outcome = migrate_source(f"print 1\n{text}\n", "a.py", CONVERT)
    after, before = (re.findall("# c[^\n]*", text) for text in (outcome.after, outcome.before))
    assert sorted(after) == sorted(before)


@given(st.text("abuU0041\\'\n", max_size=30))
def test_raw_strings_hold_what_python_2_reads_in_them(body: str) -> None:
    """The codec is that by which Python 2 reads them."""
    text = f"ur'''{body} '''"
    try:
        ast.literal_eval(text[1:])
        held = f"{body} ".encode().decode("raw_unicode_escape")
    except (SyntaxError, UnicodeDecodeError):
        return
    new = python2.written(f"x <> {text}\n").text
    assert ast.literal_eval(new.removeprefix("x != ").strip("\n")) == held
