"""Outcomes of every kind and how they are reported, for the tests of the reports."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tfce_migrate.outcome import Finding, Fix, Outcome, Position, Problem, Related, Safety, TextEdit
from tfce_migrate.report import Occasion, render
from tfce_migrate.settings import Settings

BEFORE = "import tensorflow as tf\np = tf.nn.softmax(z)\nloss = tf.log(p)\n"
AFTER = "import tensorflow as tf\np = tf.nn.softmax(z)\nloss = tf.nn.log_softmax(z)\n"
EDIT = TextEdit(Position(3, 8), Position(3, 17), "tf.nn.log_softmax(z)")
STEP = Related("a.py", Position(2, 5), Position(2, 21), "softmax makes probabilities of z")
FOUND = Finding(
    "TFC301",
    "log-of-softmax",
    "warning",
    Safety.STABLER,
    "the logarithm of a softmax overflows",
    "a.py",
    "tf.log",
    Position(3, 8),
    Position(3, 17),
    (STEP,),
    Fix(False, (EDIT,)),
)
FIXED = replace(FOUND, fix=Fix(True, (EDIT,)))
MANUAL = replace(FOUND, safety=Safety.MANUAL, fix=None)
NO_EDIT = replace(MANUAL, code="TFC406", rule="removed-symbol", severity="error")
HINT = replace(NO_EDIT, code="TFC501", rule="graph-mode-entry", severity="info", because=())
PROBLEM = Problem("b.py", "parse", "invalid syntax", 7)


def report(
    form: str, *outcomes: Outcome, command: Any = "check", colour: bool = False, **options: Any
) -> str:
    """The report of outcomes in a format."""
    wanted = Settings(output_format=form, **options)  # type: ignore[arg-type]
    return render(outcomes, Occasion(wanted, command, "1.2.3", colour))


def found(*findings: Finding, after: str = BEFORE) -> Outcome:
    """The outcome of a.py with these findings."""
    return Outcome("a.py", BEFORE, after, findings)


BROKEN = Outcome("b.py", "x(", "x(", problems=(PROBLEM,))
