""".pre-commit-hooks.yaml: pre-commit installs the hooks from this tree, and they check and migrate."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHIPPED = ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml", "tfce_migrate", "rules")
OFFLINE = ("Could not find a version", "No matching distribution", "Retrying (", "ConnectionError")

OLD = "import tensorflow as tf\n\n\ndef loss(y, p):\n    return -tf.reduce_sum(y * tf.log(p))\n"
CLEAN = "import numpy as np\n"

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("pre_commit") is None or shutil.which("git") is None,
    reason="pre-commit and git are needed",
)


def call(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "PRE_COMMIT_HOME": str(folder.parent / "pre-commit-home"),
        "PRE_COMMIT_COLOR": "never",
    }
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.invalid")
    done = call(folder, "git", *identity, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def repository(folder: Path) -> str:
    """Make a git repository of what is in the folder and give its commit."""
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "all")
    return git(folder, "rev-parse", "HEAD")


def pre_commit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return call(folder, sys.executable, "-m", "pre_commit", *arguments)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with old code that uses the hooks of this tree, with their environment installed."""
    base = tmp_path_factory.mktemp("precommit")
    tool, project = base / "tool", base / "project"
    tool.mkdir()
    project.mkdir()
    for name in SHIPPED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tool / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif (ROOT / name).exists():
            shutil.copy(ROOT / name, tool / name)
    revision = repository(tool)
    hooks = "".join(f"      - id: {hook}\n" for hook in ("tfce-check", "tfce-migrate"))
    config = f"repos:\n  - repo: {tool.as_posix()}\n    rev: {revision}\n    hooks:\n{hooks}"
    (project / ".pre-commit-config.yaml").write_text(config)
    (project / "old.py").write_text(OLD)
    (project / "clean.py").write_text(CLEAN)
    (project / "notes.txt").write_text("tf.log\n")
    repository(project)
    installed = pre_commit(project, "install-hooks")
    output = installed.stdout + installed.stderr
    if installed.returncode and any(sign in output for sign in OFFLINE):
        pytest.skip("no package index within reach: the hook environment cannot be installed")
    assert installed.returncode == 0, output
    return project


def test_the_manifest_is_valid() -> None:
    done = pre_commit(ROOT, "validate-manifest", ".pre-commit-hooks.yaml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_check_fails_on_old_code_and_changes_nothing(project: Path) -> None:
    git(project, "checkout", "--quiet", "--", ".")
    done = pre_commit(project, "run", "tfce-check", "--all-files")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "exit code: 1" in done.stdout
    assert "old.py:5:" in done.stdout
    assert "notes.txt" not in done.stdout
    assert git(project, "status", "--porcelain") == ""


def test_check_passes_on_clean_code(project: Path) -> None:
    git(project, "checkout", "--quiet", "--", ".")
    done = pre_commit(project, "run", "tfce-check", "--files", "clean.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout


def test_migrate_rewrites_and_fails_so_that_the_change_is_looked_at(project: Path) -> None:
    git(project, "checkout", "--quiet", "--", ".")
    done = pre_commit(project, "run", "tfce-migrate", "--all-files")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "files were modified by this hook" in done.stdout
    assert git(project, "diff", "--name-only") == "old.py"
    assert "tf.log(" not in (project / "old.py").read_text()
