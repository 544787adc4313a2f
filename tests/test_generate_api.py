"""Takes tools/probe_api.py and tools/generate_api.py, checks both on modules and symbols made up here."""

from __future__ import annotations
import __future__

import enum
import functools
import importlib.util
import json
import os
import sys
from collections import namedtuple
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

TOOLS = Path(__file__).resolve().parent.parent / "tools"


@cache
def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


SENTINEL = object()


class Colour(enum.Enum):
    RED = 1


class WithNew:
    def __new__(cls, width: int, *, height: int = 2) -> WithNew:
        return object.__new__(cls)


class InheritingError(Exception):
    pass


Pair = namedtuple("Pair", "left right")


def plain(a, b=1, *rest, c, d="x,y", **more):  # type: ignore[no-untyped-def]
    """Says what it does.

    And more."""


@functools.wraps(plain)
def wrapping(*args, **kwargs):  # type: ignore[no-untyped-def]
    return plain(*args, **kwargs)


class TestProbe:
    @pytest.mark.parametrize(
        ("value", "signature"),
        [
            (plain, "a,b=1,*rest,c,d='x,y',**more"),
            (wrapping, "a,b=1,*rest,c,d='x,y',**more"),
            (lambda x, *, eps=(1, 2.5): x, "x,*,eps=(1, 2.5)"),
            (lambda x=SENTINEL, y=float("inf"), z="z" * 99: x, "x=...,y=...,z=..."),
            (functools.partial(plain, b=3), "a,*,b=3,c,d='x,y',**more"),
            (WithNew, "class:width,*,height=2"),
            (Colour, "class:value"),
            (Pair, "class:left,right"),
            (InheritingError, "class:"),
            (Colour.RED, None),
            (3.5, None),
        ],
    )
    def test_signature(self, value: object, signature: str | None) -> None:
        assert tool("probe_api").signature_of(value) == signature

    def test_a_decorator_may_declare_the_signature(self) -> None:
        Spec = namedtuple("Spec", "args varargs varkw defaults kwonlyargs kwonlydefaults")
        Decorator = namedtuple("Decorator", "decorator_argspec")

        def outer(*args: object) -> None: ...

        spec = Spec(["x", "axis"], None, None, (None,), ["keepdims"], {"keepdims": False})
        outer._tf_decorator = Decorator(spec)  # type: ignore[attr-defined]
        assert tool("probe_api").signature_of(outer) == "x,axis=None,*,keepdims=False"

    def test_walk_takes_what_is_public(self) -> None:
        root, part, lazy = (ModuleType(f"tensorflow{end}") for end in ("", ".nn", ".python"))
        root.__dict__.update(nn=part, python=lazy, log=plain, VERSION="1.0", _hidden=1, __version__="1.0")
        part.__dict__.update(relu=plain, up=root, mock=json)
        found = dict(tool("probe_api").walk(root, "tf", ()))
        assert {name for name, what in found.items() if what is None} == {"tf", "tf.nn"}
        assert found.keys() - {"tf", "tf.nn"} == {
            "tf.log",
            "tf.VERSION",
            "tf.__version__",
            "tf.nn.relu",
            "tf.nn.mock",
        }
        assert found["tf.log"]["same"] == found["tf.nn.relu"]["same"]
        assert found["tf.log"]["about"] == "Says what it does."

    def test_an_untidy_module_shows_only_what_is_at_home(self) -> None:
        def at_home() -> None: ...

        at_home.__module__ = "tensorflow.contrib.losses.python.losses.loss_ops"
        module = ModuleType("tensorflow.contrib.losses")
        module.__dict__.update(
            absolute_import=__future__.absolute_import, loss=at_home, dumps=json.dumps, os=os
        )
        found = dict(tool("probe_api").walk(module, "tf.contrib.losses", ()))
        assert found.keys() == {"tf.contrib.losses", "tf.contrib.losses.loss"}


def symbol(same: str, **known: Any) -> Any:
    default = {"signature": "x,name=None", "literal": False, "exported": [], "about": ""}
    return tool("generate_api").Symbol(same=same, **default | known)


def survey(**apis: dict[str, Any]) -> Any:
    return tool("generate_api").Survey("2.21.0", None, {api: ["tf"] for api in apis}, apis)


