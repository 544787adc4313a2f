"""What a file knows of its neighbours: findings that need two files, found where the wrong value enters the loss."""

from __future__ import annotations

from pathlib import Path

import pytest

from tfce_migrate import run
from tfce_migrate.outcome import Finding, Outcome
from tfce_migrate.settings import Settings

LOSS = "tf.nn.softmax_cross_entropy_with_logits(labels=y, logits={})"
TF = "import tensorflow as tf\n"


def checked(folder: Path, monkeypatch: pytest.MonkeyPatch, **texts: str) -> dict[str, Outcome]:
    """The outcomes by path; a name such as nets__cnn is the file nets/cnn.py, nets__init the package's own."""
    for name, text in texts.items():
        path = folder / (name.replace("__init", "/__init__").replace("__c", "/c").replace("__l", "/l") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "setup.py").write_text("")
    monkeypatch.chdir(folder)
    return {outcome.path: outcome for outcome in run.run(["."], Settings(select=("TFC2",), jobs=1), "check")}


def found(outcome: Outcome) -> list[tuple[str, int]]:
    return [(finding.code, finding.start.line) for finding in outcome.findings]


SOFTMAX_NET = TF + "def net(x):\n    out = tf.matmul(x, w)\n    return tf.nn.softmax(out)\n"
RAW_NET = TF + "def net(x):\n    out = tf.matmul(x, w)\n    tf.nn.softmax(out)\n    return out\n"


@pytest.mark.parametrize(
    ("imported", "called"),
    [
        ("from model import net\n", "net(x)"),
        ("from model import net as build\n", "build(x)"),
        ("import model\n", "model.net(x)"),
        ("import model as m\n", "m.net(x)"),
        ("from model import *\n", "net(x)"),
        ("def main():\n    pass\nimport model\nf = model.net\n", "f(x)"),
    ],
)
def test_follows_a_function_of_a_neighbour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, imported: str, called: str
) -> None:
    train = TF + imported + "loss = " + LOSS.format(called) + "\n"
    outcomes = checked(tmp_path, monkeypatch, model=SOFTMAX_NET, train=train)
    line = train.count("\n")
    assert found(outcomes["train.py"]) == [("TFC201", line)]
    assert found(outcomes["model.py"]) == []
    [finding] = outcomes["train.py"].findings
    assert [(step.path, step.start.line) for step in finding.because] == [("model.py", 4)]


def test_raw_values_of_a_neighbour_are_no_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train = TF + "from model import net\nloss = " + LOSS.format("net(x)") + "\n"
    assert found(checked(tmp_path, monkeypatch, model=RAW_NET, train=train)["train.py"]) == []


def test_packages_and_relative_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = checked(
        tmp_path,
        monkeypatch,
        nets__init="from .cnn import net\nfrom . import losses\n",
        nets__cnn=SOFTMAX_NET,
        nets__losses=TF + "from .cnn import net\ndef loss(x, y):\n    return " + LOSS.format("net(x)") + "\n",
        train=TF + "import nets\nloss = " + LOSS.format("nets.net(x)") + "\n",
        deep=TF + "import nets.cnn as cnn\nfrom nets import cnn as again\nloss = " + LOSS.format("again.net(x)") + "\n",
    )
    assert found(outcomes["train.py"]) == [("TFC201", 3)]
    assert found(outcomes["deep.py"]) == [("TFC201", 4)]
    assert found(outcomes["nets/losses.py"]) == [("TFC201", 4)]


def test_a_caller_is_told_of_what_a_neighbour_demands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    losses = TF + "def cost(pred, y):\n    return tf.reduce_mean(" + LOSS.format("pred") + ")\n"
    train = TF + "import losses\np = tf.nn.softmax(z)\nraw = losses.cost(z, y)\nbad = losses.cost(p, y)\n"
    outcomes = checked(tmp_path, monkeypatch, losses=losses, train=train)
    assert found(outcomes["train.py"]) == [("TFC201", 5)]
    finding: Finding = outcomes["train.py"].findings[0]
    assert ("losses.py", 3) in [(step.path, step.start.line) for step in finding.because]
    assert found(outcomes["losses.py"]) == []


BASE = TF + (
    "class Base(object):\n"
    "    def __init__(self, x, y):\n"
    "        self.y = y\n"
    "        self.build(x)\n"
    "        self.add_loss()\n"
    "    def build(self, x):\n"
    "        self.out = tf.matmul(x, w)\n"
    "    def add_loss(self):\n"
    "        self.loss = tf.nn.softmax_cross_entropy_with_logits(labels=self.y, logits=self.out)\n"
)


def test_a_loss_of_a_base_class_sees_what_the_subclass_builds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = TF + (
        "from base import Base\nclass Wrong(Base):\n    def build(self, x):\n"
        "        self.out = tf.nn.softmax(tf.matmul(x, w))\n"
    )
    right = TF + (
        "from base import Base\nclass Right(Base):\n    def build(self, x):\n        self.out = tf.matmul(x, w)\n"
        "        self.prob = tf.nn.softmax(self.out)\n"
    )
    outcomes = checked(tmp_path, monkeypatch, base=BASE, wrong=wrong, right=right)
    assert [code for code, _ in found(outcomes["wrong.py"])] == ["TFC201"]
    assert found(outcomes["right.py"]) == found(outcomes["base.py"]) == []


