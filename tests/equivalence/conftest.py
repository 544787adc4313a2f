"""Gives the tests of this folder the interpreters at hand and the results of jobs, run in few processes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from tfce_migrate.proof.claims import Claim
from tfce_migrate.proof.jobs import Job, Result, run_jobs
from tfce_migrate.proof.witness import find_interpreters, missing


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
def bench(request: pytest.FixtureRequest, interpreters: dict[str, Path]) -> Bench:
    made = Bench(interpreters)
    calls = (getattr(item, "callspec", None) for item in request.session.items)
    asked = [call.params.get("claim") for call in calls if call]
    made.announce(claim for claim in asked if isinstance(claim, Claim))
    return made
