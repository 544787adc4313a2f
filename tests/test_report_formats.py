"""report/: what the formats for patch, GitHub and programs say of the same outcomes."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
import toy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from samples import AFTER, BEFORE, BROKEN, FIXED, FOUND, HINT, NO_EDIT, STEP, found, report

from tfce_migrate.outcome import Finding, Outcome, Position
from tfce_migrate.settings import OutputFormat


@pytest.fixture(autouse=True)
def _rules(monkeypatch: pytest.MonkeyPatch) -> None:
    toy.install(monkeypatch)


# diff


def apply_diff(tool: str, folder: Path, diff: str) -> None:
    command = {"patch": ["patch", "-p1", "--binary"], "git": ["git", "apply", "-"]}[tool]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    raw = diff.encode("utf-8", "surrogateescape")
    subprocess.run(command, cwd=folder, input=raw, check=True, capture_output=True)


@pytest.mark.parametrize("tool", ["patch", "git"])
@pytest.mark.parametrize("name", ["a.py", "sub/with space.py", 'quo"te\\.py', "tab\there.py", "naïve.py"])
@pytest.mark.parametrize(
    ("encoding", "before", "after"),
    [
        ("utf-8", BEFORE, AFTER),
        ("utf-8", "a\r\nb\r\nc", "a\r\nB\r\nc"),
        ("utf-8", "a\nb", "a\nb\n"),
        ("utf-8", "a\nb\n", "A\nb"),
        ("utf-8", "a\x0cb\u2028c\rd\ne\n", "a\x0cb\u2028c\rD\ne\n"),
        ("utf-8-sig", "a\nb\n", "A\nb\n"),
        ("latin-1", "# coding: latin-1\né\nb\n", "# coding: latin-1\né\nB\n"),
    ],
)
def test_a_diff_can_be_applied(
    tmp_path: Path, tool: str, name: str, encoding: str, before: str, after: str
) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(before.encode(encoding))
    apply_diff(
        tool, tmp_path, report("diff", Outcome(name, before, after, encoding=encoding), Outcome("z.py"))
    )
    assert (tmp_path / name).read_bytes() == after.encode(encoding)


LINES = st.lists(st.sampled_from(["a\n", "b\n", "\n", "c\r\n", "-- d\n", "+++ e\n", "\x0c\n"]), max_size=12)


@settings(max_examples=40, deadline=None)
@given(LINES, LINES, st.sampled_from(["", "end", "\\"]), st.sampled_from(["", "end"]))
def test_any_diff_can_be_applied(
    tmp_path_factory: pytest.TempPathFactory, before: list[str], after: list[str], tail: str, end: str
) -> None:
    old, new = "".join(before) + tail + "\n_", "".join(after) + end
    assume(old != new + "_")
    folder = tmp_path_factory.mktemp("diff")
    (folder / "a.py").write_bytes(old.encode())
    apply_diff("git", folder, report("diff", Outcome("a.py", old, new + "_")))
    assert (folder / "a.py").read_bytes().decode() == new + "_"


def test_no_diff_of_what_did_not_change() -> None:
    assert report("diff", found(FOUND), BROKEN) == ""


# json and jsonl


FIRST_FINDING = {
    "code": "TFC301",
    "rule": "log-of-softmax",
    "severity": "warning",
    "safety": "stabler",
    "message": "the logarithm of a softmax overflows",
    "path": "a.py",
    "cell": None,
    "symbol": "tf.log",
    "start": {"line": 3, "column": 8},
    "end": {"line": 3, "column": 17},
    "because": [
        {
            "path": "a.py",
            "cell": None,
            "start": {"line": 2, "column": 5},
            "end": {"line": 2, "column": 21},
            "message": "softmax makes probabilities of z",
        }
    ],
    "fix": {
        "applied": False,
        "edits": [
            {
                "cell": None,
                "start": {"line": 3, "column": 8},
                "end": {"line": 3, "column": 17},
                "text": "tf.nn.log_softmax(z)",
            }
        ],
        "why_not": None,
    },
}


def test_json_is_as_the_contract_says() -> None:
    document = json.loads(
        report(
            "json",
            found(FOUND, FIXED, NO_EDIT),
            BROKEN,
            target="compat.v1",
            tf_version="2.16",
            keras="legacy",
        )
    )
    assert list(document) == ["version", "tool", "target", "summary", "findings", "problems", "notes"]
    assert document["version"] == 1
    assert document["tool"] == {"name": "tfce-migrate", "version": "1.2.3"}
    assert document["target"] == {
        "api": "compat.v1", "tf": "2.16", "keras": "legacy", "judged_by": "2.21",
    }  # fmt: skip
    assert document["summary"] == {
        "files": 2,
        "findings": 3,
        "fixed": 1,
        "left": 2,
        "problems": 1,
        "by_rule": {"TFC301": 2, "TFC406": 1},
    }
    assert document["findings"][0] == FIRST_FINDING
    assert document["findings"][1]["fix"]["applied"] is True
    assert document["findings"][2]["fix"] is None
    assert document["problems"] == [
        {"path": "b.py", "stage": "parse", "line": 7, "message": "invalid syntax"}
    ]


def test_json_of_nothing() -> None:
    document = json.loads(report("json"))
    assert document["findings"] == document["problems"] == []
    assert document["summary"]["by_rule"] == {}


def test_json_survives_any_encoding() -> None:
    odd = replace(FOUND, path="\udcff.py", message="é")
    text = report("json", found(odd))
    assert text.isascii()
    assert json.loads(text)["findings"][0]["path"] == "\udcff.py"


def test_jsonl_has_one_finding_a_line_then_the_problems() -> None:
    outcomes = BROKEN, found(FOUND, NO_EDIT)
    lines = [json.loads(line) for line in report("jsonl", *outcomes).splitlines()]
    whole = json.loads(report("json", *outcomes))
    assert [line.pop("type") for line in lines] == ["finding", "finding", "problem"]
    assert lines == whole["findings"] + whole["problems"]


# github


def test_github_annotates_what_is_left() -> None:
    assert report("github", found(FOUND, FIXED, HINT), BROKEN).splitlines() == [
        "::warning file=a.py,line=3,endLine=3,col=8,endColumn=17,title=TFC301 log-of-softmax"
        "::the logarithm of a softmax overflows%0A1. softmax makes probabilities of z",
        "::notice file=a.py,line=3,endLine=3,col=8,endColumn=17,title=TFC501 graph-mode-entry"
        "::the logarithm of a softmax overflows",
        "::error file=b.py,line=7,title=tfce-migrate could not parse this file::invalid syntax",
    ]


def test_github_escapes_what_would_end_a_command() -> None:
    odd = replace(HINT, path="a,b:c%.py", message="100%\r\n::error::x", end=Position(4, 1))
    assert report("github", found(odd)) == (
        "::notice file=a%2Cb%3Ac%25.py,line=3,endLine=4,title=TFC501 graph-mode-entry"
        "::100%25%0D%0A::error::x\n"
    )


# sarif


def sarif(*outcomes: Outcome) -> Any:
    log = json.loads(report("sarif", *outcomes))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    [run] = log["runs"]
    check_run(run)
    return run


def check_run(run: Any) -> None:
    """What the SARIF 2.1.0 standard requires of the parts that are written here."""
    assert set(run) <= {"tool", "invocations", "columnKind", "results"}
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    driver = run["tool"]["driver"]
    assert driver["name"]
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(set(ids)) == len(ids)
    for rule in driver["rules"]:
        assert set(rule) <= {"id", "name", "shortDescription", "help", "defaultConfiguration", "properties"}
        assert all(rule[key]["text"] for key in ("shortDescription", "help") if key in rule)
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        assert all(isinstance(value, str) for value in result["partialFingerprints"].values())
        related = result.get("relatedLocations", [])
        assert len({location["id"] for location in related}) == len(related)
        for location in (*result["locations"], *related):
            check_location(location["physicalLocation"])
        for fix in result.get("fixes", []):
            check_fix(fix)
    for invocation in run["invocations"]:
        assert isinstance(invocation["executionSuccessful"], bool)
        for notification in invocation["toolExecutionNotifications"]:
            assert notification["message"]["text"]
            assert notification["level"] in ("none", "note", "warning", "error")


def check_fix(fix: Any) -> None:
    assert fix["artifactChanges"], "a fix has at least one change"
    for change in fix["artifactChanges"]:
        assert change["artifactLocation"]["uri"]
        assert change["replacements"], "a change has at least one replacement"
        for replacement in change["replacements"]:
            check_region(replacement["deletedRegion"])
            assert isinstance(replacement["insertedContent"]["text"], str)


def check_location(location: Any) -> None:
    uri = location["artifactLocation"]["uri"]
    assert uri.isascii()
    assert not set(uri) & set(' "<>\\^`{|}')
    check_region(location["region"])


def check_region(region: Any) -> None:
    assert all(isinstance(region[key], int) and region[key] >= 1 for key in region)
    start, end = (region["startLine"], region["startColumn"]), (region["endLine"], region["endColumn"])
    assert start <= end


def test_sarif_of_findings_and_problems() -> None:
    run = sarif(found(FOUND, FIXED, NO_EDIT, HINT), BROKEN)
    assert [result["ruleId"] for result in run["results"]] == ["TFC301", "TFC406", "TFC501"]
    first = run["results"][0]
    assert first["level"] == "warning"
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 3, "startColumn": 8, "endLine": 3, "endColumn": 17},
    }
    assert first["relatedLocations"][0]["message"]["text"] == STEP.message
    assert first["fixes"][0]["artifactChanges"][0]["replacements"] == [
        {
            "deletedRegion": {"startLine": 3, "startColumn": 8, "endLine": 3, "endColumn": 17},
            "insertedContent": {"text": "tf.nn.log_softmax(z)"},
        }
    ]
    assert run["results"][2]["level"] == "note"
    [invocation] = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "parse: invalid syntax"


def test_sarif_rules_carry_their_pages() -> None:
    rules = {rule["id"]: rule for rule in sarif(found(FOUND))["tool"]["driver"]["rules"]}
    assert rules["TFC401"]["help"]["markdown"] == toy.RULES[0].page
    assert rules["TFC406"]["defaultConfiguration"] == {"level": "error"}
    assert rules["TFC301"]["name"] == "log-of-softmax", "a code without a page is described by its finding"


def test_sarif_of_nothing_and_of_an_odd_path() -> None:
    assert sarif()["results"] == []
    odd = replace(HINT, path="<stdin> é\udcff.py")
    [result] = sarif(Outcome(odd.path, findings=(odd,)))["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "%3Cstdin%3E%20%C3%A9%FF.py"


def test_sarif_fingerprints_tell_findings_apart_but_not_by_line() -> None:
    def prints(*findings: Finding) -> list[str]:
        return [
            result["partialFingerprints"]["tfceFinding/v1"] for result in sarif(found(*findings))["results"]
        ]

    moved = replace(FOUND, start=Position(9, 1), end=Position(9, 2))
    assert prints(FOUND) == prints(moved)
    assert len(set(prints(FOUND, moved, NO_EDIT))) == 3


@pytest.mark.parametrize("form", get_args(OutputFormat))
def test_every_format_has_its_writer(form: str) -> None:
    assert report(form, found(FOUND, after=AFTER)).endswith("\n")
