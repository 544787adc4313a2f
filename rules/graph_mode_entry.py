"""A program that builds graphs and runs sessions, and never says so: TF 2 starts in eager mode."""

from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.entry import graph_to_say
from tfce_migrate.rule import AfterImports, Match

SYMBOL = "tf.compat.v1.disable_v2_behavior"
MESSAGE = "this program builds a graph and runs it, but TF 2 starts in eager mode, where placeholders and sessions fail"


def find(calls: Calls) -> Iterator[Match]:
    first = graph_to_say(calls)
    if first is not None:
        yield Match(first.site, first.raw, MESSAGE, change=AfterImports(SYMBOL, first))
