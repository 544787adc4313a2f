"""A class of fields comes in; one made in half the time goes out, whose objects type checkers hold to be frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**options):
        """What only type checkers read."""
        return lambda function: function


_Class = TypeVar("_Class", bound=type)


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
def record(cls: _Class) -> _Class:
    """A dataclass with slots, compared by identity, whose fields mypy lets nobody assign to.

    A frozen dataclass sets each field through object.__setattr__, and a file makes its terms by the thousand:
    for those that is a tenth of a run. What is made rarely stays a frozen dataclass.
    """
    made: _Class = dataclass(slots=True, eq=False, repr=False)(cls)  # type: ignore[assignment]
    return made
