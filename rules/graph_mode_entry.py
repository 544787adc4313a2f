"""A program that builds graphs and runs sessions, and never says so: TF 2 starts in eager mode."""

import ast
from collections.abc import Iterator

from tfce_migrate.check import Calls
from tfce_migrate.evaluate import Reference
from tfce_migrate.rule import AfterImports, Match
from tfce_migrate.symbols import resolve

GRAPH = frozenset(
    "tf." + name
    for name in (
        "placeholder", "sparse_placeholder", "placeholder_with_default", "Session", "InteractiveSession",
        "train.MonitoredTrainingSession", "train.MonitoredSession", "train.Supervisor", "train.SessionManager",
        "train.string_input_producer", "train.slice_input_producer", "train.range_input_producer",
        "train.input_producer", "train.batch", "train.batch_join", "train.shuffle_batch", "train.shuffle_batch_join",
        "train.start_queue_runners",
    )
)  # fmt: skip
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
SAID = ("disable_v2_behavior", "disable_eager_execution", "enable_eager_execution", "enable_v2_behavior")
SYMBOL = "tf.compat.v1.disable_v2_behavior"
SESSIONS = frozenset(f"tf.{name}" for name in ("Session", "InteractiveSession", "train.MonitoredTrainingSession"))
CALLED = (
    "this file runs sessions when its functions are called: under TF 2 the program that calls them has to start with "
    "tf.compat.v1.disable_v2_behavior()"
)
MESSAGE = "this program builds a graph and runs it, but TF 2 starts in eager mode, where placeholders and sessions fail"


def find(calls: Calls) -> Iterator[Match]:
    graph = [reference for reference in calls.references if resolve(reference.raw).name in GRAPH]
    said = any(reference.raw.rpartition(".")[2] in SAID for reference in calls.references)
    if not graph or said:
        return
    first = min(graph, key=lambda reference: reference.site)
    if not _is_entry(graph, calls):
        makes_graphs = any(resolve(reference.raw).name == "tf.Graph" for reference in calls.references)
        if not makes_graphs and any(resolve(reference.raw).name in SESSIONS for reference in graph):
            yield Match(first.site, first.raw, CALLED, severity="info")
        return
    yield Match(first.site, first.raw, MESSAGE, change=AfterImports(SYMBOL, first))


def _is_entry(graph: list[Reference], calls: Calls) -> bool:
    """Whether the file does work when it is run, rather than only offering functions and classes."""
    if any(_at_top(reference) for reference in graph):
        return True
    local = {node.name for node in calls.source.tree.body if isinstance(node, ast.FunctionDef)}
    return any(_runs(statement, local) for statement in calls.source.tree.body)


def _at_top(reference: Reference) -> bool:
    frame = reference.frame
    return frame.function is None and not frame.is_class


def _runs(statement: ast.stmt, local: set[str]) -> bool:
    """Whether a statement of the top level is the guard of a program, or calls a function of the file."""
    if isinstance(statement, DEFINITIONS):
        return False
    if isinstance(statement, ast.If) and "__name__" in ast.dump(statement.test):
        return True
    called = (node.func for node in ast.walk(statement) if isinstance(node, ast.Call))
    return any(isinstance(func, ast.Name) and func.id in local for func in called)
