"""Every page of rules/ on trial: what its examples claim is what the tool finds, writes and leaves alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tfce_migrate import Outcome, Settings, check_source, migrate_source
from tfce_migrate.page import SECTIONS, Example, Page, examples, parse_page, sections
from tfce_migrate.rule import load_rules
from tfce_migrate.symbols import exported, table

RULES = Path(__file__).parent.parent / "rules"
PATHS = {path.stem: path for path in sorted(RULES.glob("*.md")) if path.name != "README.md"}
CODE = sorted(RULES.glob("*.py"))

FAMILIES = {"1", "2", "3", "4", "5", "9"}
NOT_PYTHON = {"python2-source"}  # a page about files that are not Python 3
NO_TEXT = {"unreadable-file"}  # a page about files that have no text: there is nothing to show
MOST_LINES = 80


@cache
def page(name: str) -> Page:
    return parse_page(PATHS[name].read_text(encoding="utf-8"))


def listed() -> Iterator[Any]:
    """Every example of every page, under the page's name and the line on which its code stands."""
    for name in PATHS:
        for example in examples(page(name)):
            yield pytest.param(name, example, id=f"{name}:{example.line}")


EXAMPLES = list(listed())


def asked(example: Example) -> Settings:
    """The settings under which an example's claim holds."""
    options = dict(example.options)
    options.pop("runs_on", None)
    names = {"from": "from_", "tf-version": "tf_version"}
    chosen: dict[str, Any] = {names.get(key, key): value for key, value in options.items()}
    return Settings(unsafe_fixes=example.unsafe, **chosen)


def found(outcome: Outcome, code: str) -> set[int]:
    return {finding.start.line for finding in outcome.findings if finding.code == code}


def without_problems(outcome: Outcome) -> Outcome:
    assert outcome.problems == ()
    return outcome


def check(name: str, example: Example) -> Outcome:
    return without_problems(check_source(example.before, "example.py", asked(example)))


def migrate(name: str, example: Example, text: str) -> Outcome:
    return without_problems(migrate_source(text, "example.py", asked(example)))


def fixed(name: str, example: Example) -> set[int]:
    """The lines where migrate says that it mended the page's own mistake."""
    outcome, code = migrate(name, example, example.before), page(name).metadata["code"]
    return {finding.start.line for finding in outcome.findings if finding.code == code and finding.fixed}


class TestExamples:
    @pytest.mark.parametrize(("name", "example"), EXAMPLES)
    def test_the_page_s_code_is_found_at_the_marked_lines_and_nowhere_else(self, name: str, example: Example) -> None:
        code = page(name).metadata["code"]
        marked = {line for line, codes in example.marks.items() if code in codes}
        assert bool(marked) == (example.kind != "quiet"), "what a block is called and its marks disagree"
        assert found(check(name, example), code) == marked

    @pytest.mark.parametrize(("name", "example"), EXAMPLES)
    def test_other_codes_are_found_where_they_are_marked(self, name: str, example: Example) -> None:
        outcome = check(name, example)
        missing = [
            (line, code) for line, codes in example.marks.items() for code in codes if line not in found(outcome, code)
        ]
        assert missing == []

    @pytest.mark.parametrize(("name", "example"), EXAMPLES)
    def test_migrate_writes_what_the_page_shows_and_twice_is_once(self, name: str, example: Example) -> None:
        outcome = migrate(name, example, example.before)
        if example.kind == "change":
            assert outcome.after == example.after
        assert migrate(name, example, outcome.after).after == outcome.after
        if name not in NOT_PYTHON:
            ast.parse(outcome.after)

    @pytest.mark.parametrize(("name", "example"), EXAMPLES)
    def test_a_finding_without_an_edit_stays(self, name: str, example: Example) -> None:
        code = page(name).metadata["code"]
        if example.kind != "change":
            assert fixed(name, example) == set()
        assert found(migrate(name, example, example.before), code) >= found(check(name, example), code)

    @pytest.mark.parametrize(("name", "example"), EXAMPLES)
    def test_an_edit_is_as_safe_as_the_page_claims(self, name: str, example: Example) -> None:
        order = ["exact", "stabler", "behaviour", "manual"]
        metadata = page(name).metadata
        for finding in check(name, example).findings:
            if finding.code == metadata["code"]:
                assert order.index(finding.safety.value) >= order.index(metadata["safety"])