class TestGenerator:
    def test_names(self) -> None:
        shared, old_only, legacy = symbol("1"), symbol("2"), symbol("9")
        old = survey(
            v1={f"tf.{name}": symbol(name) for name in ("log", "add", "cast", "dense", "lost", "feed")}
        )
        old.symbols["v1"]["tf.math.log"] = old.symbols["v1"]["tf.log"]
        v1 = {
            "tf.log": shared,
            "tf.math.log": shared,
            "tf.add": old_only,
            "tf.cast": shared,
            "tf.feed": symbol("7"),
        }
        v2 = {"tf.math.log": shared, "tf.keras.backend.log": shared, "tf.add": symbol("3"), "tf.cast": shared}
        made = tool("generate_api").names_table(old, survey(v1=v1, v2=v2), survey(v1={"tf.dense": legacy}))
        assert made == {
            "generator": "tools/generate_api.py",
            "moved": {"tf.log": "tf.math.log"},
            "compat": ["tf.feed"],
            "differs": ["tf.add"],
            "keras2": ["tf.dense"],
            "gone": ["tf.lost"],
            "aliases": {},
        }

    def test_equal_literals_are_no_proof_of_identity(self) -> None:
        best, zero = tool("generate_api").best_target, symbol("int:0", literal=True)
        assert best("tf.MIN_CONSUMER", zero, ["tf.version.MIN_PRODUCER"]) is None
        both = ["tf.version.MIN_PRODUCER", "tf.version.MIN_CONSUMER"]
        assert best("tf.MIN_CONSUMER", zero, both) == "tf.version.MIN_CONSUMER"

    def test_the_best_of_several_targets(self) -> None:
        best = tool("generate_api").best_target
        assert best(
            "tf.mod", symbol("1", exported=["math.floormod", "math.mod"]), ["tf.math.mod", "tf.mood"]
        ) == ("tf.math.mod")
        assert best("tf.a", symbol("1", exported=["z.first", "b"]), ["tf.b", "tf.z.first"]) == "tf.z.first"
        assert best("tf.a", symbol("1"), ["tf.experimental.b", "tf.x.y.z", "tf.d.c", "tf.e.b"]) == "tf.d.c"
        assert best("tf.a", symbol("1"), ["tf.keras.backend.a"]) is None

    def test_an_alias_of_1_15_that_is_left(self) -> None:
        old = {name: symbol("1") for name in ("tf.l.mse", "tf.l.MSE", "tf.m.MSE", "tf.l.squared")}
        found = tool("generate_api").aliases(
            old, ["tf.l.squared"], {"tf.l.mse": 1}, {"tf.l.MSE": 1, "tf.m.MSE": 1}
        )
        assert found == {"tf.l.squared": "tf.l.MSE"}

    def test_renamed_needs_the_docstring_and_the_name_or_the_parameters(self) -> None:
        telling, vague = "Multiplies two tensors element by element.", "Multiplies."
        old = {
            "tf.mul": symbol("1", about=telling, signature="x,y"),
            "tf.times": symbol("2", about=telling, signature="y,x"),
            "tf.vague": symbol("3", about=vague, signature="x,y"),
            "tf.nn.seq2seq.loss": symbol("4", about="Computes the loss.", signature="a"),
        }
        new = {
            "tf.multiply": symbol("5", about=telling, signature="x,y,name=None"),
            "tf.clear": symbol("6", about=vague, signature="x,y"),
        }
        contrib = {"tf.contrib.legacy_seq2seq.loss": symbol("7", about="Computes the loss.", signature="b")}
        made = tool("generate_api").renamed_table(survey(v1=old), survey(v1=new, contrib=contrib))
        assert made["renamed"] == {
            "tf.mul": "tf.multiply",
            "tf.nn.seq2seq.loss": "tf.contrib.legacy_seq2seq.loss",
        }

    @pytest.mark.skipif(os.name == "nt", reason="the stand-in for an interpreter is a script with a shebang")
    def test_command_line(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        probe = tool("probe_api")
        apis = {
            api: {"modules": ["tf"], "symbols": {"tf.f": probe.describe(plain)}} for api in ("v1", "contrib")
        }
        answer = json.dumps({"tensorflow": "0.12.1", "keras": None, "apis": apis})
        stand_in = tmp_path / "python"
        stand_in.write_text(f"#!{sys.executable}\nprint({answer!r})\n")
        stand_in.chmod(0o755)
        arguments = ["--output", str(tmp_path), "--interpreter"]
        assert tool("generate_api").main([*arguments, f"0.12={stand_in}"]) == 0
        written = json.loads((tmp_path / "signatures-0.12.json").read_text())
        assert written["symbols"] == {"tf.f": "a,b=1,*rest,c,d='x,y',**more"}
        assert "signatures-0.12-contrib.json: 1 modules, 1 symbols" in capsys.readouterr().err
        with pytest.raises(RuntimeError, match=r"has TensorFlow 0\.12\.1, not 1\.15"):
            tool("generate_api").main([*arguments, f"1.15={stand_in}"])
        with pytest.raises(SystemExit):
            tool("generate_api").main([*arguments, f"3.0={stand_in}"])
