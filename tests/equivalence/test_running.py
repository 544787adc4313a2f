"""Programs that a grammar makes, with losses of every kind: run under TensorFlow 1, migrated, and run again.

Values and gradients have to stay, or a finding has to say that they do not. `benchmarks/running.py` runs more of them.
"""

from __future__ import annotations

from collections import Counter

import pytest

pytest.importorskip("libcst", reason="migrating needs what the package depends on: pip install -e .")

from running_laws import OLD, judged, verdicts
from running_programs import running_program

from tfce_migrate import Settings, migrate_source
from tfce_migrate.proof.witness import missing

COUNT = 90


@pytest.mark.parametrize("era", OLD)
def test_values_and_gradients_stay_or_a_finding_says_so(era, interpreters):
    for witness in (OLD[era], "2.21"):
        if witness not in interpreters:
            pytest.skip(missing(witness))
    found = verdicts(range(COUNT), era, interpreters)
    assert [verdict for verdict in found if verdict.what == "broken"] == []
    count = Counter(verdict.what for verdict in found)
    assert count["same"] >= 0.7 * len(found), count


def test_the_law_can_fail():
    outcome = migrate_source(
        "import tensorflow as tf\nloss = tf.nn.softmax(tf.nn.softmax(z))\n", "program.py", Settings(from_="1.x")
    )
    before, after = {"out": [{"float32": 1.0}]}, {"out": [{"float32": 1.1}]}
    assert judged(outcome, before, after)[0] == "broken"
    assert judged(outcome, before, {"error": "AttributeError"})[0] == "broken"
    assert judged(outcome, before, before)[0] == "same"
    assert judged(outcome, {"error": "ValueError"}, after)[0] == "not sound"
    told = migrate_source("import tensorflow as tf\nloss = tf.contrib.rnn.no(z)\n", "program.py", Settings(from_="1.x"))
    assert judged(told, before, after)[0] == "told"


@pytest.mark.parametrize("era", OLD)
def test_a_seed_makes_the_same_program(era):
    assert running_program(7, era) == running_program(7, era) != running_program(8, era)
