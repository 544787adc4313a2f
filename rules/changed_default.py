"""Names that TF 2 kept for functions that compute something else, or that take what the old ones did not."""

from collections.abc import Iterator

from tfce_migrate.changes import UNSURE, judge, mentions
from tfce_migrate.check import Calls
from tfce_migrate.outcome import Safety, Severity
from tfce_migrate.rule import Match, Rename


def find(calls: Calls) -> Iterator[Match]:
    for call in calls.module.calls:
        found = judge(call, calls)
        if found is not None and found.kind == "changed":
            safety = None if found.alike else Safety.BEHAVIOUR
            why_not = found.why_not
            yield Match(call.site, call.raw, found.message, (), found.change, why_not, safety, _severity(why_not))
    for one in mentions(calls):
        change = None if one.why_not else Rename(one.reference, one.target)
        message, why_not = f"{one.name}: {one.why}", one.why_not
        yield Match(one.reference.site, one.reference.raw, message, (), change, why_not, None, _severity(why_not))


def _severity(why_not: str | None) -> Severity | None:
    return "info" if why_not in UNSURE else None
