"""Gives all tests their hypothesis profile, and those that run TensorFlow one xdist worker a kind."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

EQUIVALENCE = Path(__file__).parent / "equivalence"

# ci draws the same programs on every run, so that a failure there is a change's fault; dev draws new ones.
settings.register_profile(
    "ci", max_examples=80, derandomize=True, deadline=None, print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
settings.register_profile("dev", settings.get_profile("ci"), derandomize=False)
settings.register_profile("long", settings.get_profile("dev"), max_examples=3000)
settings.load_profile(os.environ.get("TFCE_HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


# The journals of the runs that tests make are none of the user's.
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="tfce-state-")
atexit.register(shutil.rmtree, os.environ["XDG_STATE_HOME"], ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each file of equivalence/ batches what it runs in one process a TensorFlow: with xdist, in one worker."""
    for item in items:
        if EQUIVALENCE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
