"""Takes the generated tables of rules/api and their generator, checks their shape, known facts and origin."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import sys
import time
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
API = ROOT / "rules" / "api"
SIGNATURES = (
    "signatures-0.12",
    "signatures-0.12-contrib",
    "signatures-1.15",
    "signatures-1.15-contrib",
    "signatures-2.21",
    "signatures-2.21-v1",
)
FATES = ("moved", "compat", "differs", "keras2", "gone")
NAME = re.compile(r"tf(\.[A-Za-z]\w*)+|tf(\.keras)?\.__\w+__")


@cache
def table(name: str) -> dict[str, Any]:
    return json.loads((API / f"{name}.json").read_text(encoding="utf-8"))


def symbols(name: str) -> dict[str, str | None]:
    return table(f"signatures-{name}")["symbols"]


@cache
def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class TestShape:
    @pytest.mark.parametrize(
        "name",
        [
            *SIGNATURES, "names", "renamed-0.12", "targets", "twins", "signatures-other", "members",
            "keras3", "insides",
        ],
    )
    def test_is_what_the_generator_would_write(self, name: str) -> None:
        text = (API / f"{name}.json").read_text(encoding="utf-8")
        assert table(name)["generator"] == "tools/generate_api.py"
        assert text == tool("generate_api").render(table(name))

    @pytest.mark.parametrize("name", SIGNATURES)
    def test_names_are_canonical_and_have_a_parent(self, name: str) -> None:
        modules, found = set(table(name)["modules"]), table(name)["symbols"]
        assert table(name)["tensorflow"].startswith(name.split("-")[1] + ".")
        assert [each for each in found if not NAME.fullmatch(each)] == []
        assert [each for each in found if each.rpartition(".")[0] not in modules] == []
        assert modules.isdisjoint(found)

    @pytest.mark.parametrize("name", SIGNATURES)
    def test_nothing_but_the_api(self, name: str) -> None:
        left_out = ("tf.python.", "tf.core.", "tf.raw_ops.", "tf.compat.v1.", "tf.compat.v2.")
        assert [each for each in table(name)["symbols"] if each.startswith(left_out)] == []
        in_contrib = {each.startswith("tf.contrib.") for each in table(name)["symbols"]}
        assert in_contrib == {name.endswith("-contrib")}

    @pytest.mark.parametrize("name", SIGNATURES)
    def test_signatures_are_python(self, name: str) -> None:
        for symbol, signature in table(name)["symbols"].items():
            if signature is not None:
                tree = ast.parse(f"def f({signature.removeprefix('class:')}): ...")
                assert len(tree.body) == 1, symbol

    def test_run_time_tables_stay_small(self) -> None:
        assert max(path.stat().st_size for path in API.glob("*.json")) < 400_000

    @pytest.mark.parametrize("path", sorted(API.glob("*.json")), ids=lambda path: path.stem)
    def test_loads_in_milliseconds(self, path: Path) -> None:
        """The largest takes about one; the bound is for a machine under load."""
        spent = []
        for _ in range(3):
            started = time.process_time()
            json.loads(path.read_bytes())
            spent.append(time.process_time() - started)
        assert min(spent) < 0.03


class TestMembers:
    def test_watched_are_all_that_the_rows_name(self) -> None:
        rows = [row for part in table("members").values() if isinstance(part, dict) for row in part.values()]
        named = {name for row in rows for name in (*row.get("gone", "").split(), *row.get("args", {}))}
        assert table("members")["watched"] == sorted(named)

    def test_rows_are_of_classes_and_of_what_is_public(self) -> None:
        for title, part in table("members").items():
            old = symbols("0.12" if title.startswith("0.12") else "1.15")
            for first, row in part.items() if isinstance(part, dict) else ():
                classes = [first, *row.get("also", "").split()]
                assert all((old[name] or "").startswith("class:") for name in classes)
                assert not any(name.startswith("_") for name in row.get("gone", "").split())

    @pytest.mark.parametrize(
        ("title", "name", "member"),
        [
            ("2.21 v2", "tf.keras.Model", "fit_generator"),
            ("2.21 v2", "tf.keras.optimizers.Adam", "minimize"),
            ("2.21 v2", "tf.data.Dataset", "make_one_shot_iterator"),
            ("2.21 v2", "tf.data.Iterator", "from_structure"),
            ("2.15 v2", "tf.keras.Sequential", "predict_classes"),
            ("0.12 2.21 v1", "tf.TensorArray", "unpack"),
        ],
    )
    def test_is_gone(self, title: str, name: str, member: str) -> None:
        rows = [row for first, row in table("members")[title].items() if name in (first, *row.get("also", "").split())]
        assert [member in row["gone"].split() for row in rows] == [True]

    @pytest.mark.parametrize(
        "name", ["tf.Session", "tf.train.Saver", "tf.train.AdamOptimizer", "tf.Variable", "tf.Tensor"]
    )
    def test_what_tf_compat_v1_kept_is_no_row(self, name: str) -> None:
        part = table("members")["2.21 v1"]
        assert not any(name in (first, *row.get("also", "").split()) for first, row in part.items())

    @pytest.mark.parametrize(
        ("old", "new", "verdict"),
        [
            ("a,b=1", "a,b=2,c=3", False),
            ("a,b=1", "a,c=3,b=1", True),
            ("a,b=1", "a,*,b=1", True),
            ("a,b=1", "a", True),
            ("a,b=1", "*args,**kwargs", False),
            ("a,*,b=1", "a,**more", False),
            ("a,b=1", "a,**more", True),
        ],
    )
    def test_refuses(self, old: str, new: str, verdict: bool) -> None:
        assert tool("class_tables").refuses(old, new) is verdict


class TestTargets:
    def test_a_difference_is_one(self) -> None:
        data, newest = table("targets"), {"v1": symbols("2.21-v1"), "v2": symbols("2.21")}
        for title in (key for key in data if key.endswith((" more", " less")) and "raw_ops" not in key):
            known = newest[title.split()[1]]
            assert all((name in known) == title.endswith("less") for name in data[title]), title

    def test_twins_are_of_one_make(self) -> None:
        for name, twin in table("twins")["contrib"].items():
            assert symbols("1.15-contrib")[name] == symbols("1.15")[twin]

    def test_other_signatures_are_others(self) -> None:
        for title, found in table("signatures-other").items():
            newest = symbols("2.21-v1" if title.endswith("v1") else "2.21")
            assert title == "generator" or all(newest.get(name, "-") != found[name] for name in found)


class TestNames:
    def test_every_name_has_one_fate(self) -> None:
        listed = [name for fate in FATES for name in table("names")[fate]]
        assert len(listed) == len(set(listed))
        assert set(listed) <= symbols("1.15").keys()

    def test_fates_agree_with_the_signatures(self) -> None:
        v1, v2, names = symbols("2.21-v1"), symbols("2.21"), table("names")
        where = {fate: {(each in v1, each in v2) for each in names[fate]} for fate in FATES}
        assert where == {
            "moved": {(True, False)},
            "compat": {(True, False)},
            "differs": {(True, True)},
            "keras2": {(False, False)},
            "gone": {(False, False)},
        }
        unlisted = symbols("1.15").keys() - {each for fate in FATES for each in names[fate]}
        assert [each for each in unlisted if v1[each] != v2[each]] == []

    def test_moved_targets_are_there_and_take_the_same(self) -> None:
        v1, v2 = symbols("2.21-v1"), symbols("2.21")
        for name, target in table("names")["moved"].items():
            assert v2[target] == v1[name], name
            assert not target.startswith(("tf.keras.backend.", "tf.raw_ops.", "tf.compat.v1."))

    def test_aliases_lead_to_what_is_left(self) -> None:
        left = symbols("2.21-v1").keys() | symbols("2.21").keys()
        for name, other in table("names")["aliases"].items():
            assert name not in left
            assert other in left
            assert symbols("1.15")[name] == symbols("1.15")[other]

    def test_renamed_since_0_12(self) -> None:
        for name, target in table("renamed-0.12")["renamed"].items():
            assert name in symbols("0.12")
            assert name not in symbols("1.15")
            assert target in symbols("1.15") or target in symbols("1.15-contrib")

    @pytest.mark.parametrize(
        ("name", "target"),
        [
            ("tf.log", "tf.math.log"),
            ("tf.ceil", "tf.math.ceil"),
            ("tf.mod", "tf.math.mod"),
            ("tf.floormod", "tf.math.floormod"),
            ("tf.matrix_inverse", "tf.linalg.inv"),
            ("tf.random_uniform", "tf.random.uniform"),
            ("tf.gfile.Open", "tf.io.gfile.GFile"),
            ("tf.lite.constants.FLOAT", "tf.float32"),
            ("tf.GRAPH_DEF_VERSION", "tf.version.GRAPH_DEF_VERSION"),
            ("tf.dtypes.as_string", "tf.strings.as_string"),
        ],
    )
    def test_moved(self, name: str, target: str) -> None:
        assert table("names")["moved"][name] == target

    @pytest.mark.parametrize(
        ("name", "fate"),
        [
            ("tf.placeholder", "compat"),
            ("tf.Session", "compat"),
            ("tf.losses.log_loss", "compat"),
            ("tf.nn.softmax_cross_entropy_with_logits_v2", "compat"),
            ("tf.nn.softmax_cross_entropy_with_logits", "differs"),
            ("tf.nn.nce_loss", "differs"),
            ("tf.reduce_sum", "differs"),
            ("tf.layers.dense", "keras2"),
            ("tf.nn.rnn_cell.BasicLSTMCell", "keras2"),
            ("tf.keras.layers.CuDNNLSTM", "keras2"),
            ("tf.estimator.Estimator", "gone"),
        ],
    )
    def test_fate(self, name: str, fate: str) -> None:
        assert [each for each in FATES if name in table("names")[each]] == [fate]

    def test_the_same_object_under_the_same_name_is_in_no_list(self) -> None:
        for name in ("tf.matmul", "tf.stop_gradient", "tf.one_hot", "tf.float32", "tf.nn.relu"):
            assert name in symbols("1.15")
            assert not any(name in table("names")[fate] for fate in FATES)


SOFTMAX = "tf.nn.softmax_cross_entropy_with_logits"
SPARSE = "tf.nn.sparse_softmax_cross_entropy_with_logits"
SIGMOID = "tf.nn.sigmoid_cross_entropy_with_logits"
WEIGHTED = "tf.nn.weighted_cross_entropy_with_logits"
SAMPLED = "num_sampled,num_classes,num_true=1,sampled_values=None,remove_accidental_hits="


@pytest.mark.parametrize(
    ("version", "name", "signature"),
    [
        ("0.12", SOFTMAX, "logits,labels,dim=-1,name=None"),
        ("1.15", SOFTMAX, "_sentinel=None,labels=None,logits=None,dim=-1,name=None,axis=None"),
        ("2.21-v1", SOFTMAX, "labels=None,logits=None,dim=-1,name=None,axis=None"),
        ("2.21", SOFTMAX, "labels,logits,axis=-1,name=None"),
        ("1.15", SOFTMAX + "_v2", "labels,logits,axis=None,name=None,dim=None"),
        ("2.21-v1", SOFTMAX + "_v2", "labels,logits,axis=None,name=None,dim=None"),
        ("0.12", SPARSE, "logits,labels,name=None"),
        ("1.15", SPARSE, "_sentinel=None,labels=None,logits=None,name=None"),
        ("2.21", SPARSE, "labels,logits,name=None"),
        ("0.12", SIGMOID, "logits,targets,name=None"),
        ("1.15", SIGMOID, "_sentinel=None,labels=None,logits=None,name=None"),
        ("2.21", SIGMOID, "labels=None,logits=None,name=None"),
        ("0.12", WEIGHTED, "logits,targets,pos_weight,name=None"),
        ("1.15", WEIGHTED, "labels=None,logits=None,pos_weight=None,name=None,targets=None"),
        ("2.21", WEIGHTED, "labels,logits,pos_weight,name=None"),
        (
            "0.12",
            "tf.nn.nce_loss",
            f"weights,biases,inputs,labels,{SAMPLED}False,partition_strategy='mod',name='nce_loss'",
        ),
        (
            "1.15",
            "tf.nn.sampled_softmax_loss",
            f"weights,biases,labels,inputs,{SAMPLED}True,partition_strategy='mod',"
            "name='sampled_softmax_loss',seed=None",
        ),
        (
            "2.21",
            "tf.nn.sampled_softmax_loss",
            f"weights,biases,labels,inputs,{SAMPLED}True,seed=None,name='sampled_softmax_loss'",
        ),
        ("0.12", "tf.nn.softmax", "logits,dim=-1,name=None"),
        ("1.15", "tf.nn.softmax", "logits,axis=None,name=None,dim=None"),
        ("2.21", "tf.nn.log_softmax", "logits,axis=None,name=None"),
        (
            "0.12",
            "tf.nn.seq2seq.sequence_loss_by_example",
            "logits,targets,weights,average_across_timesteps=True,softmax_loss_function=None,name=None",
        ),
        (
            "1.15-contrib",
            "tf.contrib.slim.losses.softmax_cross_entropy",
            "logits,onehot_labels,weights=1.0,label_smoothing=0,scope=None",
        ),
        (
            "1.15",
            "tf.losses.softmax_cross_entropy",
            "onehot_labels,logits,weights=1.0,label_smoothing=0,scope=None,loss_collection='losses',"
            "reduction='weighted_sum_by_nonzero_weights'",
        ),
        ("2.21-v1", "tf.Session", "class:target='',graph=None,config=None"),
        ("1.15", "tf.float32", None),
    ],
)
def test_known_signature(version: str, name: str, signature: str | None) -> None:
    assert symbols(version)[name] == signature


def test_contrib_losses_take_logits_first_in_both_eras() -> None:
    for version in ("0.12-contrib", "1.15-contrib"):
        for loss in ("softmax_cross_entropy", "sigmoid_cross_entropy", "sparse_softmax_cross_entropy"):
            signature = symbols(version)[f"tf.contrib.losses.{loss}"]
            assert signature is not None
            assert signature.startswith("logits,")
