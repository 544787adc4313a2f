"""The values of the command line and a pyproject.toml come in, Settings go out."""

from __future__ import annotations

import os
import sys
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

from tfce_migrate.settings import Settings, SettingsError, with_whole_codes

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TABLE = "tool.tfce-migrate"
_NOT_IN_FILES = {"exclude_root"}
_PATHS = ("baseline", "output_file")
_SELECTION = ("select", "ignore", "extend_select")


Rules = Callable[[], Mapping[str, str]]


class Loaded(NamedTuple):
    """The settings and the file that had a say in them, if any."""

    settings: Settings
    file: Path | None


def load_settings(
    first: Path,
    given: Mapping[str, Any],
    rules: Rules,
    config: Path | None = None,
    isolated: bool = False,
) -> Loaded:
    """Give the settings for a run whose first path is first; given, from the command line, beats the file.

    config is read instead of the nearest pyproject.toml; isolated reads no file at all. rules gives the name
    of each code, and is asked only where there are selectors to spell out. Raises SettingsError with one line
    that names file and key.
    """
    file = None if isolated else config or nearest_pyproject(first)
    found = _from_file(file, rules, required=config is not None) if file else {}
    if "select" in given:
        found = {key: value for key, value in found.items() if key not in _SELECTION}
    if "exclude" in given:
        found.pop("exclude_root", None)
    return Loaded(_spelled_out(Settings(**{**found, **given}), rules), file)


def nearest_pyproject(first: Path) -> Path | None:
    """The pyproject.toml in the folder of first or the nearest folder above it."""
    start = Path(os.path.abspath(first))
    for folder in (start, *start.parents):
        if (folder / "pyproject.toml").is_file():
            return folder / "pyproject.toml"
    return None


def _spelled_out(settings: Settings, rules: Rules) -> Settings:
    selectors = (*settings.select, *settings.ignore, *settings.extend_select)
    return with_whole_codes(settings, rules()) if selectors else settings


def _from_file(file: Path, rules: Rules, required: bool) -> dict[str, Any]:
    table = _table(file, required)
    fields = _fields()
    values: dict[str, Any] = {}
    for key, value in table.items():
        name = fields.get(key)
        if name is None:
            raise SettingsError(f"{file}: [{TABLE}] has no key '{key}'{_nearest(key, fields)}")
        values[name] = _checked(f"{file}: [{TABLE}] {key}", value, _HINTS[name])
    values |= {name: str(file.parent / values[name]) for name in _PATHS if name in values}
    if "exclude" in values:
        values["exclude_root"] = str(file.parent)
    try:
        _spelled_out(Settings(**values), rules)
    except SettingsError as error:
        raise SettingsError(f"{file}: [{TABLE}] {error}") from error
    return values


def _table(file: Path, required: bool) -> dict[str, Any]:
    try:
        document: Any = tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror or error}") from error
    except RecursionError as error:
        raise SettingsError(f"{file}: it nests too deeply to be read") from error
    except ValueError as error:  # of TOML, of UTF-8, of numbers with thousands of digits
        raise SettingsError(f"{file}: this is not TOML: {error}") from error
    for part in TABLE.split("."):
        if not isinstance(document, dict):
            raise SettingsError(f"{file}: [{TABLE}] is not a table")
        if required and part not in document:
            raise SettingsError(f"{file}: there is no table [{TABLE}] in it")
        document = document.get(part, {})
    if not isinstance(document, dict):
        raise SettingsError(f"{file}: [{TABLE}] is not a table")
    return document


def _fields() -> dict[str, str]:
    return {name.strip("_").replace("_", "-"): name for name in _HINTS if name not in _NOT_IN_FILES}


def _nearest(key: str, fields: Mapping[str, str]) -> str:
    import difflib

    close = difflib.get_close_matches(key, fields, 1)
    return f"; did you mean '{close[0]}'?" if close else f"; it knows {', '.join(fields)}"


def _checked(where: str, value: Any, hint: Any) -> Any:
    """Give the value as the hint wants it. Raises SettingsError naming where."""
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            choices = ", ".join(f'"{choice}"' for choice in get_args(hint))
            raise SettingsError(f"{where}: expected one of {choices}, not {_shown(value)}")
        return value
    if hint == tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise SettingsError(f"{where}: expected a list of strings, not {_shown(value)}")
        return tuple(value)
    kind = get_args(hint)[0] if get_origin(hint) is types.UnionType else hint
    if type(value) is not kind:
        raise SettingsError(f"{where}: expected {_KIND_NAMES[kind]}, not {_shown(value)}")
    return value


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


_KIND_NAMES = {str: "a string", int: "a whole number", bool: "true or false"}
_HINTS = get_type_hints(Settings)
