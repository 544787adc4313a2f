"""Ways to import TensorFlow: each is rewritten so that it still binds what it bound, or it is reported."""

from __future__ import annotations

import pytest

from tfce_migrate import Outcome, Settings, migrate_source

ENTRY = "from tensorflow.compat.v1 import disable_v2_behavior\n\ndisable_v2_behavior()\n"


def outcome_of(text: str) -> Outcome:
    outcome = migrate_source(text, "example.py", Settings())
    assert outcome.problems == ()
    again = migrate_source(outcome.after, "example.py", Settings())
    assert again.after == outcome.after
    return outcome


def left(outcome: Outcome) -> list[str]:
    return [finding.code for finding in outcome.findings if not finding.fixed and finding.severity != "info"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from tensorflow import log\n", "from tensorflow.math import log\n"),
        ("from tensorflow import log as ln\n", "from tensorflow.math import log as ln\n"),
        ("from tensorflow.train import AdamOptimizer\n", "from tensorflow.compat.v1.train import AdamOptimizer\n"),
        (
            "from tensorflow import zeros, log  # both\n",
            "from tensorflow import zeros\nfrom tensorflow.math import log  # both\n",
        ),
        ("import tensorflow\nx = tensorflow.log(y)\n", "import tensorflow\nx = tensorflow.math.log(y)\n"),
        ("import tensorflow as tf, os\nx = tf.log(y)\n", "import tensorflow as tf, os\nx = tf.math.log(y)\n"),
        (
            "import tensorflow.nn as nn\nx = nn.softmax(y, dim=1)\n",
            "import tensorflow.nn as nn\nx = nn.softmax(y, axis=1)\n",
        ),
        ("def f():\n    from tensorflow import log\n", "def f():\n    from tensorflow.math import log\n"),
        (
            "try:\n    from tensorflow import to_float\nexcept NameError:\n    pass\n",
            "try:\n    from tensorflow.compat.v1 import to_float\nexcept NameError:\n    pass\n",
        ),
        ("import tensorflow\nflags = tensorflow.flags\n", "import tensorflow\nflags = tensorflow.compat.v1.flags\n"),
        ("from tensorflow import app\napp.run()\n", "from tensorflow.compat.v1 import app\napp.run()\n"),
        (
            "from importlib import import_module\ntf = import_module('tensorflow')\nx = tf.log(y)\n",
            "from importlib import import_module\ntf = import_module('tensorflow')\nx = tf.math.log(y)\n",
        ),
    ],
)
def test_an_import_is_rewritten(before: str, after: str) -> None:
    outcome = outcome_of(before)
    assert outcome.after == after
    assert left(outcome) == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("from tensorflow.contrib import *\n", ["TFC407"]),
        ("from tensorflow.contrib import crf\n", ["TFC407"]),
        ("import tensorflow.contrib.slim as slim\n", ["TFC407"]),
        ("import tensorflow.contrib.eager as tfe\n", ["TFC407"]),
        ("import tensorflow.losses as losses\n", ["TFC406"]),
        ("from tensorflow.examples.tutorials.mnist import input_data\n", ["TFC406"]),
        ("from tensorflow.python.framework.ops import no_such_thing_at_all\n", []),
    ],
)
def test_an_import_is_reported(text: str, codes: list[str]) -> None:
    outcome = outcome_of(text)
    assert outcome.after == text
    assert left(outcome) == codes
    assert outcome.findings


def test_the_comments_of_an_import_stay() -> None:
    text = "from tensorflow import (zeros,  # one\n                        log,  # two\n                        ones)\n"
    after = (
        "from tensorflow import (zeros,  # one\n                        ones)\nfrom tensorflow.math import log  # two\n"
    )
    assert outcome_of(text).after == after


def test_graph_mode_is_said_where_only_names_are_imported() -> None:
    outcome = outcome_of("from tensorflow import Session\n\nwith Session():\n    pass\n")
    assert outcome.after == f"from tensorflow.compat.v1 import Session\n{ENTRY}\nwith Session():\n    pass\n"
    assert left(outcome) == []


@pytest.mark.parametrize(
    "text",
    [
        "if ready:\n    import tensorflow as tf\ns = tf.Session()\n",
        "def main():\n    import tensorflow as tf\n    tf.Session()\n\n\nmain()\n",
        "import importlib\ntf = importlib.import_module('tensorflow')\ntf.Session()\n",
    ],
)
def test_graph_mode_is_left_to_the_user_where_tensorflow_is_imported_elsewhere(text: str) -> None:
    outcome = outcome_of(text)
    assert left(outcome) == ["TFC501"]
    (finding,) = (finding for finding in outcome.findings if not finding.fixed)
    assert "disable_v2_behavior()" in str(finding.fix and finding.fix.why_not)


def test_an_import_of_what_a_graph_is_made_of_is_no_graph_yet() -> None:
    outcome = outcome_of(
        "import tensorflow as tf\nfrom tensorflow import Session\n\nwith Session() as s:\n"
        "    print(s.run(tf.ones([2])))\n"
    )
    assert left(outcome) == []
    assert outcome.after.startswith(
        "import tensorflow as tf\nfrom tensorflow.compat.v1 import Session\n\ntf.compat.v1.disable_v2_behavior()\n"
    )


@pytest.mark.parametrize("newline", ["\r", "\r\n"])
@pytest.mark.parametrize(
    "text",
    [
        "import tensorflow as tf\nx = tf.placeholder(tf.float32)\n",
        "from tensorflow import placeholder, float32\nx = placeholder(float32)\n",
        "from tensorflow import nn, log\n\nx = log(1.0)\n",
        "import tensorflow as tf\np = tf.nn.softmax(tf.matmul(a, b))\n"
        "loss = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=p)\n",
        "from tensorflow.contrib.losses import softmax_cross_entropy as xent\nx = xent(z, y)\n",
    ],
)
def test_lines_that_are_written_end_as_the_others_do(text: str, newline: str) -> None:
    settings = Settings(unsafe_fixes=True)
    plain = migrate_source(text, "model.py", settings).after
    assert plain != text
    assert migrate_source(text.replace("\n", newline), "model.py", settings).after == plain.replace("\n", newline)
