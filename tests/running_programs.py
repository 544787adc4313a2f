"""A seed comes in; a program that runs under TensorFlow 0.12 or 1.15 goes out and binds losses and gradients to `out`.

What a program may say stands in tables: `<kind>` is replaced by something of that kind, `<=kind>` by a name that is
bound to one, `<tf>` by how TensorFlow is reached.
"""

from __future__ import annotations

import io
import random
import re
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from programs import indented

Table = Mapping[str, Sequence[str]]

IMPORTS = {
    "0.x": (
        ("import tensorflow as tf", "tf."), ("import tensorflow", "tensorflow."), ("import tensorflow as T", "T."),
        ("import sys, tensorflow as tf", "tf."), ("from tensorflow import nn\nimport tensorflow as tf", "tf."),
    ),
    "1.x": (
        ("import tensorflow as tf", "tf."), ("import tensorflow", "tensorflow."), ("import tensorflow as T", "T."),
        ("import sys, tensorflow as tf", "tf."), ("import tensorflow.compat.v1 as tf", "tf."),
        ("from tensorflow import nn, losses\nimport tensorflow as tf", "tf."),
        ("try:\n    import tensorflow.compat.v1 as tf\nexcept ImportError:\n    import tensorflow as tf", "tf."),
        ("from tensorflow import log, nn as N\nimport tensorflow as tf", "tf."),
    ),
}  # fmt: skip

# Four rows, five features, three classes. `flag` is nothing that can be known by reading.
DATA = """rng = np.random.RandomState({seed})
flag = bool(rng.randint(2))
x = {x}
W = <tf>Variable(0.5 * rng.randn(5, 3).astype('float32'), name='W')
V = <tf>Variable(rng.randn(5, 3).astype('float32'), name='V')
b = <tf>Variable(<tf>zeros([3]), name='b')
I = np.array([0, 2, 1, 2])
Y = np.eye(3, dtype='float32')[I]
ids = {ids}
y = {y}
w = <tf>constant([1.0, 0.0, 2.0, 0.5])
z0 = <tf>matmul(x, W) + b
soft = <tf>nn.softmax(<tf>matmul(x, V))
""".replace("{x}", "<data>")
X = (
    "<tf>constant(rng.randn(4, 5), <tf>float32)",
    "<tf>placeholder_with_default(rng.randn(4, 5).astype('float32'), [None, 5])",
)
IDS = "<tf>constant([0, 2, 1, 2])", "<tf>constant(I, <tf>int64)", "I"
LABELS = "<tf>one_hot(ids, 3)", "<tf>constant(Y)", "<tf>placeholder_with_default(Y, [None, 3])", "Y"

