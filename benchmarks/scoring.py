"""A label and the findings at its site come in, what was right and what was wrong about them goes out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.arguments import LossArguments, clashes, in_expression, rewritten, same
from benchmarks.sources import Passage
from tfce_migrate.outcome import Finding, Position, Safety

JUDGED = re.compile(r"TFC(101|2\d\d|30[1-4])$")
OF_LOSSES = re.compile(r"TFC[123]\d\d$")
WRONG_THING = re.compile(r"TFC2\d\d$")
GUARD = re.compile(r"clip_by_value|\bclip\(|\b\d*\.?\d*e-\d+|\b0?\.0{3,}\d+|\beps(ilon)?\b", re.IGNORECASE)
ASSIGNED = re.compile(r"\s*(\w+)\s*=[^=]")
LOG_OF_SOFTMAX = re.compile(r"\blog\(\s*[\w.]*softmax\w*\(")
POSITIONAL = ("logits_first", "labels_first")


@dataclass(frozen=True)
class Label:
    """One site that a person has read."""

    id: str
    repo: str
    commit: str
    path: str
    line: int
    pattern: str
    verdict: str
    dataflow: str
    logits_arg: str | None = None
    labels_arg: str | None = None
    arg_order: str | None = None
    expected_fix: str = ""
    note: str = ""
    cell: int | None = None

    @property
    def place(self) -> str:
        """Where it is, for people."""
        cell = "" if self.cell is None else f" cell {self.cell}"
        return f"{self.repo}@{self.commit[:12]} {self.path}{cell}:{self.line}"


@dataclass(frozen=True)
class Expectation:
    """Which codes are right at a site, which are neither right nor wrong, and what may be edited there."""

    right: tuple[str, ...] = ()
    neutral: tuple[str, ...] = ()
    edited: bool = False
    may_edit: bool = True


@dataclass(frozen=True)
class Score:
    """How the report did at one site."""

    label: Label
    expected: Expectation
    codes: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    found: bool | None = None
    edit: str | None = None
    wrong_edits: tuple[str, ...] = ()
    to_read: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_labels(path: Path) -> list[Label]:
    """The labels of a JSON-lines file; in notebooks the line is the one in the cell."""
    with path.open(encoding="utf-8") as lines:
        return [read_label(json.loads(line)) for line in lines if line.strip()]


def read_label(entry: dict[str, Any]) -> Label:
    """One line of the labels file -> Label."""
    known = {name: entry[name] for name in Label.__dataclass_fields__ if entry.get(name) is not None}
    if "cell_line" in entry:
        known["line"] = entry["cell_line"]
    return Label(**known)


def expectation(label: Label) -> Expectation:
    """What is right at a label's site, by its pattern and verdict."""
    if label.verdict == "unsure" and label.pattern in ("weighted_xent", "sigmoid_xent", "tf_losses_xent"):
        return Expectation(neutral=("TFC",), may_edit=False)
    if label.pattern in ("sigmoid_xent", "weighted_xent") and label.verdict == "migrate":
        return expectation_of_renamed(label)
    if label.verdict == "bug":
        return expectation_of_bug(label)
    right, neutral = CODES.get(label.pattern, ((), ()))
    if label.verdict == "unsure":
        return Expectation(right, neutral if label.pattern == "ok_not_a_bug" else ("TFC",), may_edit=False)
    return Expectation(right, (*neutral, *by_position(label)))


def by_position(label: Label) -> tuple[str, ...]:
    """TFC101 where a call to be changed anyway is by position, whatever else is the matter there."""
    return ("TFC101",) if label.arg_order in POSITIONAL and label.verdict != "ok" else ()


