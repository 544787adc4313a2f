"""Files that are made to break the tool, and bytes that chance has mangled: bounded, and never a crash."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

pytest.importorskip("resource", reason="the limits are POSIX's")

from benchmarks import fuzz, hostile  # noqa: E402
from tfce_migrate import Settings, check_source, migrate_source, source  # noqa: E402
from tfce_migrate.run import run, run_on_bytes  # noqa: E402

UNSAFE = Settings(unsafe_fixes=True, python2="convert", jobs=1, journal=False)
SECONDS = 30.0  # on a machine that is slow at everything; it takes about one
SIZES = {"parentheses": 1.0, "open_parentheses": 1.0, "python2_parentheses": 1.0, "signs": 1.0, "attributes": 1.0,
         "import_cycle": 0.1, "large_file": 0.002, "large_notebook": 0.002, "comments_to_us": 0.01,
         "long_list": 0.005, "one_line": 0.005, "python2_dense": 0.005}  # fmt: skip


@pytest.mark.parametrize("case", hostile.CASES, ids=lambda case: case.__name__)
def test_is_bounded(
    case: Callable[[float], hostile.Files], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, data in case(SIZES.get(case.__name__, 0.02)).items():
        Path(name).write_bytes(data)
    started = time.perf_counter()
    for action in ("check", "migrate"):
        for outcome in run(["."], UNSAFE, action):  # type: ignore[arg-type]
            assert not any("internal error" in problem.message for problem in outcome.problems)
            assert all("\n" not in problem.message for problem in outcome.problems)
    assert time.perf_counter() - started < SECONDS


def test_a_file_with_too_many_words_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "LIMIT_WORDS", 1000)
    text = "import tensorflow as tf\n" + "tf.log(x)\n" * 200
    [problem] = migrate_source(text, "a.py", UNSAFE).problems
    assert problem.stage == "parse"
    assert "words and signs, which is too much to be followed" in problem.message
    [large] = hostile.large_notebook(0.001).values()
    [problem] = check_source(large.decode(), "a.ipynb").problems
    assert "too much" in problem.message
    assert not check_source("x = '" + "a" * 5000 + "'", "a.py").problems


def test_alternatives_that_branches_share_are_asked_once() -> None:
    steps = "".join(f"if c{n}:\n    a, b = f(b)\nelse:\n    a, b = b, a[0]\n" for n in range(60))
    started = time.perf_counter()
    check_source(f"import tensorflow as tf\na, b = x, y\n{steps}z = tf.log(a.b[0].c[1])\n")
    assert time.perf_counter() - started < SECONDS


@settings(max_examples=25)
@given(st.integers(0, 1 << 32))
def test_programs_of_more_kinds_keep_the_laws(seed: int) -> None:
    assert fuzz.tried_program(seed) is None


@settings(max_examples=25)
@given(st.integers(0, 1 << 32))
def test_mangled_bytes_keep_the_laws(seed: int) -> None:
    assert fuzz.tried_bytes(seed) is None


@given(st.binary(max_size=200), st.sampled_from(["a.py", "a.ipynb"]))
def test_no_bytes_make_it_raise(raw: bytes, name: str) -> None:
    outcome = run_on_bytes(b"import tensorflow\n" + raw, name, UNSAFE, "migrate")
    assert not any("internal error" in problem.message for problem in outcome.problems)


def test_the_fuzzer_sees_a_broken_law(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "untouched", lambda outcome: fuzz.must(False, "as if"))
    assert "as if" in (fuzz.tried_program(1) or "")


def test_of_two_comments_that_read_alike_none_is_lost() -> None:
    assert "a comment is lost" not in (fuzz.tried_program(4760) or "")


def test_a_file_of_many_findings_takes_no_longer_for_each() -> None:
    times = []
    for size in (0.02, 0.16):
        [text] = hostile.many_findings(size).values()
        started = time.process_time()
        migrate_source(text.decode(), "a.py", UNSAFE)
        times.append(time.process_time() - started)
    assert times[1] < 8 * 2.5 * max(times[0], 0.2)


def test_a_line_without_an_end_is_read_once() -> None:
    started = time.process_time()
    assert source.line_starts("x " * 2_000_000) == (0,)
    assert time.process_time() - started < 5.0


@given(st.text(alphabet="ab\r\n\x0c\u2028", max_size=12))
def test_lines_end_as_python_ends_them(text: str) -> None:
    lines = text.replace("\r\n", "\n\n").replace("\r", "\n")
    starts = [0, *(place + 1 for place, sign in enumerate(lines) if sign == "\n")]
    ends_in_two = {place + 1 for place in range(len(text) - 1) if text[place : place + 2] == "\r\n"}
    assert list(source.line_starts(text)) == [start for start in starts if start not in ends_in_two]


@pytest.mark.parametrize("name", ["layers.dense", "one_hot", "matmul", "nn.xw_plus_b", "identity", "log", "nn.relu"])
def test_calls_without_the_arguments_that_they_need(name: str) -> None:
    lines = (
        "import tensorflow as tf", f"z = tf.{name}()",
        "loss = tf.nn.softmax_cross_entropy_with_logits(logits=z, labels=z)",
        "loss += tf.nn.sparse_softmax_cross_entropy_with_logits(logits=z, labels=z)",
        "loss -= tf.reduce_sum(z * tf.log(tf.nn.softmax(z)), 1)",
        "loss += tf.keras.losses.categorical_crossentropy(z, z)", "",
    )  # fmt: skip
    assert migrate_source("\n".join(lines), "a.py", UNSAFE).problems == ()
