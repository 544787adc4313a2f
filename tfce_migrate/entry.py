"""A file as the rules see it comes in; whether it is a program of graphs, and whether TF 2 is told so, goes out."""

from __future__ import annotations

import ast

from tfce_migrate.check import Calls
from tfce_migrate.evaluate import Reference
from tfce_migrate.source import is_main_guard
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
SESSIONS = frozenset(f"tf.{name}" for name in ("Session", "InteractiveSession", "train.MonitoredTrainingSession"))
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
SAID = ("disable_v2_behavior", "disable_eager_execution", "enable_eager_execution", "enable_v2_behavior")
OLD_SHAPES = ("disable_v2_behavior", "disable_v2_tensorshape")


def graph_to_say(calls: Calls) -> Reference | None:
    """The first thing of a graph in a program that is run by itself, and says nothing of how TF 2 is to run it."""
    graph = [reference for reference in calls.references if resolve(reference.raw).name in GRAPH]
    if not graph or says(calls, *SAID) or not _is_entry(graph, calls):
        return None
    return min(graph, key=lambda reference: reference.site)


def sessions_in_functions(calls: Calls) -> Reference | None:
    """The first session that a file makes when something else calls it, without a graph of its own for it."""
    names = [(resolve(reference.raw).name, reference) for reference in calls.references]
    made = [reference for name, reference in names if name in SESSIONS]
    if not made or says(calls, *SAID) or any(name == "tf.Graph" for name, _ in names) or _is_entry(made, calls):
        return None
    return min(made, key=lambda reference: reference.site)


def says(calls: Calls, *names: str) -> bool:
    """Whether a file mentions one of these switches of TF 2."""
    return any(reference.raw.rpartition(".")[2] in names for reference in calls.references)


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
    if is_main_guard(statement):
        return True
    called = (node.func for node in ast.walk(statement) if isinstance(node, ast.Call))
    return any(isinstance(func, ast.Name) and func.id in local for func in called)