CODES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "xent_positional": (("TFC101",), ()),
    "sparse_positional": (("TFC101",), ()),
    "tf_losses_xent": (("TFC106",), ()),
    "contrib_losses": (("TFC107",), ()),
    "seq_loss": (("TFC108",), ()),
    "log_softmax_prob": (("TFC301",), ("TFC302",)),
    "handwritten_xent": (("TFC302", "TFC304"), ("TFC301",)),
    "handwritten_bce": (("TFC303", "TFC304"), ("TFC301",)),
    "keras_from_logits_mismatch": (("TFC207",), ()),
    "ok_not_a_bug": ((), ("TFC304",)),
}
BUGS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "double_softmax": (("TFC201",), ()),
    "sigmoid_into_softmax": (("TFC201",), ()),
    "log_of_logits": (("TFC202",), ("TFC302", "TFC303", "TFC304")),
    "sigmoid_xent": (("TFC203",), ()),
    "weighted_xent": (("TFC203",), ()),
    "other": (("TFC2",), ()),
}


def expectation_of_renamed(label: Label) -> Expectation:
    """sigmoid and weighted cross entropy: edits are due where an argument is renamed."""
    if label.arg_order == "keyword" and label.pattern == "sigmoid_xent":
        return Expectation()
    return Expectation(("TFC101", "TFC104"), edited=True)


def expectation_of_bug(label: Label) -> Expectation:
    """What is right where the code computes the wrong thing."""
    if label.pattern == "tf_losses_xent":
        return Expectation(("TFC203",) if "swapped" in label.note else ("TFC201",), by_position(label))
    right, neutral = BUGS.get(label.pattern) or CODES.get(label.pattern) or ((), ())
    return Expectation(right, (*neutral, *by_position(label)))


def score(
    label: Label, findings: Sequence[Finding], edited: Sequence[Finding], passages: Sequence[Passage]
) -> Score:
    """Judge the findings of check and the edits of migrate in a label's checkout at the label's site.

    passages are those of the label's own file; findings in other files count where a because step leads here.
    """
    expected = expectation(label)
    here = [finding for finding in findings if touches(finding, label)]
    near = [finding for finding in findings if finding not in here and explains(finding, label)]
    right = {f.code for f in (*here, *near) if is_right(f, expected, passages)}
    suspects = here + (near if label.pattern == "ok_not_a_bug" else [])
    wrong = {f.code for f in suspects if is_wrong(f, expected, right, passages)}
    edits = [finding for finding in edited if touches(finding, label) and offers_edit(finding)]
    verdicts = [(finding, judge_edit(label, expected, finding, passages)) for finding in edits]
    edit = next((name for name in ("wrong", "right", "unread") if name in {v for _, v in verdicts}), None)
    return Score(
        label=label,
        expected=expected,
        codes=tuple(sorted({finding.code for finding in (*here, *near)})),
        right=tuple(sorted(right)),
        wrong=tuple(sorted(wrong)),
        found=None if not expected.right else bool(right) and (not expected.edited or edit == "right"),
        edit=edit,
        wrong_edits=tuple(f"{f.code}: {describe(f)}" for f, verdict in verdicts if verdict == "wrong"),
        to_read=tuple(f"{f.code}: {describe(f)}" for f, verdict in verdicts if verdict == "unread"),
        notes=tuple(dict.fromkeys(f"{f.code} {f.message}" + refusal(f) for f in (*here, *near))),
    )


def touches(finding: Finding, label: Label) -> bool:
    """Whether a finding's own range includes the label's line."""
    if finding.path != label.path or finding.cell != label.cell:
        return False
    return covers(finding.start, finding.end, label.line)


def explains(finding: Finding, label: Label) -> bool:
    """Whether a step of the finding's reason includes the label's line."""
    return any(
        (step.path, step.cell) == (label.path, label.cell) and covers(step.start, step.end, label.line)
        for step in finding.because
    )


def covers(start: Position, end: Position, line: int) -> bool:
    """Whether a line lies in a range whose end is exclusive in columns."""
    return start.line <= line <= max(start.line, end.line)


def is_right(finding: Finding, expected: Expectation, passages: Sequence[Passage]) -> bool:
    """Whether a finding is what the site asks for; TFC304 only where a guard can be seen."""
    if not finding.code.startswith(expected.right or ("-",)):
        return False
    return finding.code != "TFC304" or is_guarded(finding, passages)


