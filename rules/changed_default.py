"""Names that TF 2 kept for functions that compute something else, or that take what the old ones did not."""

from collections.abc import Iterator

from tfce_migrate.changes import judge, mentions
from tfce_migrate.check import Calls
from tfce_migrate.outcome import Safety
from tfce_migrate.rule import Match, Rename


def find(calls: Calls) -> Iterator[Match]:
    for call in calls.module.calls:
        found = judge(call, calls)
        if found is not None and found.kind == "changed":
            severity = "info" if found.change is None and found.why_not is not None else None
            safety = None if found.alike else Safety.BEHAVIOUR
            yield Match(
                call.site, call.raw, found.message, (), found.change, found.why_not, safety=safety, severity=severity
            )
    for one in mentions(calls):
        change = None if one.why_not else Rename(one.reference, one.target)
        severity = "info" if one.why_not else None
        message = f"{one.name}: {one.why}"
        yield Match(one.reference.site, one.reference.raw, message, change=change, why_not=one.why_not, severity=severity)