COMMON: Table = {
    "raw": (
        "<=raw>", "<=raw>", "<tf>matmul(x, W) + b", "<tf>nn.xw_plus_b(x, W, b)", "<tf>nn.bias_add(<tf>matmul(x, W), b)",
        "<tf>reshape(<raw>, [-1, 3])", "<tf>identity(<raw>, name='out')", "(<raw> if flag else <raw>)",
        "<raw> * <tf>constant(0.5)", "<tf>transpose(<tf>transpose(<raw>), perm=[1, 0])", "<tf>nn.log_softmax(<raw>)",
        "<tf>log(<probs>)", "<tf>nn.dropout(<raw>, 1.0)", "<tf>nn.dropout(<raw>, keep_prob=1.0)",
        "<tf>minimum(<raw>, 5.0)", "<tf>cond(<tf>less(<tf>reduce_sum(<raw>), 0.0), lambda: <raw>, lambda: <raw>)",
        "<tf>to_float(<tf>to_double(<raw>))", "<tf>nn.l2_normalize(<raw>, dim=1)", "<tf>nn.relu(<raw>)",
        "<raw> - <tf>reduce_mean(<raw>, reduction_indices=[1], keep_dims=True)", "<tf>stop_gradient(<raw>)",
        "<tf>squeeze(<tf>expand_dims(<raw>, dim=1), squeeze_dims=[1])", "<tf>slice(<raw>, [0, 0], [-1, 3])",
        "<raw> - <tf>reduce_max(<raw>, 1, True)", "<tf>tanh(<raw>) * 3",
    ),
    "probs": (
        "<=probs>", "<tf>nn.softmax(<raw>)", "<tf>nn.softmax(<raw>)", "<tf>nn.softmax(<raw>, name='p')", "soft",
        "<tf>nn.softmax(logits=<raw>, dim=-1)", "<tf>sigmoid(<raw>)", "<tf>nn.sigmoid(<raw>)",
        "<tf>clip_by_value(<probs>, 1e-10, 1.0)", "(<probs> + 1e-8)", "<tf>maximum(<probs>, 1e-7)",
        "<tf>exp(<raw>) / <tf>reduce_sum(<tf>exp(<raw>), 1, keep_dims=True)", "<tf>identity(<probs>)",
        "<tf>exp(<tf>nn.log_softmax(<raw>))", "<tf>nn.softmax(<probs>)", "(<probs> if flag else <probs>)",
        "<tf>reshape(<probs>, [4, 3])", "<tf>nn.softplus(<raw>) + 0.1",
    ),
    "labels": (
        "<=labels>", "<=labels>", "<tf>one_hot(ids, 3)", "<tf>one_hot(ids, depth=3, on_value=1.0, off_value=0.0)",
        "<tf>stop_gradient(<labels>)", "<tf>nn.softmax(<tf>matmul(x, V))", "(<labels> * 0.9 + 0.1 / 3)", "soft",
        "<tf>cast(<tf>equal(<tf>reshape(<tf>constant(I), [-1, 1]), [[0, 1, 2]]), <tf>float32)", "np.float32(Y)",
        "<tf>to_float(<tf>one_hot(ids, 3))", "<tf>identity(<labels>)", "<tf>nn.softmax(<tf>matmul(x, V), dim=0)",
        "<tf>one_hot([0, 1, 1, 2], 3)", "<tf>one_hot([0, -1, 7, 2], 3)", "<tf>one_hot(ids, 3, 2.0, 0.5)", "<tf>cast(<labels>, "
        "<tf>float32)", "<tf>one_hot(<tf>argmax(<raw>, 1), 3)", "<tf>constant([[0.0, 2.0, 0.0]] * 4)", "(<labels> if flag else <labels>)",
    ),
    "loss": (
        "<tf>nn.softmax_cross_entropy_with_logits(logits=<raw>, labels=<labels>)",
        "<tf>nn.softmax_cross_entropy_with_logits(labels=<labels>, logits=<raw>, name='xent')",
        "<tf>nn.softmax_cross_entropy_with_logits(logits=<probs>, labels=<labels>)",
        "<tf>nn.sparse_softmax_cross_entropy_with_logits(logits=<raw>, labels=ids)",
        "<tf>nn.softmax_cross_entropy_with_logits(labels=<labels>, logits=<raw>, dim=-1)",
        "-<tf>reduce_sum(<labels> * <tf>log(<probs>), 1)", "-<tf>reduce_sum(<labels> * <tf>log(<probs>))",
        "<tf>reduce_mean(-<tf>reduce_sum(<labels> * <tf>log(<probs>), reduction_indices=[1]))",
        "<tf>reduce_sum(-(<tf>log(<probs>) * <labels>), reduction_indices=1)",
        "-<tf>reduce_mean(<labels> * <tf>log(<probs>))", "-<tf>reduce_sum(<labels> * <raw>, [1])",
        "-<tf>reduce_sum(<labels> * <tf>nn.log_softmax(<raw>), 1)",
        "-<tf>reduce_mean(<tf>reduce_sum(<tf>log(<tf>clip_by_value(<probs>, 1e-10, 1.0)) * <labels>, 1))",
        "<tf>reduce_sum(-<labels> * <tf>log(<probs>) - (1 - <labels>) * <tf>log(1 - <=probs> * 0.99), 1)",
        "<tf>reduce_sum(soft * (<tf>log(soft) - <tf>log(<probs>)), 1)", "<tf>nn.l2_loss(<raw>)",
        "<tf>reduce_mean(<tf>square(<raw> - <labels>), 1)", "-<tf>log(<tf>gather(<tf>transpose(<probs>), 0))",
        "-<tf>log(<tf>reduce_sum(<probs> * <labels>, 1))",
        "-<tf>reduce_sum(w * <tf>reduce_sum(<labels> * <tf>log(<probs>), 1))",
    ),
    "scalar": ("<tf>reduce_mean(<loss>)", "<tf>reduce_sum(<loss>)", "<tf>add_n([<scalar>, <scalar>])", "<scalar> + 0.01 * <tf>nn.l2_loss(W)"),
}  # fmt: skip
OLD: Table = {
    "raw": (
        "<tf>mul(<raw>, 0.5)", "<tf>sub(<raw>, 1.0)", "<tf>neg(<raw>)", "<tf>concat(1, [<raw>[:, :1], <=raw>[:, 1:]])",
        "<tf>concat(1, <tf>split(1, 3, <raw>))", "<tf>pack(<tf>unpack(<raw>, axis=1), axis=1)",
        "<tf>select(<raw> > 0, <raw>, <raw>)", "<tf>batch_matmul(<raw>, np.eye(3, dtype='float32'))",
        "<tf>squeeze(<tf>expand_dims(<raw>, 1), [1])",
    ),
    "probs": ("<tf>div(<tf>exp(<raw>), 9.0)",),
    "labels": ("<tf>mul(<labels>, 1.0)",),
    "loss": (
        "<tf>nn.softmax_cross_entropy_with_logits(<raw>, <labels>)", "<tf>nn.softmax_cross_entropy_with_logits(<raw>, Y)",
        "<tf>nn.sigmoid_cross_entropy_with_logits(<raw>, <labels>)",
        "<tf>nn.sigmoid_cross_entropy_with_logits(logits=<raw>, targets=<labels>)",
        "<tf>nn.sparse_softmax_cross_entropy_with_logits(<raw>, ids)",
        "<tf>nn.weighted_cross_entropy_with_logits(<raw>, <labels>, 2.0)", "<tf>neg(<loss>)",
        "<tf>contrib.losses.softmax_cross_entropy(<raw>, <labels>)",
        "<tf>nn.seq2seq.sequence_loss_by_example([<raw>], [<tf>to_int32(ids)], [w])",
    ),
}  # fmt: skip
NEW: Table = {
    "raw": (
        "<tf>multiply(<raw>, 0.5)", "<tf>negative(<raw>)", "<tf>concat([<raw>[:, :1], <=raw>[:, 1:]], 1)",
        "<tf>concat(<tf>split(<raw>, 3, axis=1), axis=-1)", "<tf>stack(<tf>unstack(<raw>, axis=1), 1)",
        "<tf>where(<raw> > 0, <raw>, <raw>)", "<tf>nn.log_softmax(<raw>, axis=-1)", "<tf>nn.leaky_relu(<raw>)",
        "<tf>layers.dense(x, 3, kernel_initializer=<tf>constant_initializer(0.25))", "<tf>math.l2_normalize(<raw>, 1)",
        "<tf>layers.dense(inputs=x, units=3, kernel_initializer=<tf>ones_initializer(), use_bias=False)",
        "<tf>nn.dropout(<raw>, rate=0.0)", "<raw> / (1.0 + <tf>norm(<raw>, axis=1, keep_dims=True))", "<tf>layers.flatten(<raw>)",
    ),
    "probs": (
        "<tf>nn.softmax(<raw>, axis=-1)", "<tf>layers.dense(x, 3, <tf>nn.softmax, kernel_initializer="
        "<tf>constant_initializer(0.5))", "<tf>div(<tf>exp(<raw>), 9.0)", "<tf>math.softplus(<raw>) + 0.1",
        "<tf>keras.backend.softmax(<raw>)",
    ),
    "labels": ("<tf>multiply(<labels>, 1.0)", "<tf>to_float(<tf>argmax(<raw>, dimension=1))[:, None] * <labels> * 0.5"),
    "loss": (
        "<tf>nn.softmax_cross_entropy_with_logits_v2(labels=<labels>, logits=<raw>)",
        "<tf>nn.softmax_cross_entropy_with_logits_v2(<labels>, <raw>)",
        "<tf>nn.sigmoid_cross_entropy_with_logits(labels=<labels>, logits=<raw>)",
        "<tf>nn.sigmoid_cross_entropy_with_logits(None, <labels>, <raw>)",
        "<tf>nn.weighted_cross_entropy_with_logits(<labels>, <raw>, 2.0)",
        "<tf>nn.weighted_cross_entropy_with_logits(targets=<labels>, logits=<raw>, pos_weight=2.0)",
        "<tf>losses.softmax_cross_entropy(<labels>, <raw>)", "<tf>losses.log_loss(<labels>, <probs>, weights=0.5)",
        "<tf>losses.softmax_cross_entropy(onehot_labels=<labels>, logits=<raw>, weights=w, label_smoothing=0.1)",
        "<tf>losses.sparse_softmax_cross_entropy(ids, <raw>)", "<tf>losses.mean_squared_error(<labels>, <raw>)",
        "<tf>losses.sigmoid_cross_entropy(<labels>, <raw>, reduction=<tf>losses.Reduction.NONE)",
        "<tf>losses.softmax_cross_entropy(<labels>, <probs>, w)",
        "<tf>losses.absolute_difference(<labels>, <probs>) + <tf>losses.get_total_loss()",
        "<tf>nn.sparse_softmax_cross_entropy_with_logits(labels=<tf>argmax(<labels>, 1), logits=<raw>)",
        "<tf>keras.losses.categorical_crossentropy(<labels>, <probs>)",
        "<tf>keras.losses.categorical_crossentropy(<labels>, <raw>, from_logits=True)",
        "<tf>keras.backend.binary_crossentropy(<labels>, <probs>)",
        "<tf>contrib.losses.softmax_cross_entropy(<raw>, <labels>)",
        "<tf>contrib.seq2seq.sequence_loss(<tf>expand_dims(<raw>, 1), <tf>to_int32(ids)[:, None], <tf>ones([4, 1]))",
    ),
}  # fmt: skip

