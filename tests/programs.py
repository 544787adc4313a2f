"""Gives hypothesis strategies for programs in the style of TensorFlow 1, sound or not, in many layouts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy], object]

IMPORTS = (
    ("import tensorflow as tf", "tf."),
    ("import tensorflow as tf", "tf."),
    ("import tensorflow", "tensorflow."),
    ("import tensorflow as T", "T."),
    ("import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()", "tf."),
    ("try:\n    import tensorflow.compat.v1 as tf\nexcept ImportError:\n    import tensorflow as tf", "tf."),
    ("from tensorflow import *", ""),
    ("import os, tensorflow as tf; os.environ['X'] = '1'", "tf."),
    ("from tensorflow import nn, layers, losses\nimport tensorflow as tf", "tf."),
    ("import numpy as tf", "tf."),
)
HEADS = (
    "",
    '"""A model, naïve."""\n',
    "# coding: utf-8\nfrom __future__ import print_function\n",
    "\n\n# start\n",
)
ODD_TEXT = ("plain", "naïve", "漢字", "🙂 two", "a\u2028b", "tab\there", "form\x0cfeed", "next\x85line")
COMMENTS = ("", "", "", "  # note", "  # größer", "  # tfce: ignore[TFC201]", "  # noqa", "  #: 'quoted\"")
NAMES_OF = {
    "raw": ("logits", "z", "out", "net", "self_out"),
    "probs": ("pred", "p", "y_", "prob"),
    "labels": ("labels", "t", "onehot"),
}


@dataclass
class Scope:
    """What can be named at a place, by what it holds, and how TensorFlow is reached there."""

    tf: str
    raw: list[str] = field(default_factory=lambda: ["z0"])
    probs: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=lambda: ["y"])

    def inner(self) -> Scope:
        return Scope(self.tf, [*self.raw], [*self.probs], [*self.labels])


class Grammar:
    """Draws expressions and statements as text."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw

    def pick(self, options: Sequence[str]) -> str:
        return options[self.number(len(options))]

    def number(self, below: int) -> int:
        return int(str(self.draw(st.integers(0, below - 1))))

    def call(self, function: str, *arguments: str) -> str:
        """A call in one of several layouts, some with comments inside."""
        layout = self.number(8)
        if layout == 0 and arguments:
            return f"{function}(\n    " + ",\n    ".join(arguments) + ",\n)"
        if layout == 1 and len(arguments) > 1:
            return f"{function}({arguments[0]},  # first\n        {', '.join(arguments[1:])})"
        if layout == 2:
            return f"{function}( {' , '.join(arguments)} )"
        if layout == 3 and len(arguments) > 1:
            return f"{function}({arguments[0]}, \\\n    {', '.join(arguments[1:])})"
        return f"{function}({', '.join(arguments)})"

    def raw(self, scope: Scope, depth: int = 2) -> str:
        tf, kind = scope.tf, self.number(9 if depth else 3)
        if kind == 0:
            return f"{tf}matmul(x, W) + b"
        if kind in (1, 2):
            return self.pick(scope.raw)
        if kind == 3:
            return self.call(f"{tf}layers.dense", "h", "units=3", *self.activation(scope))
        if kind == 4:
            return self.call(f"{tf}contrib.layers.fully_connected", "h", "3", "activation_fn=None")
        if kind == 5:
            return self.call(f"{tf}reshape", self.raw(scope, depth - 1), "[-1, 3]")
        if kind == 6:
            return f"({self.raw(scope, depth - 1)} if flag else {self.raw(scope, depth - 1)})"
        if kind == 7:
            return f"{tf}nn.log_softmax({self.raw(scope, depth - 1)})"
        return f"{tf}identity({self.raw(scope, depth - 1)}, name={self.pick(ODD_TEXT)!r})"

    def activation(self, scope: Scope) -> tuple[str, ...]:
        kind = self.number(4)
        return (f"activation={scope.tf}nn.{'softmax' if kind else 'sigmoid'}",) if kind < 2 else ()

    def probs(self, scope: Scope, depth: int = 2) -> str:
        tf, kind = scope.tf, self.number(8 if depth else 3)
        if kind == 0 and scope.probs:
            return self.pick(scope.probs)
        if kind <= 3:
            return self.call(f"{tf}nn.softmax", self.raw(scope, depth - 1 if depth else 0))
        if kind == 4:
            return self.call(f"{tf}sigmoid", self.raw(scope, depth - 1))
        if kind == 5:
            return f"{tf}clip_by_value({self.probs(scope, depth - 1)}, 1e-10, 1.0)"
        if kind == 6:
            raw = self.raw(scope, 0)
            return f"{tf}exp({raw}) / {tf}reduce_sum({tf}exp({raw}), 1, keep_dims=True)"
        return f"({self.probs(scope, depth - 1)} + 1e-8)"

    def labels(self, scope: Scope) -> str:
        tf = scope.tf
        options = (
            f"{tf}one_hot(ids, 3)",
            f"{tf}cast(y, {tf}float32)",
            "ids",
            f"{tf}stop_gradient(y)",
            f"{tf}one_hot({self.pick(scope.labels)}, depth=3)",
        )
        return self.pick((*scope.labels, *options))

    def value(self, scope: Scope) -> str:
        return self.raw(scope) if self.number(2) else self.probs(scope)

    def loss(self, scope: Scope) -> str:
        tf, kind = scope.tf, self.number(8)
        if kind < 4:
            return self.fused(scope)
        if kind == 4:
            name = self.pick(("losses.softmax_cross_entropy", "losses.sparse_softmax_cross_entropy"))
            return self.call(f"{tf}{name}", self.labels(scope), self.value(scope))
        if kind == 5:
            name = self.pick(("softmax_cross_entropy", "sigmoid_cross_entropy", "log_loss"))
            return self.call(f"{tf}contrib.losses.{name}", self.value(scope), self.labels(scope))
        return self.by_hand(scope) if kind == 6 else self.binary(scope)

    def fused(self, scope: Scope) -> str:
        names = ("softmax", "softmax", "sparse_softmax", "sigmoid")
        function = f"{scope.tf}nn.{self.pick(names)}_cross_entropy_with_logits{self.pick(('', '', '_v2'))}"
        value, labels = self.value(scope), self.labels(scope)
        forms = (
            (f"logits={value}", f"labels={labels}"),
            (f"labels={labels}", f"logits={value}"),
            (value, labels),
            (labels, value),
            ("None", labels, value),
            (f"logits={value}", f"targets={labels}"),
            (f"_sentinel=None, labels={labels}", f"logits={value}", "dim=-1"),
            (f"*[{labels}, {value}]",),
        )
        return self.call(function, *forms[self.number(len(forms))])

    def by_hand(self, scope: Scope) -> str:
        tf, probs, labels = scope.tf, self.probs(scope), self.labels(scope)
        log = f"{tf}log({probs})" if self.number(4) else f"{tf}log({self.raw(scope)})"
        product = f"{labels} * {log}" if self.number(2) else f"{log} * {labels}"
        axis = self.pick(("1", "[1]", "axis=-1", "reduction_indices=[1]", "axis=1, keep_dims=True"))
        inner = self.pick(
            (
                self.call(f"-{tf}reduce_sum", product, axis),
                f"-1 * {tf}reduce_sum({product}, {axis})",
                f"{tf}reduce_sum(-({product}), {axis})",
                f"-{tf}reduce_sum({product})",
            )
        )
        return self.pick((inner, f"{tf}reduce_mean({inner})", f"-{tf}reduce_mean({product})"))

    def binary(self, scope: Scope) -> str:
        tf, p = scope.tf, self.probs(scope, 1)
        y = self.labels(scope)
        formula = f"{y} * {tf}log({p}) + (1 - {y}) * {tf}log(1 - {p})"
        return self.pick((f"-({formula})", f"{tf}reduce_mean(-({formula}))", f"-{tf}reduce_sum({formula}, 1)"))

    def block(self, scope: Scope, depth: int, at_least: int = 1) -> list[str]:
        lines: list[str] = []
        for _ in range(at_least + self.number(3)):
            lines += self.statement(scope, depth)
        return lines

    def statement(self, scope: Scope, depth: int) -> list[str]:
        kind = self.number(15 if depth else 9)
        if kind < 5:
            return self.assignment(scope)
        if kind == 5:
            return [f"loss = {self.loss(scope)}; print(loss, {self.pick(ODD_TEXT)!r}){self.pick(COMMENTS)}"]
        if kind == 6:
            return self.in_steps(scope)
        if kind == 7:
            return [
                f"xent = {scope.tf}nn.softmax_cross_entropy_with_logits",
                f"loss = xent({self.value(scope)}, y)",
            ]
        if kind == 8:
            return self.others(scope)
        return self.compound(scope, depth - 1, kind - 9)

    def others(self, scope: Scope) -> list[str]:
        tf, raw = scope.tf, self.raw(scope)
        return [
            self.pick(
                (
                    f"kl = {tf}reduce_sum(p * ({tf}log({self.probs(scope)}) - {tf}log({self.probs(scope)})), 1)",
                    self.call(f"loss = {tf}nn.sampled_softmax_loss", "W", "b", "h", "ids", "5", "100"),
                    self.call(
                        f"loss = {tf}nn.nce_loss",
                        "weights=W",
                        "biases=b",
                        "inputs=h",
                        "labels=ids",
                        "num_sampled=5",
                        "num_classes=100",
                    ),
                    f"loss = {tf}contrib.legacy_seq2seq.sequence_loss([{raw}], [ids], [w])",
                    f"one = {tf}nn.softmax({tf}layers.dense(h, 1)){self.pick(COMMENTS)}",
                    f"loss = {tf}nn.weighted_cross_entropy_with_logits({raw}, targets=y, pos_weight=2.0)",
                    f"each = [{tf}nn.softmax_cross_entropy_with_logits(v, y) for v in ({raw}, {self.probs(scope)})]",
                    f"step = {tf}train.AdamOptimizer(1e-3).minimize({self.loss(scope)})",
                    f"f = lambda z, y: {tf}nn.sigmoid_cross_entropy_with_logits(labels=z, logits=y)",
                )
            )
        ]

    def assignment(self, scope: Scope) -> list[str]:
        kind = self.number(5)
        if kind > 2:
            name = self.pick(("loss", "cost", "self_loss"))
            return [f"{name} = {self.loss(scope)}{self.pick(COMMENTS)}"]
        made, what = (("raw", self.raw), ("probs", self.probs), ("labels", lambda s: self.labels(s)))[kind]
        name = self.pick(NAMES_OF[made])
        text = what(scope)
        for names in (scope.raw, scope.probs, scope.labels):
            while name in names:
                names.remove(name)
        getattr(scope, made).append(name)
        return [f"{name} = {text}{self.pick(COMMENTS) if chr(10) not in text else ''}"]

    def in_steps(self, scope: Scope) -> list[str]:
        tf = scope.tf
        lines = [f"q = {self.probs(scope)}", f"cross = {self.labels(scope)} * {tf}log(q)"]
        if self.number(2):
            lines.append("cross *= -1" if self.number(2) else "q = 0.5 * q")
        return [*lines, f"loss, other = -{tf}reduce_sum(cross, 1), {tf}reduce_mean(cross)"]

    def compound(self, scope: Scope, depth: int, kind: int) -> list[str]:
        inner = scope.inner()
        body = indented(self.block(inner, depth))
        if kind == 0:
            return ["if flag:", *body, "else:", *indented(self.block(scope.inner(), depth))]
        if kind == 1:
            return ["for step in range(3):", *body]
        if kind == 2:
            return [
                f"with {scope.tf}variable_scope('out'), {scope.tf}name_scope({self.pick(ODD_TEXT)!r}):",
                *body,
            ]
        if kind == 3:
            returned = self.pick([*inner.raw, *inner.probs])
            call = f"out = model(x, y){self.pick(COMMENTS)}"
            return [
                "def model(x, y, z0=None, flag=True):",
                *body,
                f"    return {returned}",
                "",
                call,
                f"loss = {scope.tf}nn.softmax_cross_entropy_with_logits(logits=out, labels=y)",
            ]
        if kind == 4:
            return self.model_class(scope)
        return ["try:", *body, "finally:", "    pass"]

    def model_class(self, scope: Scope) -> list[str]:
        tf, property_ = scope.tf, self.pick(("@property", "@lazy_property", "# a method"))
        called = "" if property_.startswith("@") else "()"
        return [
            "class Model(object):",
            f"    {self.pick(ODD_TEXT)!r}",
            "",
            "    def __init__(self, x, y, z0):",
            f"        self.z = {tf}layers.dense(x, 3)",
            f"        self.pred = {self.probs(Scope(tf, ['self.z', 'z0']))}",
            "        self.y = y",
            "",
            f"    {property_}",
            "    def cost(self):",
            f"        return {self.loss(Scope(tf, ['self.z'], ['self.pred'], ['self.y']))}",
            "",
            f"total = Model(x, y, z0).cost{called}",
        ]


