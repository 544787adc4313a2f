"""Calls that TF 2 takes otherwise: what is written for them, when nothing is, and that the table tells the truth."""

from __future__ import annotations

import ast
import re
from itertools import takewhile
from pathlib import Path

import pytest

from tfce_migrate import Outcome, Settings, migrate_source
from tfce_migrate.signatures import Entry, entries, entry_of, is_loss, natives, new_signature, signature
from tfce_migrate.symbols import exported, table

FIXTURES = Path(__file__).parent.parent / "fixtures"
SNIPPETS = Path(__file__).parent / "snippets"
CALLS = ("calls_of_0_x", "calls_of_1_x")
TABLE = table("changed.toml")
ALL = [pytest.param(entry, id=name) for name, entry in entries().items()]


def migrated(line: str, **settings: object) -> str:
    """What becomes of one line below the import of TensorFlow."""
    outcome = outcome_of(line, **settings)
    return outcome.after.removeprefix("import tensorflow as tf\n").strip("\n")


def outcome_of(line: str, **settings: object) -> Outcome:
    chosen = Settings(**{"from_": "1.x", **settings})  # type: ignore[arg-type]
    outcome = migrate_source(f"import tensorflow as tf\n{line}\n", "example.py", chosen)
    assert outcome.problems == ()
    return outcome


def test_every_new_name_of_an_argument_is_a_name() -> None:
    names = {name for version in ("0.12", "1.15") for name in table(f"signatures-{version}.json")["symbols"]}
    for entry in filter(None, map(entry_of, sorted(names))):
        assert all(new.isidentifier() for new in entry.renamed.values()), entry.name


