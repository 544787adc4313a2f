"""Python 2 packages with a script in them, and Python 2 that Python 3 can parse: what is left runs, or is told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tfce_migrate import Settings, check_source, migrate_source
from tfce_migrate.outcome import Outcome
from tfce_migrate.run import run, run_on_bytes

CONVERT = Settings(python2="convert", unsafe_fixes=True, jobs=1, journal=False)
DATA = 'def vocab():\n    print "vocab"\n    return 3\n'
MODEL = "import tensorflow as tf\nimport data\ndef net(n):\n    return [tf.log(1.0) for _ in xrange(n)]\n"
RUN = """\
import tensorflow as tf
import model
from data import vocab
def main(_):
    print "start"
    print len(model.net(vocab()))
if __name__ == '__main__':
    main(None)
"""
STUB = "class math(object):\n    @staticmethod\n    def log(x): return x\n"


def package(folder: Path, **texts: str) -> Path:
    inner = folder / "a"
    inner.mkdir()
    (inner / "__init__.py").write_text("")
    for name, text in texts.items():
        (inner / f"{name}.py").write_text(text)
    return inner


def converted(folder: Path, monkeypatch: pytest.MonkeyPatch, *given: str) -> dict[str, Outcome]:
    monkeypatch.chdir(folder)
    return {Path(outcome.path).name: outcome for outcome in run(given or ["a"], CONVERT, "migrate")}


def said(outcome: Outcome, what: str = "Python 2: ") -> list[tuple[int, str]]:
    return [(f.start.line, f.message) for f in outcome.findings if f.code == "TFC901" and what in f.message]


def test_a_script_in_a_package_runs_after_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = MODEL.replace("import data", "import data; print 'model'").replace("xrange", "range")
    inner = package(tmp_path, data=DATA, model=model, run=RUN)
    outcomes = converted(tmp_path, monkeypatch)
    (inner / "tensorflow.py").write_text(STUB)
    assert "from ." not in (inner / "run.py").read_text() + (inner / "model.py").read_text()
    shown = subprocess.check_output([sys.executable, "run.py"], cwd=inner, text=True)
    assert shown.splitlines() == ["model", "start", "vocab", "3"]
    for name, line in (("run.py", 2), ("model.py", 2)):
        [(at, message)] = said(outcomes[name], "stay as they are, since run.py is run as a script")
        assert at == line, message
    assert not said(outcomes["data.py"], "stay as they are")


@pytest.mark.parametrize("order", [("a/run.py", "a/model.py"), ("a/model.py", "a/run.py")])
def test_files_that_are_converted_one_after_another_agree(
    order: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = package(tmp_path, data=DATA, model="import data\nprint 1\n", run=RUN)
    for one in order:
        assert said(converted(tmp_path, monkeypatch, one)[Path(one).name], "stay as they are")
    assert "from ." not in (inner / "run.py").read_text() + (inner / "model.py").read_text()
    assert not any(outcome.changed for outcome in converted(tmp_path, monkeypatch, *order).values())


@pytest.mark.parametrize(
    "other",
    [
        "from . import data\nif __name__ == '__main__':\n    print(1)\n",
        "import os, json\nif __name__ == '__main__':\n    print(1)\n",
        "import data\n# if __name__ == '__main__':\n",
        "import other\nif __name__ == '__main__':\n    print(1)\n",
    ],
)
def test_without_such_a_script_imports_become_relative(
    other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = package(tmp_path, data=DATA, model="import data\nprint 1\n", other=other)
    assert not said(converted(tmp_path, monkeypatch)["model.py"], "stay as they are")
    assert (inner / "model.py").read_text() == "from . import data\nprint(1)\n"


@pytest.mark.parametrize(
    "script",
    [
        "import os, \\\n    data as d\nif (__name__ == u'__main__'):\n    d.vocab()\n",
        "def f():\n    import os; from data.deep import x\nif '__main__' == __name__:\n    f()\n",
        "import data\r\nif __name__=='__main__':\r\n    f()\r\n",
        "from __future__ import absolute_import\nimport data\nif __name__ == '__main__' and data:\n    print 1\n",
    ],
)
def test_scripts_of_either_python_are_known(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = package(tmp_path, data=DATA, model="print 1\nimport data\n", run=script)
    assert said(converted(tmp_path, monkeypatch)["model.py"], "run.py is run as a script")[0][0] == 2
    assert (inner / "model.py").read_text() == "print(1)\nimport data\n"


TF = "import tensorflow as tf\n"


def told(text: str, settings: Settings = CONVERT, path: str = "a.py") -> list[tuple[int, str]]:
    """What is said of a text, which is the same whether it is looked at or migrated."""
    found = [said(engine(text, path, settings)) for engine in (check_source, migrate_source)]
    assert found[0] == found[1]
    return [(line, message.partition("Python 3 has no ")[2].partition(";")[0] or message) for line, message in found[0]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for i in xrange(3):\n    print(tf.log(i))\n", ["xrange"]),
        ("x = tf.log(1.0)\nimport cPickle, os\n", ["module cPickle"]),
        ("import sys\nn = sys.maxint\nfrom itertools import izip\n", ["sys.maxint", "itertools.izip"]),
        ("def f(d):\n    return unicode(d), d.iteritems()\n", ["unicode", "iteritems"]),
    ],
)
def test_what_only_python_2_has_is_told_where_python_3_can_parse_it(text: str, expected: list[str]) -> None:
    messages = [message for _, message in told(TF + text)]
    assert len(messages) == len(expected)
    assert all(one in message for one, message in zip(sorted(expected), sorted(messages), strict=True))
    assert not told(TF + text, Settings(python2="check"))
    assert not told(TF + text, Settings(python2="convert", ignore=("TFC901",)))


def test_its_place_is_that_of_the_text_before_the_migration() -> None:
    text = TF + "a = tf.log(tf.placeholder('é')); b = unicode(1)\n"
    outcome = migrate_source(text, "a.py", CONVERT)
    [finding] = [f for f in outcome.findings if f.code == "TFC901"]
    assert text.splitlines()[1][finding.start.column - 1 :].startswith("unicode(1)")
    assert (finding.severity, finding.fix, outcome.changed) == ("info", None, True)


@pytest.mark.parametrize(
    "text",
    [
        "for k, v in d.iteritems():\n    print(k)\n",
        "from six.moves import *\nfor i in xrange(3): pass\n",
        "try:\n    xrange\nexcept NameError:\n    xrange = range\nxrange(3)\n",
        "try:\n    import queue\nexcept ImportError:\n    import Queue as queue\n",
        "import sys\ntext = unicode if sys.version_info[0] == 2 else str\n",
        "import six\nif six.PY2:\n    text = unicode\nelse:\n    text = str\n",
        "def f(x):\n    if PY3:\n        return str(x)\n    return unicode(x)\n",
        "if USE_OLD:\n    import pickle\nelse:\n    import cPickle as pickle\n",
        "ok = is_py2 and isinstance(x, unicode)\n",
        "import builtins\nbuiltins.unicode = str\nprint(unicode(1))\n",
        "async def reduce(): pass\nreduce()\n",
        "match x:\n    case [file, *buffer]: print(file, buffer)\n",
        "b = unicode(1)  # tfce: ignore[TFC901]\n",
    ],
)
def test_what_may_be_python_3_is_not_told(text: str) -> None:
    assert told(TF + text) == []


def test_a_module_of_the_programs_own_is_none_of_python_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package(tmp_path, exceptions="class E(Exception): pass\n", model=TF + "import exceptions\nimport md5\n")
    assert [message for _, message in said(converted(tmp_path, monkeypatch)["model.py"])] == [
        "Python 2: Python 3 has no module md5; the file is not converted, since Python 3 can parse it"
    ]


@pytest.mark.parametrize("action", ["check", "preview", "migrate"])
def test_files_that_do_not_name_tensorflow_are_asked_too(
    action: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package(tmp_path, data="def f(n):\n    return xrange(n)\n", other="x = 1\n")
    monkeypatch.chdir(tmp_path)
    told = {o.path: len(o.findings) for o in run(["a"], CONVERT, action)}  # type: ignore[arg-type]
    assert told == {"a/__init__.py": 0, "a/data.py": 1, "a/other.py": 0}
    assert not run_on_bytes(b"xrange(3)\n", "a.py", Settings(), "check").findings


def test_a_notebook_that_python_3_can_parse_is_asked_as_one_program() -> None:
    cells = ["xrange = range", "for i in xrange(3):\n    print(unicode(i))", "%pylab inline\nreduce(f, x)"]
    written = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": text} for text in cells[:2]]
    text = json.dumps({"cells": written, "metadata": {}, "nbformat": 4, "nbformat_minor": 2})
    [finding] = check_source(text, "a.ipynb", CONVERT).findings
    assert (finding.cell, finding.start.line, finding.start.column) == (1, 2, 11)
    [finding] = run_on_bytes(text.encode(), "a.ipynb", CONVERT, "preview").findings
    assert "has no unicode" in finding.message
    more = text.replace('"xrange = range"', json.dumps(cells[2]))
    assert not check_source(more, "a.ipynb", CONVERT).findings