# `!` begins a line that is indented further, `...` stands for more statements, `a = <kind>` binds a name.
STATEMENTS = (
    "{raw} = <raw>", "{raw} = <raw>", "{probs} = <probs>", "{probs} = <probs>", "{labels} = <labels>",
    "{loss} = <loss>", "{loss} = <loss>", "{loss} = <scalar>", "{loss} = <scalar>",
    "{probs} = <probs>\n{loss} = -<tf>reduce_sum(<labels> * <tf>log({probs}), 1)",
    "if flag:\n    {raw} = <raw>\nelse:\n    {raw} = <probs>",
    "if flag:\n    {loss} = <loss>\nelse:\n    {loss} = <loss>",
    "def f(z, t):\n    p = <tf>nn.softmax(z)\n    return -<tf>reduce_sum(t * <tf>log(p), 1)\n{loss} = f(<raw>, <labels>)",
    "def f(z, t=y, **more):\n    return <tf>nn.softmax_cross_entropy_with_logits(logits=z, labels=t)\n{loss} = f(<raw>)\n"
    "{loss2} = f(<probs>, <labels>)",
    "def net(x):\n    with <tf>variable_scope('net'):\n        z = <tf>matmul(x, W)\n        return z, <tf>nn.softmax(z)\n"
    "{raw}, {probs} = net(x)",
    "class Model(object):\n    def __init__(self, x, t):\n        self.z = <tf>matmul(x, W) + b\n        self.t = t\n"
    "        self.p = <tf>nn.softmax(self.z)\n\n    @property\n    def loss(self):\n"
    "        return -<tf>reduce_sum(self.t * <tf>log(self.p), 1)\n{model} = Model(x, <labels>)\n{loss} = {model}.loss\n"
    "{raw} = {model}.z",
    "class Base(object):\n    def out(self, z):\n        return <tf>nn.softmax(z)\n\nclass Derived(Base):\n"
    "    def out(self, z):\n        return super(Derived, self).out(z) + 1e-9\n{probs} = Derived().out(<raw>)",
    "total = 0.0\nfor k in range(3):\n    total += <scalar>\n{loss} = total",
    "parts = []\nfor v in (<raw>, <raw>):\n    parts.append(<tf>nn.softmax_cross_entropy_with_logits(logits=v, "
    "labels=<=labels>))\n{loss} = <tf>add_n(parts)",
    "made = {{'z': <raw>, 'p': <probs>}}\n{loss} = <tf>nn.softmax_cross_entropy_with_logits(logits=made['p'], labels=y)",
    "made = dict(logits=<raw>, labels=<labels>)\n{loss} = <tf>nn.softmax_cross_entropy_with_logits(**made)",
    "{raw}, {probs} = <raw>, <probs>", "nn_ = <tf>nn\nlog_ = <tf>log\n{loss} = -<tf>reduce_sum(y * log_(nn_.softmax(<raw>)), 1)",
    "import functools\nxent = functools.partial(<tf>nn.softmax_cross_entropy_with_logits, labels=y)\n{loss} = xent(logits=<raw>)",
    "with <tf>name_scope('part'), <tf>control_dependencies([x]):\n    {loss} = <loss>",
    "{loss} = (lambda z, t: <tf>nn.softmax_cross_entropy_with_logits(logits=z, labels=t))(<raw>, <labels>)",
    "try:\n    {raw} = <raw>\nfinally:\n    pass", "{loss} = [<tf>log(v) for v in [<probs>, <probs>]][0]",
    "def outer(z):\n    def inner(t):\n        return -<tf>reduce_sum(t * <tf>log(<tf>nn.softmax(z)), 1)\n    return inner\n"
    "{loss} = outer(<raw>)(<labels>)",
    "step = <tf>train.GradientDescentOptimizer(0.1).minimize(<scalar>)",
    "{raw} = <raw>\n{raw} += 1.0\n{loss} = <tf>reduce_mean({raw} * <labels>)",
    "<tf>add_to_collection('kept', <scalar>)\n{loss} = <tf>get_collection('kept')[0]",
)  # fmt: skip
END = "out = [{losses}]\nout = out + [<tf>gradients(loss, <tf>trainable_variables()) for loss in out]\n"


