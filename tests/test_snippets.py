"""Small programs, one a thing that TensorFlow changed: nothing is left without a word. tests/equivalence runs them."""

from __future__ import annotations

import ast

import pytest
from reading_snippets import Snippet, read

from tfce_migrate import Settings, check_source, migrate_source

SNIPPETS = read()


def named(snippet: Snippet) -> str:
    return snippet.name


@pytest.mark.parametrize("snippet", SNIPPETS, ids=named)
def test_what_is_left_is_what_its_title_says(snippet: Snippet) -> None:
    outcome = snippet.migrated()
    assert outcome.problems == ()
    left = {finding.code for finding in outcome.findings if not finding.fixed and finding.severity != "info"}
    assert left == ({snippet.code} if snippet.code else set())
    ast.parse(outcome.after)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=named)
def test_migrating_again_changes_nothing_and_leaves_the_same(snippet: Snippet) -> None:
    first = snippet.migrated()
    chosen = Settings(keras="legacy" if snippet.legacy else "3")
    assert migrate_source(first.after, "example.py", chosen).after == first.after
    left = [finding.code for finding in first.findings if not finding.fixed]
    assert [finding.code for finding in check_source(first.after, "example.py", chosen).findings] == left


@pytest.mark.parametrize("snippet", [each for each in SNIPPETS if each.legacy], ids=named)
def test_what_legacy_keras_has_is_reported_with_keras_3(snippet: Snippet) -> None:
    outcome = snippet.migrated("3")
    assert any(not finding.fixed for finding in outcome.findings)


def test_names_are_told_apart() -> None:
    assert len({snippet.name for snippet in SNIPPETS}) == len(SNIPPETS) > 200