@pytest.mark.parametrize("from_", ["auto", "0.x", "1.x"])
def test_what_stands_behind_a_star_has_no_place(from_: str) -> None:
    line = "c = tf.nn.rnn_cell.DropoutWrapper(cell, input_keep_prob=k, output_keep_prob=o)"
    assert migrated(line, from_=from_) == line


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tf.nn.dropout(x, p)", "tf.nn.dropout(x, rate=1 - p)"),
        ("tf.nn.dropout(x, p - q)", "tf.nn.dropout(x, rate=1 - (p - q))"),
        ("tf.nn.dropout(x, p if q else 1.0)", "tf.nn.dropout(x, rate=1 - (p if q else 1.0))"),
        ("tf.nn.dropout(x, (p - q))", "tf.nn.dropout(x, rate=1 - (p - q))"),
        ("tf.nn.dropout(x, p or q)", "tf.nn.dropout(x, rate=1 - (p or q))"),
        ("tf.nn.dropout(x, -p)", "tf.nn.dropout(x, rate=1 - -p)"),
        ("tf.nn.dropout(x, None, rate=0.5)", "tf.nn.dropout(x, rate=0.5)"),
        ("tf.nn.dropout(x, rate=p)", "tf.nn.dropout(x, rate=p)"),
        ("tf.nn.dropout(x, keep_prob=p, seed=1,)", "tf.nn.dropout(x, rate=1 - p, seed=1,)"),
        ("tf.nn.dropout(*args)", "tf.compat.v1.nn.dropout(*args)"),
        ("drop = tf.nn.dropout", "drop = tf.compat.v1.nn.dropout"),
        ("tf.nn.conv2d(x, w, s, 'SAME', True, 'NHWC')", "tf.nn.conv2d(x, w, s, 'SAME', data_format='NHWC')"),
        ("tf.nn.conv2d(x, w, s, 'SAME', False)", "tf.compat.v1.nn.conv2d(x, w, s, 'SAME', False)"),
        ("tf.device('/cpu:0')", "tf.device('/cpu:0')"),
        ("tf.device('/gpu:%d' % i)", "tf.device('/gpu:%d' % i)"),
        ("s = tf.name_scope('a' + b)", "s = tf.name_scope('a' + b)"),
        ("s = tf.name_scope('a{}'.format(b))", "s = tf.name_scope('a{}'.format(b))"),
        ("s = tf.name_scope(b)", "s = tf.compat.v1.name_scope(b)"),
        ("tf.device(choose())", "tf.compat.v1.device(choose())"),
        ("tf.batch_to_space(x, c, n)", "tf.compat.v1.batch_to_space(x, c, n)"),
        ("tf.Variable(x, False, ['own'])", "tf.compat.v1.Variable(x, trainable=False, collections=['own'])"),
        ("tf.Variable(x, False, name='w')", "tf.Variable(x, False, name='w')"),
        ("tf.while_loop(c, b, [i, j])", "tf.while_loop(c, b, [i, j])"),
        ("tf.while_loop(c, b, values)", "tf.compat.v1.while_loop(c, b, values)"),
        ("tf.where(c)", "tf.where(c)"),
        ("v = tf.Variable(1.0)\nw = run('v:0')", "v = tf.compat.v1.Variable(1.0)\nw = run('v:0')"),
        ("v = tf.Variable(1.0)\nw = tf.device('/gpu:0')", "v = tf.Variable(1.0)\nw = tf.device('/gpu:0')"),
        ("v = tf.Variable(1)\nw = v.initialized_value()", "v = tf.compat.v1.Variable(1)\nw = v.initialized_value()"),
        ("tf.reduce_sum(x, *rest)", "tf.reduce_sum(x, *rest)"),
        ("tf.reduce_sum(x, None, None, 'n', [0])", "tf.compat.v1.reduce_sum(x, None, None, 'n', [0])"),
        ("tf.squeeze(x, None, 'n', [1])", "tf.squeeze(x, name='n', axis=[1])"),
        ("tf.squeeze(x, a, 'n', [1])", "tf.squeeze(x, a, 'n', [1])"),
        ("a = b(tf.flags.FLAGS.b)", "a = b(tf.compat.v1.flags.FLAGS.b)"),
        ("tf.arg_max(x, dimension=1)", "tf.compat.v1.arg_max(x, dimension=1)"),
        ("tf.math.argmax(x, dimension=1)", "tf.math.argmax(x, axis=1)"),
    ],
)
def test_a_call_of_1_x_keeps_its_meaning(before: str, after: str) -> None:
    assert migrated(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tf.concat(dim, values)", "tf.concat(axis=dim, values=values)"),
        ("tf.concat([a, b], dim)", "tf.concat([a, b], dim)"),
        ("tf.concat(values, 1)", "tf.concat(values, 1)"),
        ("tf.concat(values, axis=dim)", "tf.concat(values, axis=dim)"),
        ("tf.split(x, n, axis=1)", "tf.split(x, n, axis=1)"),
        ("tf.concat_v2(values, dim)", "tf.concat(values=values, axis=dim)"),
        ("tf.split_v(x, sizes)", "tf.split(value=x, num_or_size_splits=sizes)"),
        ("tf.split(0, n, x)", "tf.split(axis=0, num_or_size_splits=n, value=x)"),
        ("tf.select(c, a, b)", "tf.compat.v1.where(c, a, b)"),
        ("tf.nn.ctc_loss(x, y, n)", "tf.compat.v1.nn.ctc_loss(inputs=x, labels=y, sequence_length=n)"),
        ("tf.scalar_summary('a', x)", "tf.scalar_summary('a', x)"),
        ("tf.reverse(x, [True])", "tf.reverse(x, [True])"),
    ],
)
def test_a_call_of_0_x_keeps_its_meaning(before: str, after: str) -> None:
    assert migrated(before, from_="0.x") == after


@pytest.mark.parametrize(
    "line",
    ["tf.nn.dropout(x, p)", "tf.where(c, x, y)", "tf.summary.scalar('a', x)", "a = tf.random_uniform_initializer()"],
)
def test_without_an_era_what_changes_silently_is_told_and_left(line: str) -> None:
    outcome = outcome_of(line, from_="auto")
    assert outcome.after.endswith(f"{line}\n")
    found = [(finding.code, finding.severity, finding.fixed) for finding in outcome.findings]
    assert found == [("TFC404", "info", False)]