@dataclass
class Scope:
    """The names that are bound, by what they hold, and how TensorFlow is reached."""

    tf: str
    raw: list[str] = field(default_factory=lambda: ["z0"])
    probs: list[str] = field(default_factory=lambda: ["soft"])
    labels: list[str] = field(default_factory=lambda: ["y"])
    loss: list[str] = field(default_factory=list)


class Maker:
    """Draws a program of an era from the tables with the numbers of a seed."""

    def __init__(self, seed: int, era: str) -> None:
        self.random, self.era = random.Random(seed), era
        more = OLD if era == "0.x" else NEW
        self.table = {kind: (*COMMON[kind], *more.get(kind, ())) for kind in COMMON}
        self.made = 0

    def program(self) -> str:
        imports, tf = self.random.choice(IMPORTS[self.era])
        scope = Scope(tf)
        data = DATA.replace("<data>", self.random.choice(X)).replace("{seed}", str(self.random.randrange(1000)))
        data = data.replace("{ids}", self.random.choice(IDS)).replace("{y}", self.random.choice(LABELS))
        lines = self.filled(data, scope, 0).splitlines()
        while len(scope.loss) < 2 or self.random.randrange(4):
            lines += self.statement(scope)
        if self.random.randrange(4) == 0:
            lines = ["def main():", *indented([*lines, "return [" + ", ".join(scope.loss) + "]"]), "out = main()"]
            end = END.split("\n", 1)[1]
        else:
            end = END.replace("{losses}", ", ".join(scope.loss))
        return "\n".join(["import numpy as np", imports, "", *lines, self.filled(end, scope, 0)])

    def statement(self, scope: Scope) -> list[str]:
        template = self.random.choice(STATEMENTS)
        fresh: dict[str, str] = {}
        text = self.filled(template.replace("{{", "\0").replace("}}", "\1"), scope, 3)
        for kind in dict.fromkeys(re.findall(r"\{(\w+?)\}", text)):
            self.made += 1
            fresh[kind] = f"{kind.rstrip('2')}_{self.made}"
        text = re.sub(r"\{(\w+?)\}", lambda match: fresh[match[1]], text).replace("\0", "{").replace("\1", "}")
        for kind, name in fresh.items():
            if kind != "model":
                getattr(scope, kind.rstrip("2")).append(name)
        return self.laid_out(text).split("\n")

    def filled(self, template: str, scope: Scope, depth: int) -> str:
        def one(match: re.Match[str]) -> str:
            kind = match[1]
            if kind == "tf":
                return scope.tf
            if kind.startswith("="):
                return self.random.choice(getattr(scope, kind[1:]))
            options = self.table[kind] if depth > 0 else self.table[kind][: 1 + (kind in ("loss", "scalar"))]
            return self.filled(self.random.choice(options), scope, depth - 1)

        return re.sub(r"<(=?\w+)>", one, template)

    def laid_out(self, text: str) -> str:
        """The same statements, now and then with a comment and a line's end after a comma between brackets."""
        if self.random.randrange(3):
            return text
        depth, commas = 0, []
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            depth += (token.string in ("(", "[", "{")) - (token.string in (")", "]", "}"))
            if token.string == "," and depth:
                commas.append(token.end)
        if not commas:
            return text
        line, column = self.random.choice(commas)
        lines = text.split("\n")
        comment = self.random.choice(("", "  # rows by classes", "  # größer"))
        lines[line - 1 : line] = [lines[line - 1][:column] + comment, " " * 8 + lines[line - 1][column:].lstrip()]
        return "\n".join(lines)


def running_program(seed: int, era: str) -> str:
    """The program of a seed for TensorFlow 0.12 ("0.x") or 1.15 ("1.x"); most of them run there."""
    return Maker(seed, era).program()
