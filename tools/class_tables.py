"""Takes what interpreters say of classes, gives the table of the members that a target has not, or calls otherwise."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

GENERATOR = "tools/generate_api.py"
COLUMNS = ("2.21", "2.21-keras2", "2.15")
ANY, BELOW = "*", "+"  # as in probe_members.py

Members = Mapping[str, str | None]


@dataclass(frozen=True)
class Change:
    """What a target's class lacks, and the methods that it calls otherwise, with old and new parameters."""

    gone: tuple[str, ...] = ()
    args: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def row(self, classes: list[str]) -> dict[str, Any]:
        """The row of the table for classes of which the same is to be said."""
        row: dict[str, Any] = {"also": " ".join(classes[1:]), "gone": " ".join(self.gone)}
        row["args"] = {name: list(pair) for name, pair in sorted(self.args.items())}
        return {key: value for key, value in row.items() if value}


def members_table(surveys: Mapping[str, Any], moved: Mapping[str, str]) -> dict[str, Any]:
    """For each target and API, by class of 1.15: what is gone from the class of that name, or of its new name.

    also are more classes of which the same is to be said. "0.12 ..." holds what is to be said of 0.12 only.
    """
    table: dict[str, Any] = {"generator": GENERATOR}
    for column in COLUMNS:
        for api in ("v1", "v2"):
            later = dict(_changes(surveys["1.15"], surveys[column], api, moved))
            first = dict(_changes(surveys["0.12"], surveys[column], api, moved, surveys["1.15"]))
            table[f"{column} {api}"] = _rows(later)
            table[f"0.12 {column} {api}"] = _rows(first)
    found = {name for rows in table.values() if isinstance(rows, dict) for row in rows.values() for name in _words(row)}
    table["watched"] = sorted(found)
    return table


def _words(row: Mapping[str, Any]) -> set[str]:
    return {*row.get("gone", "").split(), *row.get("args", {})}


def _changes(
    old: Any, new: Any, api: str, moved: Mapping[str, str], later: Any = None
) -> Iterator[tuple[str, Change]]:
    for name, symbol in old.symbols["v1"].items():
        before = old.classes.get(symbol.same)
        home = moved.get(name, name) if api == "v2" else name
        after = new.classes.get(new.symbols[api][home].same) if home in new.symbols[api] else None
        if before is None or after is None:
            continue
        twin = later.symbols["v1"].get(name) if later is not None else None
        known = (later.classes.get(twin.same) or {}) if twin is not None else {}
        change = change_of({key: value for key, value in before.items() if known.get(key, "-") != value}, after)
        change = Change(tuple(each for each in change.gone if each not in known), change.args)
        if change.gone or change.args:
            yield name, change


def change_of(old: Members, new: Members) -> Change:
    """What is gone or called otherwise between two classes; nothing is gone from one that may have any member."""
    own = [name for name in old if name != ANY and not name.startswith(BELOW)]
    gone = () if ANY in new else tuple(sorted(name for name in own if name not in new and BELOW + name not in new))
    both = {name: (was, new.get(name)) for name, was in old.items() if name in own}
    args = {name: (was, now) for name, (was, now) in both.items() if was is not None and now is not None}
    return Change(gone, {name: pair for name, pair in args.items() if refuses(*pair)})


def refuses(old: str, new: str) -> bool:
    """Whether the new parameters do not take some call that fits the old ones, or take it for another."""
    was, now = _parameters(old), _parameters(new)
    positional, named = [each.arg for each in now.args], {each.arg for each in (*now.args, *now.kwonlyargs)}
    for index, each in enumerate(was.args):
        if now.vararg is None and positional[index : index + 1] != [each.arg]:
            return True
    return now.kwarg is None and any(each.arg not in named for each in (*was.args, *was.kwonlyargs))


def _parameters(text: str) -> ast.arguments:
    (function,) = ast.parse(f"def f({text}): ...").body
    assert isinstance(function, ast.FunctionDef)
    return function.args


def _rows(changes: Mapping[str, Change]) -> dict[str, Any]:
    """One row for all classes of which the same is to be said, under the first of them."""
    groups: dict[str, list[str]] = {}
    for name, change in sorted(changes.items()):
        groups.setdefault(repr(change), []).append(name)
    return {classes[0]: changes[classes[0]].row(classes) for classes in groups.values()}