def test_the_second_version_of_a_name_is_not_read_as_the_first() -> None:
    assert migrated("tf.where_v2(c, x, y)") == "tf.compat.v2.where(c, x, y)"
    assert migrated("a = tf.saved_model.load_v2(b)") == "a = tf.compat.v2.saved_model.load(b)"


def test_a_new_parameter_in_between_gives_the_later_ones_keywords() -> None:
    assert migrated("tf.nn.top_k(x, 2, True, 'n')") == "tf.nn.top_k(x, 2, True, name='n')"
    assert migrated("tf.numpy_function(f, [x], t, 'n')") == "tf.numpy_function(f, [x], t, name='n')"
    assert migrated("tf.arg_max(x, 1, 'n')", from_="0.x") == "tf.compat.v1.arg_max(x, 1, name='n')"
    wrapped = "a = tf.nn.rnn_cell.DropoutWrapper(cell=c, output_keep_prob=0.5)"
    assert migrated(wrapped, from_="0.x") == wrapped
    cell = "a = tf.nn.rnn_cell.BasicLSTMCell(n, 1.0, None, True)"
    assert migrated(cell, from_="0.x") == "a = tf.nn.rnn_cell.BasicLSTMCell(n, 1.0, state_is_tuple=True)"
    assert migrated(cell.replace("None, True", "False")) == cell.replace("None, True", "False")
    assert migrated("tf.zeros_initializer([3])", from_="0.x") == "tf.zeros_initializer([3])"


def test_a_new_name_waits_for_the_arguments() -> None:
    line = "a = tf.train.SyncReplicasOptimizer(opt, 2, None, None, 0)"
    outcome = outcome_of(line, from_="0.x")
    assert outcome.after.endswith(f"{line}\n")
    assert {(finding.code, finding.fixed) for finding in outcome.findings} == {("TFC404", False), ("TFC405", False)}
    moved = "tf.quantization.fake_quant_with_min_max_args(x, 0.0, 1.0, name='n')"
    assert migrated("tf.fake_quant_with_min_max_args(x, 0.0, 1.0, 'n')", from_="0.x") == moved


@pytest.mark.parametrize("era", ["auto", "2.x"])
@pytest.mark.parametrize(
    "line", ["tf.transpose(x, p, True)", "tf.cond(c, f, g)", "tf.device(choose())", "tf.name_scope(n)"]
)
def test_what_may_be_meant_for_tf_2_is_left(line: str, era: str) -> None:
    assert outcome_of(line, from_=era).findings == ()


def test_an_old_keyword_shows_the_era_of_its_call_alone() -> None:
    both = "a = tf.nn.dropout(x, keep_prob=p)\nb = tf.nn.dropout(x, p)"
    assert migrated(both, from_="auto") == "a = tf.nn.dropout(x, rate=1 - p)\nb = tf.nn.dropout(x, p)"


def test_the_summaries_of_tf_1_show_what_is_merged() -> None:
    line = "tf.summary.scalar('a', x)\nm = tf.compat.v1.summary.merge_all()"
    assert migrated(line, from_="auto").startswith("tf.compat.v1.summary.scalar('a', x)\n")
    new = "tf.summary.scalar('a', x)\nw = tf.summary.create_file_writer('b')\nm = tf.compat.v1.summary.merge_all()"
    assert migrated(new, from_="auto") == new


def test_a_new_keyword_shows_that_a_call_is_meant_for_tf_2() -> None:
    line = "tf.summary.scalar('a', x, step=1)\ny = tf.nn.max_pool(input=x, ksize=2, strides=2, padding='SAME')"
    assert migrated(line) == line
    assert outcome_of(line, from_="auto").findings == ()


