"""README.md and the files beside it on trial: what they tell a reader to type works, and what they state is so."""

from __future__ import annotations

import importlib
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tfce_migrate import Settings, migrate_source
from tfce_migrate.cli import commands
from tfce_migrate.proof.jobs import clean_environment
from tfce_migrate.proof.witness import find_interpreters, missing
from tfce_migrate.rule import load_rules
from tfce_migrate.settings_file import load_settings
from tfce_migrate.version import __version__

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
UPGRADE = "from tensorflow.tools.compatibility.tf_upgrade_v2_main import main; main()"


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def section(title: str) -> str:
    """What stands below a second-level heading."""
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def two_commands() -> tuple[str, str]:
    (block,) = blocks(section("Two commands"), "sh")
    first, second = block.splitlines()
    return first, second


def table(text: str) -> list[list[str]]:
    """The cells of the rows of a section's tables, heads left out."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    ruled = {number + shift for number, row in enumerate(rows) if set(row) <= set("|-") for shift in (-1, 0)}
    return [[cell.strip() for cell in row.strip("|").split("|")] for n, row in enumerate(rows) if n not in ruled]


def test_two_commands_stand_at_the_top() -> None:
    heading = next(line for line in README.splitlines() if line.startswith("## "))
    assert heading == "## Two commands"
    first, second = two_commands()
    assert "pip install" in first
    assert "pip install" in second
    assert second.endswith(".venv/bin/python -m pytest")


def test_the_first_command_shows_the_diff_and_the_report(tmp_path: Path) -> None:
    """Runs what follows the installation, with this interpreter, in a folder with the fixtures in it."""
    installed, _, rest = two_commands()[0].partition("pip install -q . && ")
    assert installed == "python3 -m venv .venv && .venv/bin/"
    shutil.copytree(ROOT / "fixtures", tmp_path / "fixtures")
    tool = f"{shlex.quote(sys.executable)} -m tfce_migrate"
    for _ in range(2):
        script = rest.replace(".venv/bin/tfce-migrate", tool)
        done = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert re.search(r"^--- a/.*\n\+\+\+ b/.*\n@@ ", done.stdout, re.MULTILINE)
        assert re.search(r"^\+ .*tf\.compat\.v1\.", done.stdout, re.MULTILINE)
        assert re.search(r"TFC201\[probabilities-as-logits\] error: .*\n(.*\n)+?  not fixed: ", done.stdout)
        assert re.search(r"[1-9]\d* findings .*[1-9]\d* fixed in 1 file, 1 left$", done.stdout.strip())


def test_continuous_integration_runs_the_second_command() -> None:
    command = ["bash", str(ROOT / ".ci" / "run"), "--dry-run"]
    read, run = subprocess.check_output(command, text=True, cwd="/").splitlines()
    assert read == two_commands()[1]
    assert run.replace('"$venv"', ".venv").startswith(read)


def written_commands() -> Iterator[tuple[str, list[str]]]:
    for name in DOCUMENTS:
        text = (ROOT / name).read_text(encoding="utf-8")
        for language in ("sh", "yaml"):
            for line in "\n".join(blocks(text, language)).splitlines():
                yield from ((name, shlex.split(part)[1:]) for part in tool_calls(line))
        for code in re.findall(r"`tfce-migrate ([^`\n]+)`", text):
            yield name, shlex.split(code)


def tool_calls(line: str) -> list[str]:
    return re.findall(r"(?<![\w-])tfce-migrate (?:check|migrate|undo|explain|rules)[^&|#]*", line)


@pytest.mark.parametrize(("name", "words"), list(written_commands()))
def test_commands_in_the_documents_can_be_typed(name: str, words: list[str]) -> None:
    command = commands.commands.get(words[0])
    assert command is not None
    with command.make_context(words[0], words[1:], resilient_parsing=False) as context:
        assert isinstance(context, click.Context)


def test_families_are_those_of_the_rules() -> None:
    listed: set[str] = set()
    known = [rule.code for rule in load_rules()]
    for codes, *_ in table(section("What it finds")):
        for part in codes.split(","):
            first, _, last = part.strip().partition(" to ")
            assert first in known
            assert (last or first) in known
            listed |= {code for code in known if first <= code <= (last or first)}
    assert listed == set(known)


def test_the_configuration_is_what_it_is_without_one(tmp_path: Path) -> None:
    (block,) = blocks(section("Configuration"), "toml")
    (tmp_path / "pyproject.toml").write_text(block, encoding="utf-8")
    names = {rule.code: rule.name for rule in load_rules()}
    settings = load_settings(tmp_path, {}, lambda: names).settings
    default = Settings(exclude_root=str(tmp_path), select=tuple(sorted(names)))
    assert settings == default


def test_formats_are_those_that_the_command_line_knows() -> None:
    (option,) = (option for option in commands.commands["check"].params if option.name == "output_format")
    assert isinstance(option.type, click.Choice)
    named = set(re.findall(r"`(\w+)`", README.split("Other formats: ")[1].split(".")[0])) | {"github", "sarif"}
    assert named == set(option.type.choices)


def test_the_example_from_python_runs() -> None:
    code = blocks(README, "python")[0]
    namespace: dict[str, object] = {"text": "import tensorflow as tf\nx = tf.log(z)\n"}
    exec(code, namespace)
    assert getattr(namespace["outcome"], "after", "").endswith("x = tf.math.log(z)\n")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)\)", (ROOT / name).read_text(encoding="utf-8"))
    assert [target for target in targets if "://" not in target and not (ROOT / target).exists()] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_paths_in_the_text_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    text = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    folders = "benchmarks|fixtures|rules|tests|tfce_migrate|tools|\\.ci"
    paths = re.findall(rf"`((?:{folders})/[\w./-]*)`", text)
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("module", re.findall(r"`(tfce_migrate(?:\.\w+)+)`", (ROOT / "ARCHITECTURE.md").read_text()))
def test_modules_in_the_architecture_can_be_imported(module: str) -> None:
    importlib.import_module(module)


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    released = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert project["version"] == __version__
    assert __version__ in released
    assert project["license"] == "Apache-2.0"
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")


class TestBesideTheOfficialScript:
    @staticmethod
    def rows() -> list[list[str]]:
        return [[cell.strip("`") for cell in row] for row in table(section("Beside tf_upgrade_v2"))]

    @classmethod
    def program(cls) -> str:
        (before,) = blocks(section("Beside tf_upgrade_v2"), "python")
        return before + "".join(f"{line}\n" for line, _, _ in cls.rows())

    def test_this_tool_writes_what_the_table_says(self) -> None:
        after = migrate_source(self.program(), "program.py", Settings(unsafe_fixes=True)).after.splitlines()
        wanted = [ours if ours != "unchanged" else line for line, _, ours in self.rows()]
        assert after[-len(wanted) :] == wanted

    def test_the_script_writes_what_the_table_says(self, tmp_path: Path) -> None:
        interpreter = find_interpreters().get("2.21")
        if interpreter is None:
            pytest.skip(missing("2.21"))
        (tmp_path / "before.py").write_text(self.program(), encoding="utf-8")
        files = ("--infile", "before.py", "--outfile", "after.py", "--reportfile", "report.txt")
        command = [str(interpreter), "-c", UPGRADE, *files]
        subprocess.run(command, cwd=tmp_path, env=clean_environment(), capture_output=True, check=True)
        after = (tmp_path / "after.py").read_text(encoding="utf-8").splitlines()
        wanted = [theirs if theirs != "unchanged" else line for line, theirs, _ in self.rows()]
        assert after[-len(wanted) :] == wanted
        assert "tf.contrib.losses.softmax_cross_entropy cannot be converted" in (tmp_path / "report.txt").read_text()
