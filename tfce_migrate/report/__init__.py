"""Outcomes come in, the text of a report goes out; one module and one writer for each format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Literal, cast

from tfce_migrate.outcome import Outcome
from tfce_migrate.settings import Settings


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a report has to say besides the outcomes: which command ran how, and where the report goes."""

    settings: Settings
    command: Literal["check", "migrate"] = "check"
    version: str = ""
    colour: bool = False


def render(outcomes: Sequence[Outcome], occasion: Occasion) -> str:
    """Give the report in the format that the settings name.

    The text may hold surrogates in place of bytes that are not UTF-8: encode it with surrogateescape.
    """
    module = import_module(f"{__name__}.{occasion.settings.output_format}")
    writer = cast("Callable[[Sequence[Outcome], Occasion], str]", module.write)
    return writer(outcomes, occasion)