def test_in_a_file_that_was_migrated_before_the_plain_dropout_is_doubtful() -> None:
    line = "x = tf.compat.v1.placeholder(tf.float32)\ny = tf.nn.dropout(x, p) + tf.where(c, x, y)"
    outcome = outcome_of(line, from_="auto")
    assert line in outcome.after
    assert [f.severity for f in outcome.findings if f.code == "TFC404"] == ["info"]


def test_with_tf_compat_v1_as_target_the_old_function_is_named() -> None:
    assert migrated("tf.nn.dropout(x, p)", target="compat.v1") == "tf.compat.v1.nn.dropout(x, p)"
    assert migrated("tf.gather(x, i, None, 'n')", target="compat.v1") == "tf.compat.v1.gather(x, i, None, 'n')"
    assert migrated("tf.gather(x, i, axis=1)", target="compat.v1") == "tf.gather(x, i, axis=1)"


def test_only_a_dataset_gives_up_its_iterators() -> None:
    lines = "d = tf.data.Dataset.range(3).batch(2)\na = d.make_one_shot_iterator()\nb = other.make_one_shot_iterator()"
    assert "a = tf.compat.v1.data.make_one_shot_iterator(d)\nb = other.make_one_shot_iterator()" in migrated(lines)
    line = "a = tf.compat.v1.data.Dataset.range(3).make_one_shot_iterator()"
    assert migrated(line) == line


@pytest.mark.parametrize("era", ["0.x", "1.x", "auto"])
@pytest.mark.parametrize("name", CALLS)
def test_what_was_written_is_not_read_as_what_it_was(name: str, era: str) -> None:
    text = (FIXTURES / name / "after" / "main.py").read_text(encoding="utf-8")
    chosen = Settings(from_=era, unsafe_fixes=True)  # type: ignore[arg-type]
    assert migrate_source(text, "main.py", chosen).after == text


def written(name: str, arguments: list[str], era: str) -> tuple[str, Outcome]:
    """A call of a function with these arguments, and what becomes of it."""
    line = f"{name}({', '.join(arguments)})"
    return line, outcome_of(line, from_=era, keras="legacy", unsafe_fixes=True)


def target_of(outcome: Outcome) -> tuple[ast.Call, list[str]] | None:
    """The call as it stands in the end, and the parameters of what it calls; None if TF 2 has no such function."""
    call = next(node for node in reversed(ast.parse(outcome.after).body) if isinstance(node, ast.Expr)).value
    assert isinstance(call, ast.Call)
    name = ast.unparse(call.func)
    version, bare = ("2.21-v1", name.replace(".compat.v1", "", 1)) if ".compat.v1." in name else ("2.21", name)
    return (call, list(signature(version, bare))) if bare in exported(version) else None


FAMILIES = ("tf.keras.", "tf.compat.", "tf.estimator.", "tf.errors.", "tf.losses.", "tf.layers.", "tf.nn.rnn_cell.")
RENAMED_IN_PLACE = ("resource_loader.readahead_file_path", "tf_logging.set_verbosity")
NOT_CALLED = {"tf.Tensor", "tf.Operation", "tf.RaggedTensor"}  # classes that nobody makes by hand


def functions(version: str) -> list[str]:
    """The functions of a TensorFlow whose calls are all said by name and order."""
    names = table(f"signatures-{version}.json")["symbols"]
    plain = (name for name in names if not name.startswith(FAMILIES) and name not in NOT_CALLED and not is_loss(name))
    return [name for name in plain if signature(version, name) and "*" not in "".join(signature(version, name))]


def renames(name: str) -> dict[str, str]:
    entry = entry_of(name) or natives().get(name)
    return {**table("renamed-arguments.toml")["functions"].get(name, {}), **(entry.renamed if entry else {})}


