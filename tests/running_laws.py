"""Seeds come in; what became of their programs under TensorFlow, before and after migrating, goes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from running_programs import running_program
from under_tensorflow import run_programs, same

from tfce_migrate import Outcome, Settings, migrate_source

OLD = {"0.x": "0.12", "1.x": "1.15"}
LEGACY = {"TF_USE_LEGACY_KERAS": "1"}
NEW: tuple[tuple[str, Settings, Mapping[str, str]], ...] = (
    ("2.21", Settings(), {}),
    ("2.21", Settings(keras="legacy"), LEGACY),
    ("2.21", Settings(keras="legacy", target="compat.v1"), LEGACY),
    ("2.15", Settings(keras="legacy", tf_version="2.15"), {}),
)
TELLS = ("TFC1", "TFC4", "TFC5")  # findings that say of what is left that it does not run on TF 2, or not as before
TELLS_OF_NUMBERS = "computes another number"
RELATIVE, SLACK = 1e-3, 1e-5  # float32 kernels of ten years


@dataclass(frozen=True)
class Verdict:
    """What became of a program: "same", "not sound" (TensorFlow 1 refuses it), "told" (a finding says what is wrong)
    or "broken", with the error or the numbers."""

    seed: int
    era: str
    what: str
    why: str = ""


def verdicts(seeds: Iterable[int], era: str, interpreters: Mapping[str, Path]) -> list[Verdict]:
    """What became of each seed's program of an era ("0.x" or "1.x"); targets take turns, those that are there.

    Raises KeyError where the era's TensorFlow or all the new ones are missing.
    """
    targets = [target for target in NEW if target[0] in interpreters]
    programs = {str(seed): running_program(seed, era) for seed in seeds}
    chosen = {name: targets[int(name) % len(targets)] for name in programs}
    outcomes = {
        name: migrate_source(text, "program.py", replace(chosen[name][1], from_=era))
        for name, text in programs.items()
    }
    before = run_programs(interpreters[OLD[era]], programs)
    after: dict[str, dict[str, object]] = {}
    for target in targets:
        asked = {name: outcomes[name].after for name in programs if chosen[name] is target}
        after |= run_programs(interpreters[target[0]], asked, target[2]) if asked else {}
    return [Verdict(int(name), era, *judged(outcomes[name], before[name], after[name])) for name in programs]


def judged(outcome: Outcome, before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, str]:
    """One program's verdict: it computes what it did, or a finding that is left says that it does not."""
    if "error" in before:
        return "not sound", str(before["error"])
    if "out" in after and same(before["out"], after["out"], RELATIVE, SLACK):
        return "same", ""
    why = str(after["error"]) if "error" in after else _first_difference(before["out"], after["out"])
    left = [finding for finding in outcome.findings if not finding.fixed and finding.severity != "info"]
    told = any(finding.code.startswith(TELLS) or TELLS_OF_NUMBERS in finding.message for finding in left)
    return ("told" if told else "broken"), why


def _first_difference(before: object, after: object, place: str = "out") -> str:
    """Where two results part: losses come first in `out`, then the gradients of each."""
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            if not same(old, new, RELATIVE, SLACK):
                return _first_difference(old, new, f"{place}[{index}]")
    return f"{place}: {before} before, {after} after"
