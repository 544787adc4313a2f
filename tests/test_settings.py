"""settings.py and settings_file.py: where settings come from, which beats which, what wrong ones get."""

from __future__ import annotations

from pathlib import Path

import pytest

from tfce_migrate.settings import Settings, SettingsError, with_whole_codes
from tfce_migrate.settings_file import load_settings, nearest_pyproject

RULES = {
    "TFC101": "positional-loss-arguments",
    "TFC201": "probabilities-as-logits",
    "TFC202": "logits-as-probabilities",
    "TFC301": "log-of-softmax",
}


def project(folder: Path, toml: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(f"[tool.tfce-migrate]\n{toml}")
    return folder / "pyproject.toml"


def load(first: Path, **given: object) -> Settings:
    return load_settings(first, given, lambda: RULES).settings


EVERY_KEY = """
select = ["TFC2"]
ignore = ["TFC202"]
extend-select = ["log-of-softmax"]
target = "compat.v1"
tf-version = "2.16"
keras = "legacy"
from = "0.x"
unsafe-fixes = true
python2 = "convert"
backup = ".orig"
journal = false
force-exclude = true
exclude = ["old/"]
jobs = 3
output-format = "json"
output-file = "out/report.json"
statistics = true
exit-zero = true
baseline = "known.json"
quiet = true
verbose = false
"""


def test_reads_every_key_of_the_file(tmp_path: Path) -> None:
    file = project(
        tmp_path,
        EVERY_KEY,
    )
    assert load(tmp_path / "a.py") == Settings(
        select=("TFC201", "TFC202"),
        ignore=("TFC202",),
        extend_select=("TFC301",),
        target="compat.v1",
        tf_version="2.16",
        keras="legacy",
        from_="0.x",
        unsafe_fixes=True,
        python2="convert",
        backup=".orig",
        journal=False,
        force_exclude=True,
        exclude=("old/",),
        exclude_root=str(tmp_path),
        jobs=3,
        output_format="json",
        output_file=str(tmp_path / "out/report.json"),
        statistics=True,
        exit_zero=True,
        baseline=str(tmp_path / "known.json"),
        quiet=True,
        verbose=False,
    )
    for field in set(Settings.__dataclass_fields__) - {"exclude_root"}:
        assert f"\n{field.strip('_').replace('_', '-')} = " in file.read_text()


def test_takes_the_nearest_file_and_that_one_alone(tmp_path: Path) -> None:
    outer = project(tmp_path, "jobs = 1\nquiet = true\n")
    inner = project(tmp_path / "a/b", "jobs = 2\n")
    assert load(tmp_path / "a/b/c/d.py") == Settings(jobs=2)
    assert load(tmp_path / "a/x.py").jobs == 1
    assert nearest_pyproject(tmp_path / "a/b") == inner
    assert nearest_pyproject(tmp_path / "a") == outer


def test_a_file_without_our_table_has_no_say(tmp_path: Path) -> None:
    project(tmp_path, "jobs = 1\n")
    (tmp_path / "a").mkdir()
    (tmp_path / "a/pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert load(tmp_path / "a") == Settings()


def test_config_and_isolated(tmp_path: Path) -> None:
    project(tmp_path, "jobs = 1\n")
    other = project(tmp_path / "other", "jobs = 2\n")
    assert load_settings(tmp_path, {}, lambda: RULES, config=other).settings.jobs == 2
    assert load_settings(tmp_path, {}, lambda: RULES, isolated=True) == (Settings(), None)


def test_the_command_line_beats_the_file(tmp_path: Path) -> None:
    project(tmp_path, 'jobs = 1\ntarget = "compat.v1"\nexclude = ["x"]\nquiet = true\n')
    settings = load(tmp_path, jobs=4, exclude=("y",), quiet=False)
    assert settings == Settings(jobs=4, target="compat.v1", exclude=("y",))


def test_a_selection_on_the_command_line_starts_afresh(tmp_path: Path) -> None:
    project(tmp_path, 'select = ["TFC1"]\nignore = ["TFC2"]\nextend-select = ["TFC3"]\n')
    assert load(tmp_path, select=("TFC201",)) == Settings(select=("TFC201",))
    assert load(tmp_path, ignore=("TFC3",)) == Settings(
        select=("TFC101",), ignore=("TFC301",), extend_select=("TFC301",)
    )


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("job = 1", "has no key 'job'; did you mean 'jobs'?"),
        ("exclude_root = 'x'", "has no key 'exclude_root'"),
        ("tf_version = '2.1'", "did you mean 'tf-version'?"),
        ("jobs = '1'", "jobs: expected a whole number, not '1'"),
        ("jobs = true", "jobs: expected a whole number, not true"),
        ("jobs = -1", "jobs: -1 is less than 0"),
        ("quiet = 1", "quiet: expected true or false, not 1"),
        ("select = 'TFC1'", "select: expected a list of strings, not 'TFC1'"),
        ("select = [1]", "select: expected a list of strings"),
        ("select = ['TFC9']", "select: no rule has the code, prefix or name 'TFC9'"),
        ("target = 'v3'", 'target: expected one of "v2", "compat.v1", "compat.v2", not \'v3\''),
        ("target = ['v2']", "target: expected one of"),
        ("tf-version = 2.21", "tf-version: expected a string, not 2.21"),
        ("tf-version = '1.14'", "tf-version: '1.14' is neither a TensorFlow 2 version"),
        ("baseline = 3", "baseline: expected a string"),
        ("jobs = ", "this is not TOML"),
    ],
)
def test_says_what_is_wrong_in_one_line_with_file_and_key(tmp_path: Path, toml: str, message: str) -> None:
    file = project(tmp_path, toml + "\n")
    with pytest.raises(SettingsError) as caught:
        load(tmp_path)
    assert str(caught.value).startswith(str(file))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_says_what_is_wrong_with_the_file_itself(tmp_path: Path) -> None:
    empty = tmp_path / "empty.toml"
    empty.write_text("")
    with pytest.raises(SettingsError, match=r"no table \[tool.tfce-migrate\]"):
        load_settings(tmp_path, {}, lambda: RULES, config=empty)
    with pytest.raises(SettingsError, match="No such file"):
        load_settings(tmp_path, {}, lambda: RULES, config=tmp_path / "missing.toml")
    (tmp_path / "pyproject.toml").write_text("[tool]\ntfce-migrate = 3\n")
    with pytest.raises(SettingsError, match="is not a table"):
        load(tmp_path)


