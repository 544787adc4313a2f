"""interrupt.py: Ctrl-C while the command is still being loaded is one line and exit code 130."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
ROOT = Path(__file__).parent.parent
MODULE, SCRIPT = ["-m", "tfce_migrate"], [str(Path(sys.executable).with_name("tfce-migrate"))]
LIBRARY = ["-c", "import tfce_migrate.cli"]
OTHER = ["-m", "tfce_migrate.cli"]


def interrupted(folder: Path, module: str, command: list[str], ignored: bool = False) -> tuple[int, str]:
    """The exit code and the standard error of a command to which Ctrl-C comes when it loads a module."""
    lines = ("import os, signal, time", "os.kill(os.getpid(), signal.SIGINT)", "time.sleep(0.1)", "raise SystemExit(7)")
    (folder / f"{module}.py").write_text("\n".join(lines))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(folder), str(ROOT)))}
    before = signal.signal(signal.SIGINT, signal.SIG_IGN if ignored else signal.default_int_handler)
    try:
        done = subprocess.run([sys.executable, *command], env=environment, cwd=folder, capture_output=True, text=True)
    finally:
        signal.signal(signal.SIGINT, before)
    return done.returncode, done.stderr


@pytest.mark.parametrize("module", ["dataclasses", "click"])
@pytest.mark.parametrize("command", [MODULE, SCRIPT], ids=["module", "script"])
def test_while_the_command_is_loaded(module: str, command: list[str], tmp_path: Path) -> None:
    assert interrupted(tmp_path, module, command) == (130, "tfce-migrate: interrupted\n")


def test_a_command_that_shall_not_hear_it_does_not(tmp_path: Path) -> None:
    assert interrupted(tmp_path, "click", MODULE, ignored=True) == (7, "")


@pytest.mark.parametrize("command", [LIBRARY, OTHER])
def test_a_program_that_loads_the_library_gets_its_exception(command: list[str], tmp_path: Path) -> None:
    code, error = interrupted(tmp_path, "click", command)
    assert code != 130
    assert error.rstrip().endswith("KeyboardInterrupt")


def test_while_text_is_executed(tmp_path: Path) -> None:
    lines = (
        "import os, signal, sys, time",
        "from tfce_migrate import cli\nfrom tfce_migrate.report import excerpt",
        "text = 'os.kill(os.getpid(), signal.SIGINT); time.sleep(1)'",
        "cli.commands.main = lambda *_, **__: exec(text)",
        "sys.exit(cli.main())",
    )
    (tmp_path / "main.py").write_text("\n".join(lines))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-m", "main"], env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (130, "tfce-migrate: interrupted\n")
