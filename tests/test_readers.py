"""The inputs that a fuzzer found worth keeping, read again."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import readers  # noqa: E402


@pytest.mark.parametrize("path", readers.kept(readers.CORPUS), ids=lambda path: path.name)
def test_reads_what_was_kept(path: Path) -> None:
    readers.read(path.read_bytes())


def test_every_reader_has_inputs() -> None:
    first = {path.read_bytes()[0] % len(readers.READERS) for path in readers.kept(readers.CORPUS)}
    assert first == set(range(len(readers.READERS)))


def test_a_broken_law_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tfce_migrate.source.Source.span", lambda self, site: (1, 0))
    with pytest.raises(AssertionError):
        readers.read(b"0x = 1\n")