def is_guarded(finding: Finding, passages: Sequence[Passage]) -> bool:
    """Whether a clip or an epsilon stands in the finding, in its steps, or in what a name there was given."""
    lines = shown(finding, passages)
    if any(GUARD.search(line) for line in lines):
        return True
    names = set(re.findall(r"\w+", " ".join(lines)))
    above = [
        p.lines[: finding.start.line - 1]
        for p in passages
        if (p.path, p.cell) == (finding.path, finding.cell)
    ]
    given = [ASSIGNED.match(line) for line in (above[0][-16:] if above else ()) if GUARD.search(line)]
    return any(match is not None and match[1] in names for match in given)


def is_wrong(
    finding: Finding, expected: Expectation, right: Iterable[str], passages: Sequence[Passage]
) -> bool:
    """Whether a finding of a judged code has no business at the site."""
    if not JUDGED.match(finding.code) or finding.code in right:
        return False
    if finding.code == "TFC301" and LOG_OF_SOFTMAX.search(" ".join(shown(finding, passages))):
        return False
    return not finding.code.startswith(expected.neutral or ("-",))


def shown(finding: Finding, passages: Sequence[Passage]) -> list[str]:
    """The lines of the finding and of its steps, as far as they stand in the given passages."""
    lines: list[str] = []
    places = [(finding.path, finding.cell, finding.start, finding.end)]
    places += [(step.path, step.cell, step.start, step.end) for step in finding.because]
    for path, cell, start, end in places:
        for passage in passages:
            if (passage.path, passage.cell) == (path, cell):
                lines += passage.lines[start.line - 1 : end.line]
    return lines


def offers_edit(finding: Finding) -> bool:
    """Whether an edit that migrate writes by itself is offered at a loss."""
    if finding.safety not in (Safety.EXACT, Safety.STABLER) or not OF_LOSSES.match(finding.code):
        return False
    fix = finding.fix
    return fix is not None and bool(fix.edits) and (fix.applied or not fix.why_not)


def judge_edit(label: Label, expected: Expectation, finding: Finding, passages: Sequence[Passage]) -> str:
    """right, wrong, or unread where neither can be told without running the code."""
    if not expected.may_edit or WRONG_THING.match(finding.code) or clashes(finding):
        return "wrong"
    if label.verdict == "ok" and finding.code in ("TFC101", "TFC302", "TFC303", "TFC304"):
        return "wrong"
    text = next((p.text for p in passages if (p.path, p.cell) == (finding.path, finding.cell)), None)
    made = rewritten(text, finding) if text is not None else []
    known = as_labelled(label)
    if not made or not known:
        return "right" if label.verdict == "ok" else "unread"
    if any(agree(one, other) for one in made for other in known):
        return "right"
    return "unread" if label.pattern.startswith("handwritten") else "wrong"


def as_labelled(label: Label) -> list[LossArguments]:
    """The arguments that the label gives, and for losses by hand those in its expected fix."""
    if label.pattern.startswith(("handwritten", "log_")):
        return in_expression(label.expected_fix)
    if label.labels_arg is None or label.logits_arg is None:
        return []
    return [LossArguments(label.labels_arg, label.logits_arg)]


def agree(one: LossArguments, other: LossArguments) -> bool:
    """Whether two calls are given the same labels, as far as they can be told, and the same logits."""
    return (one.labels is None or same(one.labels, other.labels)) and same(one.logits, other.logits)


def describe(finding: Finding) -> str:
    """The text that an edit writes, on one line."""
    texts = [edit.text for edit in finding.fix.edits] if finding.fix else []
    return " | ".join(" ".join(text.split()) for text in texts)


def refusal(finding: Finding) -> str:
    """Why the finding was not edited, if it says so."""
    return f" (not edited: {finding.fix.why_not})" if finding.fix and finding.fix.why_not else ""