def test_a_subclass_reads_what_its_base_in_another_file_builds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = TF + "class Base:\n    def build(self, x):\n        self.prob = tf.nn.softmax(tf.matmul(x, w))\n"
    model = TF + (
        "from base import Base\nclass Model(Base):\n    def loss(self, y):\n        return "
        + LOSS.format("self.prob") + "\n"
    )  # fmt: skip
    outcomes = checked(tmp_path, monkeypatch, base=base, model=model)
    assert found(outcomes["model.py"]) == [("TFC201", 5)]


def test_tensorflow_may_come_from_a_neighbour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train = "from common import tf\nloss = " + LOSS.format("tf.nn.softmax(z)") + "  # tensorflow\n"
    outcomes = checked(tmp_path, monkeypatch, common="import tensorflow.compat.v1 as tf\n", train=train)
    assert found(outcomes["train.py"]) == [("TFC201", 2)]


@pytest.mark.parametrize(
    ("imported", "name"),
    [
        ("from common import tf", "tf"),
        ("from common import (np,\n    tf)", "tf"),
        ("from common import *", "tf"),
        ("if True:\n    from common import np, tf as t", "t"),
        ("import common", "common.tf"),
    ],
)
def test_names_of_a_tensorflow_that_a_neighbour_lends_are_found_without_a_loss_beside_them(
    tmp_path: Path, imported: str, name: str
) -> None:
    (tmp_path / "common.py").write_text("import numpy as np\nimport tensorflow as tf\n")
    (tmp_path / "train.py").write_text(f"{imported}\nx = {name}.placeholder({name}.float32)\n")
    [outcome] = run.run([str(tmp_path / "train.py")], Settings(jobs=1), "check")
    assert "TFC405" in [finding.code for finding in outcome.findings]


@pytest.mark.parametrize(
    ("exported", "codes"),
    [
        ("", []),
        ("__all__ = ['net', 'tf']\n", []),
        ("__all__ = ['net']\n", ["TFC401"]),
        ("__all__ = ('net',) + ('other',)\n__all__ += ['more']\n__all__.extend(['much'])\n", ["TFC401"]),
        ("if True:\n    __all__ = []\n    __all__.append('net')\n", ["TFC401"]),
        ("__all__ = [name for name in globals()]\n", ["TFC401"]),
        ("__all__ = ['net']\ndef note(name):\n    __all__.append(name)\nnote('tf')\n", ["TFC401"]),
    ],
)
def test_a_star_import_takes_what_the_module_lists(tmp_path: Path, exported: str, codes: list[str]) -> None:
    (tmp_path / "common.py").write_text("import tensorflow.compat.v1 as tf\ndef net(x):\n    return x\n" + exported)
    (tmp_path / "train.py").write_text(TF + "from common import *\nx = net(tf.log(1.0))\n")
    [outcome] = run.run([str(tmp_path / "train.py")], Settings(jobs=1), "check")
    assert [finding.code for finding in outcome.findings] == codes


def test_a_package_lists_its_modules(tmp_path: Path) -> None:
    (tmp_path / "nets").mkdir()
    (tmp_path / "nets" / "__init__.py").write_text("__all__ = ['cnn', '_hidden']\n_hidden = 1\n")
    (tmp_path / "nets" / "cnn.py").write_text(SOFTMAX_NET)
    (tmp_path / "train.py").write_text(TF + "from nets import *\nloss = " + LOSS.format("cnn.net(x)") + "\n")
    [outcome] = run.run([str(tmp_path / "train.py")], Settings(jobs=1), "check")
    assert ("TFC201", 3) in found(outcome)


OLD_NET = """\
import tensorflow as tf
def net(x):
    print "building", `x`; out = tf.nn.softmax(tf.matmul(x, w))
    return out
"""


def test_a_neighbour_in_python_2_is_followed_at_its_own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train = TF + "from model import net\nloss = " + LOSS.format("net(x)") + "\n"
    [finding] = checked(tmp_path, monkeypatch, model=OLD_NET, train=train)["train.py"].findings
    assert finding.code == "TFC201"
    places = {OLD_NET.splitlines()[step.start.line - 1][step.start.column - 1 : step.end.column - 1]
              for step in finding.because if step.path == "model.py"}  # fmt: skip
    assert "tf.nn.softmax(tf.matmul(x, w))" in places


def test_converting_a_project_of_python_2_twice_is_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    common = "import tensorflow as tf\nprint 'common'\n" + OLD_NET.partition("\n")[2]
    train = "from common import *\nprint 'train'\nx = tf.placeholder(tf.float32)\nloss = " + LOSS.format("net(x)")
    (tmp_path / "common.py").write_text(common)
    (tmp_path / "train.py").write_text(train + "\n")
    monkeypatch.chdir(tmp_path)
    settings = Settings(python2="convert", jobs=1, journal=False)
    first = run.run(["."], settings, "migrate")
    assert all(outcome.changed for outcome in first)
    assert "tf.compat.v1.placeholder" in (tmp_path / "train.py").read_text()
    second = run.run(["."], settings, "migrate")
    assert not any(outcome.changed for outcome in second)
    assert [f.code for o in second for f in o.findings] == [f.code for o in first for f in o.findings if not f.fixed]


