"""What the user asked for, frozen: from the command line and from [tool.tfce-migrate]."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

Target = Literal["v2", "compat.v1", "compat.v2"]
Keras = Literal["3", "legacy"]
Era = Literal["auto", "0.x", "1.x"]
Python2 = Literal["check", "convert", "skip"]
OutputFormat = Literal["text", "json", "jsonl", "diff", "sarif", "github"]

_VERSION = re.compile(r"1\.15(\.\d+)?|2\.\d+(\.\d+)?")
_LAST_WITH_KERAS_2, _NEWEST = 15, 21  # of TensorFlow 2; these and 1.15 are the versions that the tables know
_PREFIX = re.compile(r"TFC\d*")


class SettingsError(ValueError):
    """Settings that make no sense; the message is one line for the user."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The options that change what is found, written or shown, and how many workers look.

    exclude patterns are relative to exclude_root, an empty one being the current folder.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    target: Target = "v2"
    tf_version: str = "2.21"
    keras: Keras = "3"
    from_: Era = "auto"
    unsafe_fixes: bool = False
    python2: Python2 = "check"
    backup: str | None = None
    journal: bool = True
    exclude: tuple[str, ...] = ()
    exclude_root: str = ""
    force_exclude: bool = False
    jobs: int = 0
    output_format: OutputFormat = "text"
    output_file: str | None = None
    statistics: bool = False
    exit_zero: bool = False
    baseline: str | None = None
    quiet: bool = False
    verbose: bool = False

    def __post_init__(self) -> None:
        """Raise SettingsError for a value that its type allows but that means nothing."""
        if not _VERSION.fullmatch(self.tf_version):
            what = "neither a TensorFlow 2 version such as 2.21 nor 1.15"
            raise SettingsError(f"tf-version: '{self.tf_version}' is {what}")
        if self.backup is not None and (not self.backup or set(self.backup) & set("/\\\0")):
            raise SettingsError(f"backup: {self.backup!r} is no end of a file name such as .orig")
        if self.backup is not None and self.backup.endswith((".py", ".ipynb")):
            raise SettingsError(f"backup: files that end in {self.backup} would be migrated themselves")
        if self.jobs < 0:
            raise SettingsError(f"jobs: {self.jobs} is less than 0 (0 means one worker a core)")

    @property
    def judged_by(self) -> str:
        """The version whose API stands for tf_version: 1.15, 2.15 for what has a Keras 2 of its own, or 2.21."""
        major, minor = (int(part) for part in self.tf_version.split(".")[:2])
        return "1.15" if major == 1 else f"2.{_LAST_WITH_KERAS_2 if minor <= _LAST_WITH_KERAS_2 else _NEWEST}"

    @property
    def newest(self) -> str | None:
        """The one version that the code shall run on; None where that is 1.15 and today's."""
        return None if self.tf_version.startswith("1.") else self.tf_version

    @property
    def stands_for(self) -> str | None:
        """A sentence on what follows when the tables know another version than the one asked for."""
        known, asked = self.judged_by, ".".join(self.tf_version.split(".")[:2])
        if asked == known:
            return None
        older = int(asked[2:]) < int(known[2:])
        doubt = f"what is newer than {asked} counts as there" if older else f"what {asked} lost counts as there"
        return f"TensorFlow {asked} is judged by {known}, the nearest that the tables know: {doubt}"

    def selects(self, code: str) -> bool:
        """Whether findings of this code are wanted; the selectors must be whole codes (with_whole_codes)."""
        chosen = not self.select or code in self.select or code in self.extend_select
        return chosen and code not in self.ignore


def with_whole_codes(settings: Settings, rules: Mapping[str, str]) -> Settings:
    """Give settings whose selectors are spelled out as whole codes; rules maps each code to its name.

    Raises SettingsError for a selector that no rule answers to.
    """
    return replace(
        settings,
        select=_codes("select", settings.select, rules),
        ignore=_codes("ignore", settings.ignore, rules),
        extend_select=_codes("extend-select", settings.extend_select, rules),
    )


def _codes(key: str, selectors: Iterable[str], rules: Mapping[str, str]) -> tuple[str, ...]:
    found: set[str] = set()
    for selector in selectors:
        codes = _matching(selector, rules)
        if not codes:
            raise SettingsError(f"{key}: no rule has the code, prefix or name '{selector}'")
        found |= codes
    return tuple(sorted(found))


def _matching(selector: str, rules: Mapping[str, str]) -> set[str]:
    if selector.upper() == "ALL":
        return set(rules)
    if _PREFIX.fullmatch(selector.upper()):
        return {code for code in rules if code.startswith(selector.upper())}
    return {code for code, name in rules.items() if name == selector.lower()}
