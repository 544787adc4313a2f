"""A rule page comes in, the claims that its examples make come out, as jobs for the witnesses they name."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from tfce_migrate.outcome import Safety
from tfce_migrate.page import Example, Page, examples
from tfce_migrate.proof.compare import compare
from tfce_migrate.proof.jobs import Job, Result

DTYPES = ("float32", "float64")
RUNS_ON = ("0.12", "1.15", "compat.v1")

Ask = Callable[[str, Job], Result]


@dataclass(frozen=True, slots=True)
class Case:
    """One set of inputs in one precision: the same inputs for the code before and the code after."""

    before: Job
    after: Job
    extreme: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """What one example of a page claims, held against one witness for its old code.

    old is the witness for before (0.12, 1.15 or 2.21), new the one for after, label the page's word for old;
    line is the line of the page where before starts.
    """

    line: int
    label: str
    old: str
    new: str
    safety: Safety
    cases: tuple[Case, ...]


def claims_of(page: Page) -> list[Claim]:
    """Gives a claim for every example and witness that a page of safety exact or stabler can be refuted by.

    Raises ValueError when the page escapes refutation: an edit without inputs, an unknown witness, or a
    stabler page without extreme inputs.
    """
    safety = Safety(page.metadata["safety"])
    if safety not in (Safety.EXACT, Safety.STABLER):
        return []
    pairs = [example for example in examples(page) if example.kind == "change" and not example.unsafe]
    for example in pairs:
        if not example.givens:
            raise ValueError(f"line {example.line}: a {safety.value} page shows an edit without given inputs")
    if safety is Safety.STABLER and not any(given.extreme for pair in pairs for given in pair.givens):
        raise ValueError("a stabler page needs an example with extreme inputs")
    return [_claim(pair, label, safety) for pair in pairs for label in _runs_on(page, pair)]


def refutations(claim: Claim, ask: Ask) -> list[str]:
    """Says what refutes a claim; ask(witness, job) gives the result of a job under that witness.

    Code that cannot run in float64 at all makes no claim there, provided that it ran in float32.
    """
    found: list[str] = []
    for case in claim.cases:
        before, after = ask(claim.old, case.before), ask(claim.new, case.after)
        dtype = case.before.dtype
        if dtype == "float64" and _is_about_dtypes(before.error):
            continue
        kind = "extreme inputs" if case.extreme else "inputs"
        differences = compare(before, after, claim.safety, case.extreme, dtype)
        found += [f"{kind} {case.before.givens} in {dtype}: {text}" for text in differences]
    return found


def _is_about_dtypes(error: str | None) -> bool:
    return error is not None and "float32" in error and "float64" in error


def _runs_on(page: Page, example: Example) -> tuple[str, ...]:
    """The example's own word comes first, then what its era implies, then the page's word."""
    if "runs_on" in example.options:
        labels = tuple(example.options["runs_on"].split(","))
    elif example.options.get("from") == "0.x":
        labels = ("0.12",)
    else:
        labels = tuple(page.metadata.get("runs_on", RUNS_ON))
    if not labels or not set(labels) <= set(RUNS_ON):
        raise ValueError(f"line {example.line}: runs_on names some of {', '.join(RUNS_ON)}, not {labels}")
    return labels


def _claim(example: Example, label: str, safety: Safety) -> Claim:
    old = "2.21" if label == "compat.v1" else label
    cases = []
    for given in example.givens:
        inputs = json.dumps(dict(given.values))
        for dtype in DTYPES:
            before = Job(example.before, inputs, dtype, "v1")
            cases.append(Case(before, Job(example.after or "", inputs, dtype, "v2"), given.extreme))
    return Claim(example.line, label, old, "2.21", safety, tuple(cases))
