"""Definitions of functions and classes come in; what their names are bound to goes out, bodies left for later."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from tfce_migrate.evaluate.expressions import defaults_of, evaluate
from tfce_migrate.evaluate.frame import ClassInfo, Frame, Function
from tfce_migrate.evaluate.targets import assigned
from tfce_migrate.source import site_of
from tfce_migrate.terms import Term

Run = Callable[[list[ast.stmt], Frame], None]
KNOWN_DECORATORS = (
    "functools.wraps", "contextlib.contextmanager", "tf.function", "tf.contrib.framework.add_arg_scope",
    "tf.contrib.layers.add_arg_scope", "abc.abstractmethod", "builtins.staticmethod", "builtins.classmethod",
)  # fmt: skip


def function(node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> None:
    """Bind a function's name."""
    decorators = [evaluate(decorator, frame) for decorator in node.decorator_list]
    for annotation in _annotations(node):
        annotated(annotation, frame)
    place = f"{frame.walk.path}:{node.lineno}:{node.col_offset}:{node.name}"
    made = Function(node.name, place, node, frame, defaults_of(node.args, frame))
    for decorator in decorators:
        _decorate(made, decorator)
    frame.walk.functions.append(made)
    frame.bind(node.name, Term("function", value=made, made=site_of(frame.walk.path, node)))


def annotated(annotation: ast.expr, frame: Frame) -> None:
    """Note what an annotation names; nothing is made by it, so it stands in a scope of its own."""
    evaluate(annotation, Frame(frame.walk, frame, is_class=True, summary=frame.summary))


def _annotations(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.expr]:
    """What is said of parameters and the result: it is computed when the function is defined."""
    arguments = node.args
    for each in (*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs, arguments.kwarg):
        if each is not None and each.annotation is not None:
            yield each.annotation
    if node.returns is not None:
        yield node.returns


def _decorate(function: Function, decorator: Term) -> None:
    name = decorator.value if decorator.op in ("symbol", "attr") else None
    if decorator.op == "call":
        callee = decorator.args["callee"]
        name = callee.value if callee.op in ("symbol", "attr") else None
        decorator = callee
    if name == "builtins.staticmethod":
        function.role = "static"
    elif name == "builtins.classmethod":
        function.role = "class"
    elif (isinstance(name, str) and name.rpartition(".")[2].endswith("property")) or (
        (decorator.op == "function" and _makes_property(decorator.value.node))
        or (decorator.op == "class" and any("__get__" in info.members for info in decorator.value.lineage()))
    ):
        function.role = "property"
    elif not (isinstance(name, str) and (name in KNOWN_DECORATORS or name.endswith((".setter", "add_arg_scope")))):
        function.opaque = function.opaque or not _is_plain(decorator)


def _is_plain(decorator: Term) -> bool:
    """A decorator of the same file that hands the function's result on; its wrapper is not looked into."""
    return decorator.op in ("function", "symbol", "free", "param")


def _makes_property(node: ast.AST) -> bool:
    """A memo decorator: it uses property itself, or keeps the value with hasattr and setattr."""
    names = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    return "property" in names or {"hasattr", "setattr"} <= names


def class_(node: ast.ClassDef, frame: Frame, run: Run) -> None:
    """Bind a class's name; run walks the statements of its body."""
    bases = tuple(evaluate(base, frame) for base in node.bases)
    for decorator in node.decorator_list:
        evaluate(decorator, frame)
    body = Frame(frame.walk, frame, is_class=True, summary=frame.summary)
    run(node.body, body)
    info = ClassInfo(node.name, body.env, bases, fields=_fields(node, bases), made=site_of(frame.walk.path, node))
    for term in body.env.values():
        if term.op != "function":
            continue
        term.value.owner = info
        for place in _self_places(term.value):
            info.writers.setdefault(place, []).append(term.value)
    frame.walk.classes.append(info)
    frame.bind(node.name, Term("class", value=info, made=site_of(frame.walk.path, node)))


def _self_places(function: Function) -> list[str]:
    """The attributes of its first parameter that a method assigns."""
    names = function.parameters()
    if isinstance(function.node, ast.Lambda) or not names or function.role == "static":
        return []
    prefix = names[0] + "."
    places = [place[len(prefix) :] for place in assigned(function.node.body) if place.startswith(prefix)]
    for call in ast.walk(function.node) if function.frame.walk.source.has("setattr", function.node) else ():
        match call:
            case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value=name), _]):
                places.append(str(name))
    return [place for place in places if "." not in place and "[" not in place]


def _fields(node: ast.ClassDef, bases: tuple[Term, ...]) -> tuple[str, ...]:
    inherited = next((base.value.fields for base in bases if base.op == "class" and base.value.fields), ())
    named = any(base.op == "symbol" and base.value == "typing.NamedTuple" for base in bases)
    data = any("dataclass" in ast.dump(decorator) for decorator in node.decorator_list)
    if not named and not data:
        return inherited
    targets = [part.target for part in node.body if isinstance(part, ast.AnnAssign)]
    own = [target.id for target in targets if isinstance(target, ast.Name)]
    return (*inherited, *(name for name in own if name not in inherited))
