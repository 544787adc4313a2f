"""baseline.py: a known finding stays known while lines move, and a new one does not hide behind it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfce_migrate import baseline
from tfce_migrate.baseline import Entry
from tfce_migrate.outcome import Finding, Fix, Outcome, Position, Safety


def finding(line: int, message: str = "bad", code: str = "TFC401", fixed: bool = False) -> Finding:
    place = Position(line, 1)
    fix = Fix(True) if fixed else None
    return Finding(code, "name", "error", Safety.EXACT, message, "a.py", "tf.x", place, place, (), fix)


def outcome(*findings: Finding, path: str = "a.py") -> Outcome:
    return Outcome(path, findings=findings)


def left(outcomes: list[Outcome], known: frozenset[Entry]) -> list[int]:
    return [found.start.line for one in baseline.without_known(outcomes, known, "") for found in one.findings]


def test_known_findings_survive_moved_lines() -> None:
    known = baseline.updated([outcome(finding(3), finding(9), finding(5, "other"))], frozenset(), "")
    assert left([outcome(finding(30), finding(90), finding(50, "other"))], known) == []


def test_one_more_of_the_same_is_new() -> None:
    known = baseline.updated([outcome(finding(3), finding(9))], frozenset(), "")
    assert left([outcome(finding(3), finding(6), finding(9))], known) == [9]
    assert left([outcome(finding(3))], known) == []


def test_another_code_message_or_file_is_new() -> None:
    known = baseline.updated([outcome(finding(3))], frozenset(), "")
    assert left([outcome(finding(3, code="TFC402"))], known) == [3]
    assert left([outcome(finding(3, "worse"))], known) == [3]
    assert left([outcome(finding(3), path="b.py")], known) == [3]


def test_a_line_number_in_a_message_is_not_part_of_it() -> None:
    known = baseline.updated([outcome(finding(3, "probabilities since line 2"))], frozenset(), "")
    assert left([outcome(finding(13, "probabilities since line 12"))], known) == []


def test_a_fixed_finding_is_neither_kept_nor_hidden() -> None:
    fixed = outcome(finding(3, fixed=True))
    assert baseline.updated([fixed], frozenset(), "") == frozenset()
    known = frozenset({Entry("a.py", "TFC401", "bad", 1)})
    assert left([fixed], known) == [3]


def test_an_update_replaces_what_was_looked_at_and_keeps_the_rest(tmp_path: Path) -> None:
    (tmp_path / "there.py").touch()
    known = frozenset(Entry(path, "TFC401", "old", 1) for path in ("a.py", "there.py", "deleted.py"))
    updated = baseline.updated([outcome(finding(3), path=str(tmp_path / "a.py"))], known, str(tmp_path))
    assert updated == {Entry("a.py", "TFC401", "bad", 1), Entry("there.py", "TFC401", "old", 1)}


def test_paths_are_relative_to_the_baseline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path)
    known = baseline.updated([outcome(finding(3), path="sub/a.py")], frozenset(), "")
    monkeypatch.chdir(tmp_path / "sub")
    assert baseline.without_known([outcome(finding(3))], known, "..")[0].findings == ()


ENTRIES = st.frozensets(st.builds(Entry, st.text(), st.text(), st.text(), st.integers(min_value=1)))


@given(ENTRIES)
def test_what_is_written_is_what_is_read(entries: frozenset[Entry]) -> None:
    assert baseline.parse(baseline.dump(entries)) == entries


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 2, "findings": []}', '{"version": 1, "findings": [{}]}', "nonsense"]
)
def test_refuses_what_is_no_baseline(text: str) -> None:
    with pytest.raises(baseline.BaselineError):
        baseline.parse(text)
