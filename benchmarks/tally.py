"""Scores of sites come in, a table of precision and recall per group and a list of what to read go out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.scoring import Score

DISTANCES = ("same_expr", "local", "function", "method_attr", "cross_file")
APART = ("notebook", "python 2")
HEAD = ("", "sites", "asked", "found", "recall", "right", "wrong", "precision", "edited", "wrong edits")


@dataclass(frozen=True)
class Row:
    """The counts of one group of sites.

    asked: the sites at which something has to be found; right and wrong: codes found, each once a site.
    """

    name: str
    sites: int = 0
    asked: int = 0
    found: int = 0
    right: int = 0
    wrong: int = 0
    edited: int = 0
    wrong_edits: int = 0

    @property
    def recall(self) -> float | None:
        """Found among asked; None where nothing was asked."""
        return self.found / self.asked if self.asked else None

    @property
    def precision(self) -> float | None:
        """Right among the judged; None where nothing was judged."""
        judged = self.right + self.wrong
        return self.right / judged if judged else None


def count(name: str, scores: Iterable[Score]) -> Row:
    """The counts of some scores under a name."""
    listed = list(scores)
    return Row(
        name=name,
        sites=len(listed),
        asked=sum(score.found is not None for score in listed),
        found=sum(score.found is True for score in listed),
        right=sum(len(score.right) for score in listed),
        wrong=sum(len(score.wrong) for score in listed),
        edited=sum(score.edit is not None for score in listed),
        wrong_edits=sum(len(score.wrong_edits) for score in listed),
    )


def by(scores: Sequence[Score], key: Callable[[Score], str], order: Sequence[str] = ()) -> list[Row]:
    """One row a group, in the given order and then by name."""
    names = {key(score) for score in scores}
    ordered = [name for name in order if name in names] + sorted(names - set(order))
    return [count(name, (score for score in scores if key(score) == name)) for name in ordered]


def rows(scores: Sequence[Score], apart: dict[str, str]) -> dict[str, list[Row]]:
    """The tables: per pattern, per distance and per verdict, and the totals.

    apart maps a label's id to the name of the separate row (notebook, python 2) in which it is counted.
    """
    plain = [score for score in scores if score.label.id not in apart]
    separate = [count(name, (s for s in scores if apart.get(s.label.id) == name)) for name in APART]
    return {
        "pattern": by(plain, lambda score: score.label.pattern) + [row for row in separate if row.sites],
        "dataflow": by(plain, lambda score: score.label.dataflow, DISTANCES),
        "verdict": by(plain, lambda score: score.label.verdict, ("bug", "migrate", "ok", "unsure")),
        "total": [count("all", scores), count("without the rows apart", plain)],
    }


def render(tables: dict[str, list[Row]]) -> str:
    """The tables as text in columns."""
    parts = []
    for title, listed in tables.items():
        cells = [(title, *HEAD[1:]), *(cells_of(row) for row in listed)]
        parts.append("\n".join(align(line) for line in cells))
    return "\n\n".join(parts)


def cells_of(row: Row) -> tuple[str, ...]:
    """A row as text, cell by cell."""
    numbers = [row.sites, row.asked, row.found, share(row.recall), row.right, row.wrong, share(row.precision)]
    return (row.name, *(str(number) for number in [*numbers, row.edited, row.wrong_edits]))


def share(value: float | None) -> str:
    """A share in percent, a dash where there is none."""
    return "-" if value is None else f"{100 * value:.1f}%"


def align(cells: Sequence[str]) -> str:
    """One line of a table: the name to the left, the rest to the right."""
    return f"{cells[0]:<27}" + "".join(
        f"{cell:>{max(9, len(head) + 2)}}" for cell, head in zip(cells[1:], HEAD[1:], strict=True)
    )


def to_read(scores: Iterable[Score], apart: dict[str, str]) -> str:
    """Each miss, each false alarm and each edit that could not be judged, one after the other."""
    return "\n\n".join(text for text in (describe(score, apart) for score in scores) if text)


def describe(score: Score, apart: dict[str, str]) -> str:
    """What is worth reading about one site, empty where all is right."""
    headings = []
    if score.found is False:
        headings.append("missed")
    if score.wrong:
        headings.append(f"false alarm {', '.join(score.wrong)}")
    if score.wrong_edits or score.to_read:
        headings.append("wrong edit" if score.wrong_edits else "edit to read")
    if not headings:
        return ""
    label = score.label
    lines = [
        f"{label.id} {'; '.join(headings)}: {label.place}",
        f"  {label.pattern} / {label.verdict} / {label.dataflow} {apart.get(label.id, '')}".rstrip(),
        f"  expected: {wanted(score)}",
        f"  found: {', '.join(score.codes) or 'nothing'}",
        *(f"    {note}" for note in score.notes),
        *(f"    wrong edit {edit}" for edit in score.wrong_edits),
        *(f"    edit to read {edit}" for edit in score.to_read),
        *([f"  label's note: {label.note}"] if label.note else []),
    ]
    return "\n".join(lines)


def wanted(score: Score) -> str:
    """What the label asks for, in words."""
    expected, label = score.expected, score.label
    codes = " or ".join(expected.right) or "no TFC101, TFC2xx, TFC301-303"
    arguments = f", labels={label.labels_arg} logits={label.logits_arg}" if label.labels_arg else ""
    return (
        codes
        + (", edited" if expected.edited else "")
        + ("" if expected.may_edit else ", no edit")
        + arguments
    )


def as_json(tables: dict[str, list[Row]], scores: Iterable[Score], apart: dict[str, str]) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "tables": {
            title: [{**asdict(row), "recall": row.recall, "precision": row.precision} for row in listed]
            for title, listed in tables.items()
        },
        "sites": [
            {
                "id": score.label.id,
                "apart": apart.get(score.label.id),
                "asked": list(score.expected.right),
                "codes": list(score.codes),
                "right": list(score.right),
                "wrong": list(score.wrong),
                "found": score.found,
                "edit": score.edit,
                "wrong_edits": list(score.wrong_edits),
            }
            for score in scores
        ],
    }
