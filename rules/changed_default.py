"""Names that TF 2 kept for functions that compute something else, or that take what the old ones did not."""

from collections.abc import Iterator

from tfce_migrate.changes import UNSURE, judge, mentions
from tfce_migrate.check import Calls
from tfce_migrate.entry import OLD_SHAPES, SAID, graph_to_say, says
from tfce_migrate.members import dimensions, values
from tfce_migrate.names import target_of
from tfce_migrate.outcome import Safety, Severity
from tfce_migrate.rule import Keep, Match, New, Rename, Replace

DIMENSION = (
    "a dimension of a shape is a number in TF 2, which has no value, unless disable_v2_behavior was called; "
    "tf.compat.dimension_value takes both"
)

MAKERS = ("tf.get_variable", "tf.variable_scope", "tf.get_local_variable")
INSTEAD = "a function of one's own does, such as lambda w: scale * tf.reduce_sum(w ** 2), or legacy Keras"


def find(calls: Calls) -> Iterator[Match]:
    for call, found in judge(calls):
        if found.kind == "changed":
            safety = None if found.alike else Safety.BEHAVIOUR
            why_not = found.why_not
            yield Match(call.site, call.raw, found.message, (), found.change, why_not, safety, _severity(why_not))
    for one in mentions(calls):
        change = None if one.why_not else Rename(one.reference, one.target)
        message, why_not = f"{one.name}: {one.why}", one.why_not
        yield Match(one.reference.site, one.reference.raw, message, (), change, why_not, None, _severity(why_not))
    if target_of(calls.settings).columns[-1] == "2.21":
        yield from _regularizers(calls)
    yield from _dimensions(calls)
    for call, why in values(calls):
        yield Match(call.site, call.raw, f"{call.raw}: {why}")


def _regularizers(calls: Calls) -> Iterator[Match]:
    """Those of Keras 3, for the variables of TF 1."""
    for call in calls.module.calls:
        if call.symbol.name not in MAKERS:
            continue
        for arg in call.args:
            if arg.keyword == "regularizer" and arg.term.op.startswith("tf.keras.regularizers."):
                message = f"{arg.term.op} of Keras 3 refuses a variable of tf.compat.v1; {INSTEAD}"
                yield Match(arg.site, arg.term.op, message)


def _dimensions(calls: Calls) -> Iterator[Match]:
    """`x.get_shape()[0].value`, where nothing says that the old shapes are asked for."""
    found = list(dimensions(calls))
    if not found or says(calls, *OLD_SHAPES) or graph_to_say(calls) is not None:
        return
    severity: Severity | None = None if says(calls, *SAID) else "info"  # elsewhere it may be asked for
    for call in found:
        part = New("tf.compat.dimension_value", ((None, Keep(call.func)),))
        change = Replace(call.site, part, call)
        yield Match(call.site, call.raw, DIMENSION, change=change, severity=severity)


def _severity(why_not: str | None) -> Severity | None:
    return "info" if why_not in UNSURE else None
