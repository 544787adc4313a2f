"""A source of numbers comes in; programs in more of the ways in which TensorFlow 1 was written go out."""

from __future__ import annotations

import random
from collections.abc import Callable

from hypothesis import strategies as st
from programs import IMPORTS, Draw, Grammar, Scope, indented, program

MORE_IMPORTS = (
    *IMPORTS,
    ("import tensorflow as tf\nfrom tensorflow.contrib import slim, layers as L", "tf."),
    ("import tensorflow as tf\nnn, tfl = tf.nn, tf.losses", "tf."),
    ("from __future__ import division\nimport tensorflow as tf\nfrom tensorflow.contrib import slim", "tf."),
    ("def setup():\n    import tensorflow\n    return tensorflow\ntf = setup()", "tf."),
    ("import tensorflow as tf\nif tf.__version__ >= '2':\n    tf = tf.compat.v1", "tf."),
    ("import sys, tensorflow as tf  # both\nfrom tensorflow import keras\nK = keras.backend", "tf."),
    ("class tf:\n    log = nn = None", "tf."),
    ("from tensorflow.nn import *\nimport tensorflow as tf", "tf."),
    ("with open('x'):\n    import tensorflow as tf", "tf."),
    ("tf = __import__('tensorflow')", "tf."),
)


class MoreGrammar(Grammar):
    """The grammar with closures, inheritance, containers, Keras and slim models, sessions, newer syntax."""

    def statement(self, scope: Scope, depth: int) -> list[str]:
        if self.number(3):
            return super().statement(scope, depth)
        kinds: list[Callable[[Scope, int], list[str]]] = [self.container, self.alias, self.keras, self.slim, self.odd]
        if depth:
            kinds += [self.closure, self.inheritance, self.session, self.choice, self.decorated, self.generator]
        return kinds[self.number(len(kinds))](scope, depth)

    def block_of(self, scope: Scope, depth: int) -> list[str]:
        return indented(self.block(scope.inner(), max(depth - 1, 0)))

    def container(self, scope: Scope, depth: int) -> list[str]:
        tf, raw, probs = scope.tf, self.raw(scope), self.probs(scope)
        return self.lines(
            f"d = {{'z': {raw}, 'p': {probs}}}\nloss = {tf}log(d['p'])\nd['z'] = d['p']",
            f"a, (b, *c) = {raw}, ({probs}, {raw}, y)\nloss = -{tf}reduce_sum(y * {tf}log(b), 1)",
            f"l = [{raw}]\nl.append({probs})\nloss = {tf}log(l[-1])\nl[0], l[1] = l[1], l[0]",
            f"p = q = {probs}\np += 1e-10\nloss = {tf}log(p) + {tf}log(q)",
            f"loss = [{tf}log(v) for v in [{probs}, {raw}] if v is not None]",
            f"tail = {{**d, 'q': {probs}}}['q']\nloss = {tf}reduce_mean(-{tf}log(tail))",
            f"x1 = x2 = {raw}\ndel x1\nloss = {self.loss(scope)}",
            f"out = dict(logits={raw}, labels=y)\nloss = {tf}nn.softmax_cross_entropy_with_logits(**out)",
        )

    def alias(self, scope: Scope, depth: int) -> list[str]:
        tf = scope.tf
        return self.lines(
            f"nn = {tf}nn\nsoft = nn.softmax\nloss = {tf}log(soft({self.raw(scope)}))",
            f"log, t = {tf}log, {tf}nn\nloss = log(t.softmax({self.raw(scope)}))",
            f"loss_fn = getattr({tf}nn, 'softmax_cross_entropy_with_logits')\nloss = loss_fn({self.value(scope)}, y)",
            f"import functools\nf = functools.partial({tf}nn.softmax_cross_entropy_with_logits, labels=y)\n"
            f"loss = f(logits={self.value(scope)})",
            f"{tf}nn.softmax, keep = None, {tf}nn.softmax\nloss = {self.loss(scope)}",
            f"from tensorflow import log as ln, nn as N\nloss = ln(N.softmax({self.raw(scope)}))",
        )

    def keras(self, scope: Scope, depth: int) -> list[str]:
        tf = scope.tf
        return self.lines(
            f"m = {tf}keras.Sequential([{tf}keras.layers.Dense(3, activation='softmax')])\n"
            f"m.compile('adam', {tf}keras.losses.CategoricalCrossentropy(from_logits=True))",
            f"h = {tf}keras.layers.Dense(3)(x)\nloss = {tf}keras.losses.categorical_crossentropy(y, {tf}nn.softmax(h))",
            f"layer = {tf}layers.Dense(3, {tf}nn.softmax)\nloss = {tf}losses.softmax_cross_entropy(y, layer(x))",
            f"m.add({tf}keras.layers.Activation('softmax')); loss = {self.loss(scope)}",
            f"loss = {tf}keras.backend.categorical_crossentropy({self.labels(scope)}, {self.value(scope)})",
        )

    def slim(self, scope: Scope, depth: int) -> list[str]:
        tf = scope.tf
        return self.lines(
            f"net = slim.fully_connected(x, 3, activation_fn={tf}nn.softmax)\n"
            f"slim.losses.softmax_cross_entropy(net, {self.labels(scope)})",
            f"with slim.arg_scope([slim.conv2d], activation_fn=None):\n    net = slim.conv2d(x, 3, [1, 1])\n"
            f"    loss = {tf}contrib.losses.softmax_cross_entropy(net, y)",
            f"loss = {tf}losses.sigmoid_cross_entropy(y, {self.value(scope)}, reduction=None)",
            f"loss = {tf}contrib.seq2seq.sequence_loss({self.raw(scope)}, ids, w)",
        )

    def odd(self, scope: Scope, depth: int) -> list[str]:
        tf = scope.tf
        return self.lines(
            f"if (n := {self.probs(scope)}) is not None: loss = {tf}log(n)",
            f"loss = {tf}log(\n    # why\n    {self.probs(scope)}  # and\n)",
            f"f'{{{tf}log(z0)}} and {{x!r:>{{w}}}}'",
            f"assert {tf}mul({self.raw(scope)}, y), '''a\n  b'''",
            f"loss = (lambda *a, k={tf}mul, **b: k(*a, **b))({self.value(scope)}, y)",
            f"x[0], x[1:2, ...], x.y = {tf}log({self.probs(scope)}), {tf}sub(y, 1), {tf}neg(y)",
            f"loss = {tf}log({tf}nn.softmax({self.raw(scope)})) if flag else -{tf}reduce_sum(y * {tf}log(p), 1)",
            f"global G; G = {tf}reduce_sum(y, reduction_indices=[1], keep_dims=True)\nloss = {tf}log(G)",
            f"loss = {tf}log({self.probs(scope)}); \\\n  cost = {tf}log(loss)",
        )

    def closure(self, scope: Scope, depth: int) -> list[str]:
        body = self.block_of(scope, depth)
        return [
            "def outer(z0, *rest, flag=None, **more):", *body, "    def inner(v):", "        nonlocal z0",
            f"        z0 = {self.probs(scope)}", f"        return {scope.tf}log(v)", "    return inner(z0)",
            f"loss = outer({self.value(scope)}, y)",
        ]  # fmt: skip

    def inheritance(self, scope: Scope, depth: int) -> list[str]:
        tf = scope.tf
        made = self.probs(Scope(tf, ["self.z"]))
        return [
            "class Base:", "    z = None", "    def net(self, x):", f"        self.z = {tf}layers.dense(x, 3)",
            f"        return {made}", "", "class Derived(Base):", "    def net(self, x):",
            "        self.p = super().net(x)", "        return self.p", "    @staticmethod", "    def cost(p, y):",
            f"        return {self.loss(Scope(tf, ['p'], ['p'], ['y']))}", "    @classmethod",
            "    def make(cls): return cls()", "", "m = Derived.make(); loss = Derived.cost(m.net(x), y)",
        ]  # fmt: skip

    def session(self, scope: Scope, depth: int) -> list[str]:
        body = self.block_of(scope, depth)
        return [f"with {scope.tf}Session() as sess, open('f') as g:", *body,
                f"    while sess.run({self.loss(scope)}) > 0:", "        break", "    else:",
                "        pass"]  # fmt: skip

    def choice(self, scope: Scope, depth: int) -> list[str]:
        return [f"if {self.raw(scope, 0)} is None:", *self.block_of(scope, depth), "elif flag:",
                *self.block_of(scope, depth), "try:", *self.block_of(scope, depth), "except (ValueError, E) as e:",
                *self.block_of(scope, depth), "else:", f"    loss = {self.loss(scope)}"]  # fmt: skip

    def decorated(self, scope: Scope, depth: int) -> list[str]:
        first = self.pick(("@functools.wraps(f)", f"@{scope.tf}function", "@wrap(lambda: 0)", "@a.b[0]"))
        return [first, "async def run(x, /, y, *, z0=None):", *self.block_of(scope, depth),
                f"    async with s: return await {scope.tf}log(y)"]  # fmt: skip

    def generator(self, scope: Scope, depth: int) -> list[str]:
        return ["def batches(x, y):", *self.block_of(scope, depth), f"    yield {self.value(scope)}, y",
                f"for p, y in batches(x, y): loss = {scope.tf}nn.softmax_cross_entropy_with_logits(p, y)"]  # fmt: skip

    def lines(self, *options: str) -> list[str]:
        return self.pick(options).split("\n")


class Chance(MoreGrammar):
    """The grammar with numbers from a generator of random ones: fast, and the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        super().__init__(lambda strategy: None)

    def number(self, below: int) -> int:
        return self.random.randrange(below)


@st.composite
def more_programs(draw: Draw) -> str:
    """A program as text; it is Python, but need not run."""
    return program(MoreGrammar(draw), MORE_IMPORTS)


def random_program(seed: int) -> str:
    """The program of a seed."""
    return program(Chance(seed), MORE_IMPORTS)
