"""Gives the tests of this folder the interpreters at hand and the results of jobs, run in few processes."""

from __future__ import annotations

import json
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tfce_migrate.proof.claims import Claim
from tfce_migrate.proof.jobs import Job, Result, clean_environment, run_jobs
from tfce_migrate.proof.witness import find_interpreters, missing

LOOK = """
import json, sys
sys.stdout, answer = sys.stderr, sys.stdout
import tensorflow as tf
missing = []
for name in json.load(sys.stdin):
    value = tf
    try:
        for part in name.split(".")[1:]:
            value = getattr(value, part)
    except (AttributeError, ImportError):
        missing.append(name)
json.dump(missing, answer)
"""


class Bench:
    """Answers what a job comes to under a witness; at the first question all that was announced is run."""

    def __init__(self, interpreters: dict[str, Path]) -> None:
        self._interpreters = interpreters
        self._waiting: dict[str, dict[Job, None]] = defaultdict(dict)
        self._results: dict[tuple[str, Job], Result] = {}

    def announce(self, claims: Iterable[Claim]) -> None:
        for claim in claims:
            if {claim.old, claim.new} <= self._interpreters.keys():
                for case in claim.cases:
                    self._waiting[claim.old][case.before] = None
                    self._waiting[claim.new][case.after] = None

    def require(self, *witnesses: str) -> None:
        for name in witnesses:
            if name not in self._interpreters:
                pytest.skip(missing(name))

    def ask(self, witness: str, job: Job) -> Result:
        if (witness, job) not in self._results:
            jobs = list(self._waiting.pop(witness, {}) | {job: None})
            results = run_jobs(self._interpreters[witness], jobs)
            self._results |= {(witness, each): result for each, result in zip(jobs, results, strict=True)}
        return self._results[witness, job]


@pytest.fixture(scope="session")
def interpreters() -> dict[str, Path]:
    return find_interpreters()


@pytest.fixture(scope="session")
def missing_names(interpreters: dict[str, Path]) -> Callable[..., list[str]]:
    """Which of some dotted names a witness has not, with legacy Keras ("1") or without ("0")."""

    def ask(witness: str, names: Iterable[str], legacy: str = "0") -> list[str]:
        if witness not in interpreters:
            pytest.skip(missing(witness))
        run = subprocess.run(
            [interpreters[witness], "-c", LOOK], input=json.dumps(sorted(names)), capture_output=True, text=True,
            timeout=240, env=clean_environment() | {"TF_USE_LEGACY_KERAS": legacy},
        )  # fmt: skip
        assert run.returncode == 0, run.stderr[-2000:]
        return list(json.loads(run.stdout))

    return ask


@pytest.fixture(scope="session")
def bench(request: pytest.FixtureRequest, interpreters: dict[str, Path]) -> Bench:
    made = Bench(interpreters)
    calls = (getattr(item, "callspec", None) for item in request.session.items)
    asked = [call.params.get("claim") for call in calls if call]
    made.announce(claim for claim in asked if isinstance(claim, Claim))
    return made
