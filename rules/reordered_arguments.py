"""Arguments by position in an order that TF 2 does not have."""

from collections.abc import Iterator

from tfce_migrate.changes import judge
from tfce_migrate.check import Calls
from tfce_migrate.members import misfits
from tfce_migrate.rule import Arguments, Match


def find(calls: Calls) -> Iterator[Match]:
    for call, found in judge(calls):
        if found.kind == "reordered":
            yield Match(call.site, call.raw, found.message, change=found.change, why_not=found.why_not)
    for one in misfits(calls):
        if one.keywords and not one.lost:
            names = ", ".join(dict.fromkeys(one.keywords.values()))
            message = f"{one.name} takes {names} by keyword only, or at another position"
            yield Match(one.call.site, one.name, message, change=Arguments(one.call, keywords=one.keywords))
