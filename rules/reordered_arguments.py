"""Arguments by position in an order that TF 2 does not have."""

from collections.abc import Iterator

from tfce_migrate.changes import judge
from tfce_migrate.check import Calls
from tfce_migrate.rule import Match


def find(calls: Calls) -> Iterator[Match]:
    for call in calls.module.calls:
        found = judge(call, calls)
        if found is not None and found.kind == "reordered":
            yield Match(call.site, call.raw, found.message, change=found.change, why_not=found.why_not)
