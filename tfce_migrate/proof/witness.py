"""The names of TensorFlow versions come in, interpreters that have them come out: found, or made on request.

    python -m tfce_migrate.proof.witness [0.12] [1.15] [2.15]

makes a virtual environment for each in the user's cache folder, where a Python old enough is installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tfce_migrate.proof.jobs import clean_environment


class WitnessError(ValueError):
    """An interpreter was named that is not there or has another TensorFlow."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A TensorFlow that proofs need: which versions do, who may name one, how to make one (pip calls)."""

    name: str
    tensorflow: str
    accepts: str
    variable: str
    python: str = ""
    installs: tuple[tuple[str, ...], ...] = ()


WITNESSES = {
    witness.name: witness
    for witness in (
        Witness("0.12", "0.12.1", "0.12.", "TFCE_TF012_PYTHON", "3.6", (
            ("--upgrade", "pip<22"),
            ("tensorflow==0.12.1", "numpy<1.17", "protobuf<3.20"),
        )),
        Witness("1.15", "1.15.5", "1.15.", "TFCE_TF115_PYTHON", "3.7", (
            ("tensorflow==1.15.5", "protobuf<3.21"),
        )),
        Witness("2.15", "2.15.1", "2.15.", "TFCE_TF215_PYTHON", "3.11", (
            ("tensorflow==2.15.1", "numpy<2"),
        )),
        Witness("2.21", "2.21", "2.", "TFCE_TF221_PYTHON"),
    )
}  # fmt: skip

_PROBE = """
import glob, importlib.util, os, re, sys
spec = importlib.util.find_spec("tensorflow")
if spec is None or not spec.origin:
    sys.exit()
site = os.path.dirname(os.path.dirname(spec.origin))
for name in os.listdir(site):
    match = re.match(r"tensorflow(?:_cpu|_gpu|_intel|_macos)?-([0-9][^-]*)[.]dist-info$", name)
    if match:
        print(match.group(1))
        sys.exit()
import tensorflow
print(tensorflow.__version__)
"""


def find_interpreters() -> dict[str, Path]:
    """Gives the interpreter of every witness that is at hand, by the witness's name.

    An environment variable comes first; else TensorFlow 2 is that of the running interpreter, and older ones
    are in the cache folder. Raises WitnessError when a variable names an interpreter without the right one.
    """
    found = {name: _find(witness) for name, witness in WITNESSES.items()}
    return {name: path for name, path in found.items() if path}


def missing(name: str) -> str:
    """What to tell a user whose machine lacks a witness."""
    witness = WITNESSES[name]
    way = f"run python -m {__spec__.name} {name}" if witness.installs else f"install tensorflow=={name}.*"
    return f"TensorFlow {witness.tensorflow} not found: set {witness.variable} or {way}"


def make(witness: Witness) -> str:
    """Makes the witness's virtual environment unless it is there, and says what was done.

    Raises WitnessError, with the reason, when that is impossible.
    """
    target = _cached(witness)
    if _suits(target, witness):
        return f"TensorFlow {witness.tensorflow} is already there: {target}"
    base = next((path for path in _pythons(witness.python) if _runs(path, witness.python)), None)
    if base is None:
        raise WitnessError(f"no Python {witness.python} found, which TensorFlow {witness.tensorflow} needs")
    _call([str(base), "-m", "venv", "--clear", str(target.parent.parent)])
    for packages in witness.installs:
        _call([str(target), "-m", "pip", "install", "--disable-pip-version-check", *packages])
    if not _suits(target, witness):
        raise WitnessError(f"{target} was made but does not have TensorFlow {witness.tensorflow}")
    return f"made TensorFlow {witness.tensorflow} with {base}: {target}"


def main(names: list[str]) -> int:
    """Makes the named witnesses, or all; gives 0 when each is there, 1 when one is not, 2 for bad usage."""
    known = [name for name, witness in WITNESSES.items() if witness.installs]
    if unknown := [name for name in names if name not in known]:
        print(f"cannot make {', '.join(unknown)}: choose from {', '.join(known)}", file=sys.stderr)
        return 2
    status = 0
    for name in names or known:
        try:
            print(make(WITNESSES[name]))
        except WitnessError as error:
            print(f"TensorFlow {WITNESSES[name].tensorflow}: {error}", file=sys.stderr)
            status = 1
    return status


def _find(witness: Witness) -> Path | None:
    named = os.environ.get(witness.variable)
    if not named:
        usual = _cached(witness) if witness.installs else Path(sys.executable)
        return usual if _suits(usual, witness) else None
    path = Path(shutil.which(named) or named)
    if not _suits(path, witness):
        version = _version(path) or "no TensorFlow"
        raise WitnessError(f"{witness.variable} names {named}: {version} there, not {witness.tensorflow}")
    return path


def _suits(interpreter: Path, witness: Witness) -> bool:
    return _version(interpreter).startswith(witness.accepts)


def _version(interpreter: Path) -> str:
    """The TensorFlow version an interpreter has, read from its metadata because importing takes seconds."""
    return _output(interpreter, _PROBE) if interpreter.exists() else ""


def _cached(witness: Witness) -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "tfce-migrate" / "witness" / f"tensorflow-{witness.tensorflow}"
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _pythons(version: str) -> Iterator[Path]:
    """Interpreters that may be of this version. Those on the path can be shims that only print an error."""
    on_path = shutil.which(f"python{version}")
    if on_path:
        yield Path(on_path)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(pyenv.glob(f"versions/{version}*/bin/python{version}"), reverse=True)


def _runs(interpreter: Path, version: str) -> bool:
    code = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    return _output(interpreter, code) == version


def _output(interpreter: Path, code: str) -> str:
    """What code prints under an interpreter; nothing when it fails."""
    command = [str(interpreter), "-c", code]
    try:
        process = subprocess.run(command, capture_output=True, text=True, timeout=60, env=clean_environment())
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return process.stdout.strip() if process.returncode == 0 else ""


def _call(command: list[str]) -> None:
    process = subprocess.run(command, capture_output=True, text=True, env=clean_environment())
    if process.returncode:
        last = " / ".join((process.stderr or process.stdout).strip().splitlines()[-3:])
        raise WitnessError(f"{' '.join(command)} failed: {last}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
