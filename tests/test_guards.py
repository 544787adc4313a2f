"""Conditions about the version and trials of names: which of them guard a name that the target has not."""

from __future__ import annotations

import pytest

from tfce_migrate import Settings, check_source


def unknown(text: str, **options: str) -> list[int]:
    """The lines of the names that no TensorFlow has."""
    outcome = check_source(text, "model.py", Settings(**options))  # type: ignore[arg-type]
    assert outcome.problems == ()
    return sorted({finding.start.line for finding in outcome.findings if finding.code == "TFC408"})


@pytest.mark.parametrize(
    "test",
    [
        "tf.__version__ < '2'",
        "not tf.__version__ >= '1.11'",
        "int((tf.__version__).split('.')[1]) < 12 and int((tf.__version__).split('.')[0]) < 1",
        "tf.__version__.startswith('1.') or tf.__version__[0] == '0'",
        "LooseVersion(tf.VERSION) < LooseVersion('1.11.0')",
        "version.parse(tf.__version__) < version.parse('2')",
        "LooseVersion(tf.__version__) <= '2.3'",
        "tuple(map(int, tf.__version__.split('.')[:2])) < (1, 13)",
        "[int(n) for n in tf.version.VERSION.split('.')][0] in [0, 1]",
        "float('.'.join(tf.__version__.split('.')[:2])) < 1.4",
        "tf.__version__ in ('1.4.0', '1.5.0')",
        "'1.0' <= tf.__version__ < '1.4'",
    ],
)
def test_the_branch_that_runs_is_looked_at_where_the_version_decides(test: str) -> None:
    text = f"import tensorflow as tf\nif {test}:\n    tf.foo()\nelse:\n    tf.bar()\n"
    assert unknown(text) == [5]
    text = f"import tensorflow as tf\nx = tf.foo() if {test} else 1\nx = 1 if {test} else tf.bar()\n"
    assert unknown(text) == [3]
    text = f"import tensorflow as tf\nx = ({test}) and tf.foo()\ny = {test} or tf.bar()\n"
    assert unknown(text) == [3]
    assert unknown(text, tf_version="1.15") == []


@pytest.mark.parametrize(
    "test",
    [
        "np.__version__ < '2'", "tf.__version__ < minimum", "tf.__version__ < (2, 0)",
        "int(tf.__version__) < 2", "tf.__version__.split('.')[7] == '1'", "LooseVersion(np.__version__) < '1'",
        "tf.__version__ < LooseVersion(x)", "hasattr(tf, 'foo')", "tf.__version__.split('') and 1",
    ],
)  # fmt: skip
def test_a_condition_that_cannot_be_worked_out_guards_both_branches(test: str) -> None:
    assert unknown(f"import tensorflow as tf\nif {test}:\n    tf.foo()\nelse:\n    tf.bar()\n") == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("try:\n    with a as f:\n        tf.foo()\nexcept Exception as e:\n    coord.request_stop(e)\n", [4]),
        ("try:\n    a = f(1)\n    b = f(2)\n    c = f(3)\n    tf.foo()\nexcept:\n    pass\n", [6]),
        ("try:\n    tf.foo\nexcept AttributeError:\n    raise ImportError('too new')\n", [3]),
        ("try:\n    tf.foo\nexcept AttributeError:\n    print('too new')\n    sys.exit(1)\n", [3]),
        ("try:\n    def f():\n        return tf.foo\nexcept AttributeError:\n    f = None\n", [4]),
        ("try:\n    a = tf.foo\n    b = tf.bar\n    c = tf.c\n    d = tf.d\nexcept:\n    a = None\n", []),
        ("try:\n    a = tf.foo(1)\nexcept:\n    a = tf.bar(1)\n", []),
        ("try:\n    if x:\n        a = tf.foo(1)\nexcept (TypeError, AttributeError):\n    a = tf.bar(1)\n", []),
    ],
)
def test_only_a_try_that_does_something_else_instead_is_a_guard(text: str, lines: list[int]) -> None:
    assert unknown("import tensorflow as tf\n" + text) == lines