def test_imports_in_a_circle_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"m{number}" for number in range(30)]
    texts = {
        name: f"{TF}from {names[(number + 1) % 30]} import net as inner\ndef net(x):\n    return inner(x)\n"
        f"loss = {LOSS.format('net(z)')}\n"
        for number, name in enumerate(names)
    }
    outcomes = checked(tmp_path, monkeypatch, **texts)
    assert all(not outcome.problems for outcome in outcomes.values())


def test_a_neighbour_is_not_run_as_a_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = TF + "net = tf.identity\nif __name__ == '__main__':\n    net = tf.nn.softmax\n"
    train = TF + "from model import net\nloss = " + LOSS.format("net(z)") + "\n"
    assert found(checked(tmp_path, monkeypatch, model=model, train=train)["train.py"]) == []


def test_workers_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {f"t{number}": TF + "from model import net\nloss = " + LOSS.format("net(x)") + "\n" for number in range(12)}
    checked(tmp_path, monkeypatch, model=SOFTMAX_NET, **texts)
    serial = run.run(["."], Settings(jobs=1), "preview")
    assert serial == run.run(["."], Settings(jobs=2), "preview")
    assert [finding.code for outcome in serial for finding in outcome.findings].count("TFC201") == 12


def test_a_project_inside_the_tree_of_another_is_found_by_the_package_that_holds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "studies" / "net"
    inner.mkdir(parents=True)
    (inner / "setup.py").write_text("")
    (inner / "model.py").write_text(SOFTMAX_NET)
    (tmp_path / "other.py").write_text(SOFTMAX_NET)
    (inner / "train.py").write_text(
        TF + "from studies.net.model import net\nfrom other import net as above\n"
        + LOSS.format("net(x)") + "\n" + LOSS.format("above(x)") + "\n"
    )
    monkeypatch.chdir(tmp_path)
    outcomes = run.run(["."], Settings(select=("TFC2",), jobs=1), "check")
    assert [found(outcome) for outcome in outcomes if outcome.path.endswith("train.py")] == [[("TFC201", 4)]]


CALLBACK = TF + "def train(loss_fn, out):\n    loss = loss_fn(labels=y, logits=out)\n    adam.minimize(loss)\n"
WRAPPER = "def xent(*args, **kwargs):\n    return tf.nn.softmax_cross_entropy_with_logits(*args, **kwargs)\n"


@pytest.mark.parametrize(
    "handed",
    [
        "tf.nn.softmax_cross_entropy_with_logits",
        "xent",
        "lambda labels, logits: xent(labels=labels, logits=logits)",
        "functools.partial(xent, labels=y)",
    ],
)
def test_a_loss_that_is_handed_in_demands_of_whom_hands_it_in(
    handed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = f"{TF}import functools\nfrom training import train\n{WRAPPER}"
    code += f"train({handed}, tf.nn.softmax(x))\ntrain({handed}, x)\n"
    outcomes = checked(tmp_path, monkeypatch, training=CALLBACK, model=code)
    assert found(outcomes["model.py"]) == [("TFC201", 6)]
    assert found(outcomes["training.py"]) == []


def test_a_loss_in_an_attribute_demands_of_the_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = (
        "class Trainer:\n    def __init__(self, **options):\n        self.loss_fn = options.pop('loss')\n"
        "    def step(self, out):\n        return self.loss_fn(labels=y, logits=out)\n"
    )
    code = f"{TF}from training import Trainer\n" + "Trainer(loss=tf.nn.softmax_cross_entropy_with_logits).step({})\n"
    outcomes = checked(tmp_path, monkeypatch, training=trainer, model=code.format("tf.nn.softmax(x)"))
    assert found(outcomes["model.py"]) == [("TFC201", 3)]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("import net\nx = net.tf.log(1.0)\n", "import net\n"),
        ("from . import net\nx = net.tf.log(1.0)\n", "from . import net\n"),
        ("def f():\n    import net\n    return net.tf.log(1.0)\n", "    import net\n"),
        ("logf = tf.log\nx = logf(1.0)\n", "logf = tf.math.log\n"),
        ("z = tf.matmul(a, b)\np = tf.nn.softmax(z)\npred = p\nloss = " + LOSS.format("pred") + "\n", "pred = p\n"),
    ],
)
def test_what_another_file_may_ask_for_stays(tmp_path: Path, text: str, kept: str) -> None:
    (tmp_path / "__init__.py").write_text("")
    (tmp_path / "net.py").write_text(TF + "print('built')\n")
    (tmp_path / "train.py").write_text(TF + text)
    [outcome] = run.run([str(tmp_path / "train.py")], Settings(jobs=1, unsafe_fixes=True), "preview")
    assert outcome.changed
    assert kept in outcome.after
