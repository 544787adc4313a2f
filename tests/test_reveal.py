"""The pages in reveal/ on trial: what the walk says of each revealed value is what its line's comment says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tfce_migrate.evaluate import evaluate
from tfce_migrate.project import Project
from tfce_migrate.source import parse
from tfce_migrate.terms import Term
from tfce_migrate.trace import walk

PAGES = sorted((Path(__file__).parent / "reveal").glob("*.md"))
BLOCK = re.compile(r"^```python *(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SAID = re.compile(r"^\s*reveal\(.*\)  # (.+)$")


@dataclass(frozen=True)
class Program:
    """The files of one example; the last of them is the one that is asked."""

    name: str
    files: tuple[tuple[str, str], ...]


def programs() -> Iterator[Program]:
    """Each block without a file's name, and the named blocks of each section together."""
    for page in PAGES:
        for section in re.split(r"^#+ ", page.read_text(), flags=re.MULTILINE):
            named = []
            for number, block in enumerate(BLOCK.finditer(section)):
                title = f"{page.stem}: {section.splitlines()[0]}"
                if block[1]:
                    named.append((block[1], block[2]))
                else:
                    yield Program(f"{title} {number + 1}", (("program.py", block[2]),))
            if named:
                yield Program(title, tuple(named))


def revealed(folder: Path, program: Program) -> dict[int, set[str]]:
    """The kinds of what `reveal` was called with, by line, in the last file."""
    for name, text in program.files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "setup.py").write_text("")
    name, text = program.files[-1]
    found: dict[int, set[str]] = {}
    for root in evaluate(parse(text, name), Project()).roots:
        for term in walk(root):
            if term.op == "call" and _is_reveal(term.args["callee"]) and term.made is not None:
                found.setdefault(term.made.line, set()).add(term.args["0"].kind.value)
    return found


def _is_reveal(callee: Term) -> bool:
    return callee.op == "free" and callee.value == "reveal"


@pytest.mark.parametrize("program", programs(), ids=lambda program: program.name)
def test_a_page_says_what_is_known(program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = program.files[-1][1].splitlines()
    said = {number: {match[1]} for number, line in enumerate(lines, 1) if (match := SAID.match(line))}
    assert said, "the example reveals nothing"
    assert revealed(tmp_path, program) == said


def test_every_reveal_is_read() -> None:
    text = "".join(page.read_text() for page in PAGES)
    assert text.count("reveal(") - text.count("`reveal(") == len(
        [line for line in text.splitlines() if SAID.match(line)]
    )
