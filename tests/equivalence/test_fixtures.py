"""Each program under fixtures/ is run whole, before under TensorFlow 1 and after under 2, and compared."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tfce_migrate.proof.jobs import clean_environment
from tfce_migrate.proof.witness import WITNESSES, missing

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FIXTURES = Path(__file__).parents[2] / "fixtures"
SECONDS = 120
AT_ONCE = 2
NEW = "2.21"


@dataclass(frozen=True)
class Program:
    folder: Path
    entry: str
    runs_on: tuple[str, ...]
    same: bool
    told: bool
    legacy_keras: bool
    rtol: float
    expected: dict
    expected_after: dict


def read_program(folder):
    """A program from its about.toml. Raises ValueError for words that have no meaning there."""
    about = tomllib.loads((folder / "about.toml").read_text(encoding="utf-8"))
    after_result, runs_on = about.get("after_result", "same"), tuple(about.get("runs_on", ["1.15"]))
    words = {"same", "differs", "told"} if about.get("unsafe") else {"same", "told"}
    if after_result not in words:
        raise ValueError(f"{folder.name}: after_result is same or told, or differs where unsafe is true")
    if not set(runs_on) <= {name for name, witness in WITNESSES.items() if witness.installs}:
        raise ValueError(f"{folder.name}: runs_on {runs_on} names an unknown TensorFlow")
    return Program(
        folder=folder,
        entry=about["entry"],
        runs_on=runs_on,
        same=after_result == "same",
        told=after_result == "told",
        legacy_keras=about.get("legacy_keras", False),
        rtol=about.get("rtol", 1e-4),
        expected=about.get("expected", {}),
        expected_after=about.get("expected_after", {}),
    )


PROGRAMS = {path.parent.name: read_program(path.parent) for path in sorted(FIXTURES.glob("*/about.toml"))}
RUNS = [(name, witness) for name, program in PROGRAMS.items() for witness in program.runs_on]
WHOLE = [(name, witness) for name, witness in RUNS if not PROGRAMS[name].told]


def run_program(interpreter, program, side, scratch):
    """What the RESULT line of a run in a copy of the folder says. Raises AssertionError without such line."""
    shutil.copytree(program.folder / side, scratch)
    script = scratch / program.entry
    if script.suffix == ".ipynb":
        cells = json.loads(script.read_text(encoding="utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        script = script.with_suffix(".py")
        script.write_text("\n\n".join(code), encoding="utf-8")
    env = clean_environment()
    if program.legacy_keras and side == "after":
        env["TF_USE_LEGACY_KERAS"] = "1"
    command = [interpreter, script.name]
    process = subprocess.run(
        command, cwd=script.parent, capture_output=True, text=True, timeout=SECONDS, env=env
    )
    assert process.returncode == 0, process.stderr[-3000:]
    lines = [line for line in process.stdout.splitlines() if line.startswith("RESULT ")]
    assert lines, f"no RESULT line in: {process.stdout[-1000:]}"
    return json.loads(lines[-1].removeprefix("RESULT "))


def differences(before, after, rtol, place="RESULT"):
    """Where two results disagree, as text."""
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        pairs = [(f"{place}[{key!r}]", before[key], after[key]) for key in before]
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = [(f"{place}[{at}]", old, after[at]) for at, old in enumerate(before)]
    else:
        return [] if _agree(before, after, rtol) else [f"{place} is {before} before and {after} after"]
    return [text for deeper, old, new in pairs for text in differences(old, new, rtol, deeper)]


def _agree(before, after, rtol):
    if not {type(before), type(after)} <= {int, float}:
        return before == after
    both_nan = math.isnan(before) and math.isnan(after)
    return both_nan or math.isclose(before, after, rel_tol=rtol, abs_tol=rtol / 100)


@pytest.fixture(scope="session")
def has_legacy_keras(interpreters):
    code = "import importlib.util, sys; sys.exit(importlib.util.find_spec('tf_keras') is None)"
    return subprocess.run([interpreters[NEW], "-c", code], env=clean_environment()).returncode == 0


class Runs(dict):
    """The future of every run, by program and witness; asking for one that is not there starts it."""

    def __init__(self, pool, interpreters, scratch):
        super().__init__()
        self.pool, self.interpreters, self.scratch = pool, interpreters, scratch

    def __missing__(self, run):
        name, witness = run
        side, target = "after" if witness == NEW else "before", self.scratch / f"{name}-{witness}"
        self[run] = self.pool.submit(run_program, self.interpreters[witness], PROGRAMS[name], side, target)
        return self[run]


@pytest.fixture(scope="session")
def runs(request, interpreters, tmp_path_factory):
    """Starts the runs that the selected tests will wait for, two at a time."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        started = Runs(pool, interpreters, tmp_path_factory.mktemp("programs"))
        if not hasattr(request.config, "workerinput"):  # a worker of xdist sees the tests of all workers
            for run in runs_ahead(request.session.items):
                if run[1] in interpreters:
                    started[run]
        yield started
        pool.shutdown(cancel_futures=True)


def runs_ahead(items):
    for item in items:
        if item.path == Path(__file__) and "witness" in getattr(item, "fixturenames", ()):
            name, witness = item.callspec.params["name"], item.callspec.params["witness"]
            yield name, witness
            if item.originalname == test_after_computes_the_same.__name__:
                yield name, NEW


@pytest.mark.parametrize(("name", "witness"), RUNS)
def test_before_computes_what_was_measured(name, witness, interpreters, runs):
    if witness not in interpreters:
        pytest.skip(missing(witness))
    result, expected = runs[name, witness].result(), PROGRAMS[name].expected
    assert expected.keys() <= result.keys()
    assert not differences(expected, {key: result[key] for key in expected}, PROGRAMS[name].rtol)


@pytest.mark.parametrize("name", [name for name, program in PROGRAMS.items() if program.told])
def test_what_is_told_to_be_missing_is(name, interpreters, tmp_path):
    if NEW not in interpreters:
        pytest.skip(missing(NEW))
    with pytest.raises(AssertionError, match=r"has no attribute 'estimator'|No module named 'tensorflow"):
        run_program(interpreters[NEW], PROGRAMS[name], "after", tmp_path / "program")


@pytest.mark.parametrize(("name", "witness"), WHOLE)
def test_after_computes_the_same(name, witness, interpreters, runs, request):
    for needed in (witness, NEW):
        if needed not in interpreters:
            pytest.skip(missing(needed))
    program = PROGRAMS[name]
    if program.legacy_keras and not request.getfixturevalue("has_legacy_keras"):
        pytest.skip("tf_keras not found: install it beside TensorFlow 2")
    before, after = runs[name, witness].result(), runs[name, NEW].result()
    found = differences(before, after, program.rtol)
    if program.same:
        assert not found, "\n".join(found)
    else:
        assert found, "the result is the same, although about.toml says that it differs"
    expected = program.expected_after
    assert not differences(expected, {key: after.get(key) for key in expected}, program.rtol)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"loss": 1.0}, {"loss": 1.001}),
        ({"loss": 1.0}, {"cost": 1.0}),
        ({"losses": [1.0, 2.0]}, {"losses": [1.0]}),
        ({"loss": float("nan")}, {"loss": 1.0}),
        ({"done": True}, {"done": False}),
        ({"word": "a"}, {"word": "b"}),
    ],
)
def test_differences_are_seen(before, after):
    assert differences(before, after, 1e-4)
    assert not differences(before, before, 1e-4)
