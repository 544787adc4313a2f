"""Python 2 packages with a script in them, and Python 2 that Python 3 can parse: what is left runs, or is told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tfce_migrate import Settings
from tfce_migrate.outcome import Outcome
from tfce_migrate.run import run

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