def indented(lines: list[str]) -> list[str]:
    return [f"    {line}" if line else "" for text in lines for line in text.split("\n")]


@st.composite
def programs(draw: Draw) -> str:
    """A program as text; it is Python, but need not run."""
    return program(Grammar(draw), IMPORTS)


def program(grammar: Grammar, all_imports: Sequence[tuple[str, str]]) -> str:
    """A program that a grammar makes."""
    imports, tf = all_imports[grammar.number(len(all_imports))]
    data = [
        f"x = {tf}placeholder({tf}float32, [None, 4])",
        f"y = {tf}placeholder({tf}float32, [None, 3])",
        "z0 = x[:, 1:]",
        f"W = {tf}Variable({tf}zeros([4, 3]))",
    ]
    lines = [*imports.split("\n"), *data[: 1 + grammar.number(4)], *grammar.block(Scope(tf), 2, at_least=2)]
    if grammar.number(4) == 0:
        lines = ["def main(flag, h, ids, b):", *indented(lines)] if "*" not in imports else lines
    text = grammar.pick(HEADS) + "\n".join(lines) + "\n"
    return laid_out(grammar, text)


def laid_out(grammar: Grammar, text: str) -> str:
    """The program with other indentation, line ends or a missing last line end."""
    if grammar.number(4) == 0:
        text = "\n".join("\t" * (indent(line) // 4) + line[indent(line) // 4 * 4 :] for line in text.split("\n"))
    if grammar.number(4) == 0:
        text = text.rstrip("\n")
    ends = (("\n",), ("\n",), ("\r\n",), ("\r\n", "\n"), ("\r",))[grammar.number(5)]
    lines = text.split("\n")
    joints = [ends[number % len(ends)] for number in range(len(lines) - 1)]
    return "".join(part for pair in zip(lines, [*joints, ""], strict=True) for part in pair)


def indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


@st.composite
def damaged(draw: Draw) -> str:
    """A program with a piece cut out or something odd put in: often no Python any more."""
    text = str(draw(programs()))
    start = int(str(draw(st.integers(0, len(text)))))
    length = int(str(draw(st.integers(0, 12))))
    inserted = str(
        draw(st.sampled_from(["", "(", ")", "\\", "'''", "\x00", "\ufeff", "async ", "\r", "print 1\n", ":= "]))
    )
    return text[:start] + inserted + text[start + length :]