def test_an_empty_file_setting_is_not_resolved_against_rules(tmp_path: Path) -> None:
    def no_rules() -> dict[str, str]:
        raise AssertionError("rules were asked for")

    assert load_settings(tmp_path, {"jobs": 2}, no_rules, isolated=True).settings.jobs == 2


@pytest.mark.parametrize(
    ("selector", "codes"),
    [
        ("TFC201", ("TFC201",)),
        ("tfc2", ("TFC201", "TFC202")),
        ("TFC", tuple(RULES)),
        ("all", tuple(RULES)),
        ("Log-of-Softmax", ("TFC301",)),
    ],
)
def test_selectors(selector: str, codes: tuple[str, ...]) -> None:
    assert with_whole_codes(Settings(select=(selector,)), RULES).select == codes


@pytest.mark.parametrize("selector", ["TFC9", "TF", "softmax", "", "TFC2x"])
def test_unknown_selectors(selector: str) -> None:
    with pytest.raises(SettingsError, match="extend-select: no rule"):
        with_whole_codes(Settings(extend_select=(selector,)), RULES)


def test_selects() -> None:
    assert Settings().selects("TFC201")
    assert not Settings(ignore=("TFC201",)).selects("TFC201")
    assert not Settings(select=("TFC101",)).selects("TFC201")
    assert Settings(select=("TFC101",), extend_select=("TFC201",)).selects("TFC201")
    assert not Settings(select=("TFC201",), ignore=("TFC201",)).selects("TFC201")


@pytest.mark.parametrize(
    ("version", "known", "doubt"),
    [
        ("1.15", "1.15", ""),
        ("1.15.5", "1.15", ""),
        ("2.15.1", "2.15", ""),
        ("2.21", "2.21", ""),
        ("2.0", "2.15", "what is newer than 2.0 counts as there"),
        ("2.10.1", "2.15", "what is newer than 2.10 counts as there"),
        ("2.16", "2.21", "what is newer than 2.16 counts as there"),
        ("2.30", "2.21", "what 2.30 lost counts as there"),
    ],
)
def test_versions_between_are_judged_by_the_nearest_known(version: str, known: str, doubt: str) -> None:
    settings = Settings(tf_version=version)
    assert settings.judged_by == known
    assert (settings.stands_for or "").endswith(doubt)
    assert (settings.stands_for is None) == (not doubt)