class TestPages:
    @pytest.mark.parametrize("name", PATHS)
    def test_is_complete(self, name: str) -> None:
        texts = sections(page(name))
        assert tuple(texts) == SECTIONS
        assert [section for section, text in texts.items() if not text.strip()] == []

    @pytest.mark.parametrize("name", PATHS)
    def test_shows_what_is_found_and_what_is_not(self, name: str) -> None:
        kinds = {example.kind for example in examples(page(name))}
        if name not in NO_TEXT:
            assert kinds & {"change", "finds"}
            assert "quiet" in kinds

    @pytest.mark.parametrize("name", PATHS)
    def test_shows_an_edit_exactly_where_it_claims_one(self, name: str) -> None:
        mended = [example for example in examples(page(name)) if fixed(name, example)]
        safety = page(name).metadata["safety"]
        assert bool(mended) == (safety != "manual")
        if safety == "behaviour":
            assert all(example.unsafe for example in mended)

    @pytest.mark.parametrize("name", PATHS)
    def test_is_called_what_its_file_is_called(self, name: str) -> None:
        metadata = page(name).metadata
        assert metadata["name"] == name
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
        assert metadata["code"][3] in FAMILIES
        assert metadata["summary"].endswith(".")
        assert "\n" not in metadata["summary"]

    def test_codes_are_unique(self) -> None:
        codes = [page(name).metadata["code"] for name in PATHS]
        assert len(set(codes)) == len(codes)
        assert [rule.code for rule in load_rules()] == sorted(codes)

    @pytest.mark.parametrize("name", PATHS)
    def test_links_lead_somewhere(self, name: str) -> None:
        targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page(name).body)
        local = [target for target in targets if "://" not in target]
        assert [target for target in local if not (RULES / target).exists()] == []


class TestIndex:
    ROW = re.compile(r"^\|.*\]\(([a-z0-9-]+)\.md\).*\|$", re.MULTILINE)

    def test_lists_every_page_once_and_as_the_page_says(self) -> None:
        text = (RULES / "README.md").read_text(encoding="utf-8")
        rows = {match[1]: match[0] for match in self.ROW.finditer(text)}
        assert len(self.ROW.findall(text)) == len(rows)
        assert sorted(rows) == sorted(PATHS), "| [TFCnnn](name.md) | name | severity | safety | summary |"
        for name, row in rows.items():
            metadata = page(name).metadata
            cells = {cell.strip(" `") for cell in row.strip(" |").split("|")}
            wanted = {metadata[key] for key in ("severity", "safety", "summary")}
            assert wanted <= cells
            assert metadata["code"] in row
            assert name in row

    def test_is_in_the_order_of_the_codes(self) -> None:
        text = (RULES / "README.md").read_text(encoding="utf-8")
        codes = [page(match[1]).metadata["code"] for match in self.ROW.finditer(text)]
        assert codes == sorted(codes)


class TestCode:
    @pytest.mark.parametrize("path", CODE, ids=lambda path: path.name)
    def test_is_short(self, path: Path) -> None:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES

    @pytest.mark.parametrize("path", CODE, ids=lambda path: path.name)
    def test_belongs_to_a_page_and_does_not_know_its_number(self, path: Path) -> None:
        if path.stem == "__init__":
            return
        name = path.stem.replace("_", "-")
        assert name in PATHS
        assert page(name).metadata["code"] not in path.read_text(encoding="utf-8")

    @pytest.mark.parametrize("rule", [rule for rule in load_rules() if rule.asks], ids=lambda rule: rule.name)
    def test_can_be_asked(self, rule: Any) -> None:
        assert callable(rule.find)


class TestTables:
    """What an edit may write is there in the TensorFlow for which it is written."""

    def test_moved_symbols_are_in_tensorflow_2(self) -> None:
        moved = table("names.json")["moved"] | table("moved-by-hand.toml")["moved"]
        assert len(moved) > 100
        assert {old: new for old, new in moved.items() if new not in exported("2.21")} == {}

    def test_compat_symbols_are_in_compat_v1(self) -> None:
        compat = [*table("names.json")["compat"], *table("moved-by-hand.toml")["compat"].values()]
        assert len(compat) > 100
        assert [name for name in compat if name not in exported("2.21-v1")] == []

    def test_symbols_that_moved_are_not_in_tensorflow_2_any_more(self) -> None:
        by_hand = table("moved-by-hand.toml")
        old = [*by_hand["moved"], *by_hand["compat"]]
        assert [name for name in old if name in exported("2.21")] == []

    @pytest.mark.parametrize("name", sorted(table("renamed-arguments.toml")["functions"]))
    def test_renamed_arguments_are_in_the_signature(self, name: str) -> None:
        new = table("names.json")["moved"].get(name, name)
        parameters = signature("2.21", new)
        for old, renamed in table("renamed-arguments.toml")["functions"][name].items():
            assert renamed in parameters
            assert old not in parameters
            assert old in signature("1.15", name)


def signature(version: str, name: str) -> list[str]:
    """The parameter names of a symbol in a generated table."""
    written = table(f"signatures-{version}.json")["symbols"][name]
    return [parameter.partition("=")[0].strip() for parameter in written.split(",")]
