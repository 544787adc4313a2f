"""An interpreter and jobs come in, one process of that interpreter runs them, their results come out."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Side = Literal["v1", "v2"]

RUNNER = Path(__file__).with_name("runner.py")


@dataclass(frozen=True, slots=True)
class Job:
    """Code to run on given inputs (name -> literal, as JSON text so that a job is hashable).

    On side v1 `import tensorflow` means the TF 1 API, which under TensorFlow 2 is tensorflow.compat.v1.
    """

    code: str
    givens: str
    dtype: str
    side: Side


@dataclass(frozen=True, slots=True)
class Array:
    """A tensor's value, its elements in row-major order."""

    dtype: str
    shape: tuple[int, ...]
    data: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What a job's `loss` is, and its gradient for every float input (None: no path); or why it failed."""

    value: Array | None
    gradients: Mapping[str, Array | None]
    error: str | None = None


def run_jobs(interpreter: Path, jobs: Sequence[Job], seconds: float = 600) -> list[Result]:
    """Gives a result a job, in order, from one process where possible.

    A job that kills the process, or is running when the time is over, gets an error, and the jobs behind it
    go on in another process. Where TensorFlow does not start at all, every job gets the error.
    """
    results: list[Result] = []
    while len(results) < len(jobs):
        done, trouble, started = _run_batch(interpreter, jobs[len(results) :], seconds)
        results += done
        lost = len(jobs) - len(results)
        results += [Result(None, {}, trouble)] * (min(lost, 1) if started else lost)
    return results


def clean_environment() -> dict[str, str]:
    """The environment for a witness: ours, without what would lead it to other packages or to a GPU."""
    foreign = ("PYTHONPATH", "PYTHONHOME")
    environment = {name: value for name, value in os.environ.items() if name not in foreign}
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "CUDA_VISIBLE_DEVICES": ""}
    return environment | quiet | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"}


def _run_batch(interpreter: Path, jobs: Sequence[Job], seconds: float) -> tuple[list[Result], str, bool]:
    """The results that came, what went wrong if some are missing, and whether TensorFlow started."""
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder, "jobs.json"), Path(folder, "results.jsonl")
        asked.write_text(json.dumps([_plain(job) for job in jobs]), encoding="utf-8")
        answered.touch()
        command = [str(interpreter), str(RUNNER), str(asked), str(answered)]
        try:
            env = clean_environment()
            process = subprocess.run(command, capture_output=True, timeout=seconds, cwd=folder, env=env)
            trouble = f"the interpreter ended with {process.returncode}: {_tail(process.stderr)}"
        except subprocess.TimeoutExpired:
            trouble = f"no answer after {seconds:g} seconds"
        lines = answered.read_text(encoding="utf-8").splitlines()
    return [_result(json.loads(line)) for line in lines[1:]], trouble, bool(lines)


def _tail(output: bytes) -> str:
    return " / ".join(output.decode("utf-8", "replace").strip().splitlines()[-3:])


def _plain(job: Job) -> dict[str, Any]:
    return {"code": job.code, "givens": json.loads(job.givens), "dtype": job.dtype, "side": job.side}


def _result(line: Mapping[str, Any]) -> Result:
    gradients = {name: _array(gradient) for name, gradient in line["gradients"].items()}
    return Result(_array(line["value"]), gradients, line["error"])


def _array(plain: Mapping[str, Any] | None) -> Array | None:
    return plain and Array(plain["dtype"], tuple(plain["shape"]), tuple(plain["data"]))  # type: ignore[return-value]