@pytest.mark.parametrize("part", range(4))
def test_every_keyword_of_1_15_is_taken_or_reported(part: int) -> None:
    refused = []
    for name in functions("1.15")[part::4]:
        for parameter in signature("1.15", name):
            line, outcome = written(name, [f"{parameter}=v"], "1.x")
            found = target_of(outcome)
            if found is None or any(not finding.fixed for finding in outcome.findings):
                continue
            if any(keyword.arg not in found[1] for keyword in found[0].keywords) and "*" not in "".join(found[1]):
                refused.append((line, outcome.after))
    assert refused == []


@pytest.mark.parametrize(("era", "version"), [("1.x", "1.15"), ("0.x", "0.12")])
def test_every_argument_by_position_arrives_where_it_was_meant(era: str, version: str) -> None:
    wrong = []
    for name in functions(version):
        old, known = list(signature(version, name)), renames(name)
        doubled = {one for one, new in known.items() if new != one and new in old}
        line, outcome = written(name, list(takewhile(lambda one, doubled=doubled: one not in doubled, old)), era)
        found = target_of(outcome)
        if found is None or any(not finding.fixed for finding in outcome.findings) or "*" in "".join(found[1]):
            continue
        for place, argument in zip(found[1], found[0].args, strict=False):
            meant = ast.unparse(argument).removeprefix("1 - ")
            if place not in (meant, known.get(meant)):
                wrong.append((line, outcome.after))
    assert [pair for pair in wrong if not any(name in pair[0] for name in RENAMED_IN_PLACE)] == []


class TestTable:
    @pytest.mark.parametrize("entry", ALL)
    def test_names_what_tensorflow_1_has(self, entry: Entry) -> None:
        assert entry.name in exported("1.15") | exported("0.12")
        assert new_signature(entry) or "initializer" in entry.name  # TF 2's zeros and ones take nothing
        assert entry.becomes or entry.stuck or entry.name in exported("2.21-v1")

    @pytest.mark.parametrize("entry", ALL)
    def test_renames_what_was_there_to_what_is_there(self, entry: Entry) -> None:
        old = signature("1.15", entry.name).keys() | signature("0.12", entry.name).keys()
        assert {*entry.renamed, *entry.turned, *entry.dropped} <= old
        assert {*entry.renamed.values(), *entry.needs} <= new_signature(entry).keys()

    @pytest.mark.parametrize("name", TABLE["always"])
    def test_what_another_thing_stands_behind_is_in_both(self, name: str) -> None:
        assert name in exported("1.15") & exported("2.21") & exported("2.21-v1")
        assert re.match(r"(silent|loud): \w", TABLE["always"][name])

    def test_every_function_is_called_in_a_program_that_was_run(self) -> None:
        programs = (*FIXTURES.glob("*/before/*.py"), *SNIPPETS.glob("*.py"))
        text = "".join(path.read_text(encoding="utf-8") for path in programs)
        rows = (*TABLE["function"], *TABLE["native"])
        missing = [row["names"] for row in rows if not any(called(name, text) for name in row["names"])]
        assert missing == [["tf.reverse"]]  # it gets no edit, so that no program with it runs under both

    def test_datasets_have_functions_for_their_methods(self) -> None:
        data = table("datasets.toml")
        targets = {*data["methods"].values(), *data["attributes"].values()}
        assert {target.replace("tf.compat.v1", "tf", 1) for target in targets} <= exported("2.21-v1")


def called(name: str, text: str) -> bool:
    return f"{name}(" in text or f"{name})" in text


@pytest.mark.parametrize("name", sorted(natives()))
def test_what_a_native_form_takes_is_there_in_every_version(name: str) -> None:
    entry = natives()[name]
    assert signature("2.21-v1", name), f"tf.compat.v1 has no {name}"
    for version in ("1.15", "2.21"):
        assert {*entry.renamed.values(), *entry.needs} <= signature(version, entry.becomes).keys()
    assert [entry.renamed.get(p, p) for p in signature("1.15", name)] == [
        p for p in signature("2.21", entry.becomes) if p not in entry.needs
    ][: len(signature("1.15", name))]
