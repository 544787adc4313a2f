"""What the walk carries: frames of bindings, functions and classes as seen so far, and the notes that it takes."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from typing import Protocol

from tfce_migrate.outcome import Position
from tfce_migrate.record import record
from tfce_migrate.source import Site, Source
from tfce_migrate.symbols import Symbol
from tfce_migrate.terms import Guard, Term

LIMIT_IMPORTS = 30
CHANGED = Term("unknown", value="changed")
_ROOT = re.compile(r"[^.\[]*")
LIMIT_SPENT = 400_000  # beyond it what functions return is unknown; a file of ordinary size uses some thousands


@record
class Arg:
    """One argument as it is written: keyword or None, star is "", "*" or "**"."""

    keyword: str | None
    star: str
    term: Term
    site: Site


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Call:
    """One call of a library's symbol. via holds the calls of the user's own functions through which it was reached."""

    symbol: Symbol
    raw: str
    site: Site
    func: Site
    args: tuple[Arg, ...]
    term: Term
    frame: Frame
    names: Mapping[str, Term]
    via: tuple[Site, ...] = ()

    def positional(self) -> list[Arg]:
        """The arguments without a keyword, up to the first star."""
        found = []
        for arg in self.args:
            if arg.star == "*":
                break
            if arg.keyword is None and not arg.star:
                found.append(arg)
        return found

    def keyword(self, *names: str) -> Arg | None:
        """The argument with the first of these keywords that is there."""
        for name in names:
            for arg in self.args:
                if arg.keyword == name:
                    return arg
        return None

    @property
    def starred(self) -> bool:
        """Whether `*args` or `**kwargs` hide some of the arguments."""
        return any(arg.star for arg in self.args)


@record
class Reference:
    """One mention of a library's symbol: its longest dotted name as reached from a binding.

    kind is "dotted" (`tf.log`), "import" (`from tensorflow import log`: the site is the name there), "module"
    (`import tensorflow.nn`), "star" (`from tensorflow.nn import *`) or "name" (a use of a name that was imported or
    assigned: what is wrong with it is said where it was bound). base is what the first
    part of a dotted name is bound to: `tf.app.flags` in `flags.DEFINE_string` after `flags = tf.app.flags`.
    """

    raw: str
    site: Site
    frame: Frame
    kind: str
    base: str = ""


class Reading(Protocol):
    """A text that is read as another one, and the way back from the places of that."""

    @property
    def text(self) -> str:
        """The text that is read."""

    def span(self, start: Position, end: Position) -> tuple[Position, Position]:
        """Where in the text as it is stands what has these places in the one that is read."""


class Neighbours(Protocol):
    """What an import from a neighbouring file means; project.py answers."""

    def find(self, module: str, level: int, path: str, also: Sequence[str] = ()) -> str | None:
        """The file or folder of a module as imported from path, or from one of the folders; None if no neighbour."""

    def child(self, package: str, name: str) -> str | None:
        """The file or folder of a module inside a package's."""

    def top(self, path: str) -> Frame | None:
        """The bindings of a neighbour's file after its import, or so far while it is being imported."""

    def source(self, path: str) -> Source | None:
        """The text of a neighbour's file as it is read."""

    def positions(self, site: Site) -> tuple[Position, Position]:
        """Where a site of a neighbour starts and ends in its text as it is."""

    def parse(self, text: str, path: str) -> Source:
        """The tree of a file that is looked at for its own sake."""

    def reading(self, text: str, path: str) -> Reading | None:
        """What a text that is not Python 3 is read as, if it can be."""


@dataclass(slots=True, repr=False)
class Summary:
    """What a function comes to: what it returns, what it leaves in `self.*`, which calls depend on its parameters."""

    returns: Term
    writes: dict[str, Term] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    waiting: list[Term] = field(default_factory=list)  # calls of a parameter, or of what hangs on one
    closed: list[Call] = field(default_factory=list)  # watched calls that depend on no parameter
    owner: ClassInfo | None = None
    scopes: tuple[Term, ...] = ()  # the arg_scopes in force when it was made
    reads: dict[tuple[int, str], tuple[Frame, Term]] = field(default_factory=dict)
    changed: list[Term] = field(default_factory=list)  # parameters whose objects it may change
    dirty: set[object] = field(default_factory=set)  # those of which it is not known what is in them by now
    touched: set[tuple[Frame, str]] = field(default_factory=set)  # places around it whose objects it may change
    leaves: dict[str, Term] = field(default_factory=dict)  # what it binds by global and nonlocal


@dataclass(eq=False, slots=True, repr=False)
class Function:
    """A def or lambda. place is unique in the program; parameters appear in terms as (place, name)."""

    name: str
    place: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    frame: Frame
    defaults: dict[str, Term]
    role: str = "plain"  # plain, property, static, class
    owner: ClassInfo | None = None
    opaque: bool = False  # a decorator that nobody knows may change the result
    summaries: dict[int | tuple[int, ...], Summary] = field(default_factory=dict)

    def parameters(self) -> list[str]:
        """The names that positional arguments fill, in order."""
        arguments = self.node.args
        return [arg.arg for arg in (*arguments.posonlyargs, *arguments.args)]


@dataclass(eq=False, slots=True, repr=False)
class ClassInfo:
    """A class: its bases as terms, what its body binds, and which methods assign which attribute of self."""

    name: str
    members: Mapping[str, Term]
    bases: tuple[Term, ...]
    writers: dict[str, list[Function]] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    made: Site | None = None
    attributes: dict[str, Term | None] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """What stands for a function's place in the parameters that are the fields of a class."""
        return f"{id(self)} fields"

    def lineage(self) -> Iterator[ClassInfo]:
        """The class and its known bases, depth first, each once."""
        seen: list[ClassInfo] = []
        queue: list[ClassInfo] = [self]
        while queue and len(seen) < 32:
            current = queue.pop(0)
            if current in seen:
                continue
            seen.append(current)
            yield current
            queue = [base.value for base in current.bases if base.op == "class"] + queue


@dataclass(eq=False, slots=True, repr=False)
class Frame:
    """The bindings of one scope while the walk goes through it. Keys are places: `x`, `self.pred`, `d['a']`."""

    walk: Walk
    outer: Frame | None
    env: dict[str, Term] = field(default_factory=dict)
    function: Function | None = None
    self_class: ClassInfo | None = None
    receiver: str = "self"  # what a method calls its first parameter; writes are kept under "self." whatever it is
    summary: Summary | None = None
    is_class: bool = False
    alive: bool = True
    guards: Guard = ()
    returns: list[tuple[Guard, Term]] = field(default_factory=list)
    globals: set[str] = field(default_factory=set)  # and nonlocals
    unstable: frozenset[str] = frozenset()  # names that functions inside bind
    free: dict[str, Term] = field(default_factory=dict)
    writes: dict[str, Term] = field(default_factory=dict)
    _snapshot: dict[str, Term] | None = None

    def lookup(self, name: str) -> Term | None:
        """The binding of a place here or in an enclosing scope (class bodies do not enclose).

        `x.y` and `x['y']` are looked for no farther than the scope that binds x.
        """
        found = self.env.get(name)
        if found is not None:
            return found if found.op != "imported" else self._settled(self, name, found)
        root = name if name.isidentifier() else _ROOT.match(name)[0]  # type: ignore[index]
        if root in self.env:
            return None
        frame = self.outer
        while frame is not None:
            if root in frame.unstable and frame.function is not self.function and root in frame.env:
                return CHANGED if root is name else None
            if not frame.is_class and name in frame.env:
                found = frame.env[name]
                if found.op == "imported":
                    found = self._settled(frame, name, found)
                if self.summary is not None:
                    self.summary.reads[(id(frame), name)] = (frame, found)
                return found
            if root is not name and not frame.is_class and root in frame.env:
                return None
            frame = frame.outer
        return None

    def _settled(self, frame: Frame, name: str, imported: Term) -> Term:
        """What a name from a neighbour means, found out when it is first used."""
        found = frame.walk.imported(imported)
        frame.env[name] = found
        return found

    def bind(self, place: str, term: Term) -> None:
        """Bind a place and forget what hung on its old value."""
        self._snapshot = None
        env = self.env
        if place in env:
            prefixes = (place + ".", place + "[")
            for key in [key for key in env if key.startswith(prefixes)]:
                del env[key]
        env[place] = term
        if "." in place and self.function is not None and place.startswith(self.receiver + "."):
            self.writes["self" + place[len(self.receiver) :]] = term

    def snapshot(self) -> Mapping[str, Term]:
        """The bindings as they are now; shared until the next change."""
        if self._snapshot is None:
            self._snapshot = dict(self.env)
        return self._snapshot

    def replace(self, env: dict[str, Term]) -> None:
        """Go on with other bindings, after branches joined."""
        self.env = env
        self._snapshot = None


@dataclass(eq=False, slots=True, repr=False)
class Walk:
    """One file's evaluation: what it reads and what it notes."""

    source: Source
    run_body: Callable[[Function, Frame], None]
    neighbours: Neighbours | None = None
    own: bool = True  # whether the file is looked at for its own sake, and not as a neighbour
    calls: list[Call] = field(default_factory=list)
    methods: list[Call] = field(default_factory=list)
    members: list[Call] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    roots: list[Term] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    classes: list[ClassInfo] = field(default_factory=list)
    active: list[tuple[Function, ClassInfo | None, Frame]] = field(default_factory=list)
    depth: int = 0
    evaluated: dict[tuple[str, int, bool], int] = field(default_factory=dict)
    nested: int = 0
    waiting: list[Term] = field(default_factory=list)  # calls of what only a caller knows
    spent: int = 0  # terms rebuilt for calls so far

    scopes: tuple[Term, ...] = ()  # the arg_scopes in force
    changes: list[str] = field(default_factory=list)  # the places that changes of objects have changed so far
    late: list[tuple[ClassInfo, str]] = field(default_factory=list)  # attributes that methods change, not assign
    spoilt: frozenset[tuple[Site | None, str]] = frozenset()  # attributes that nothing is known of, by their class
    uses: dict[Site | None, set[str]] = field(default_factory=dict)  # of Keras models, by where they are made
    borrowed: list[tuple[Function, int]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)  # folders that the code puts on the path of imports
    stars: int = 0  # star imports of modules that may be neighbours
    imports: list[tuple[str, int]] = field(default_factory=list)  # modules that may be neighbours, with their dots

    def imported(self, term: Term) -> Term:
        """What `from neighbour import name` binds."""
        path, name, inner, raw = term.value
        top = self.neighbours.top(path) if self.neighbours is not None else None
        found = top.env.get(name) if top is not None else None
        for _ in range(LIMIT_IMPORTS):
            if found is None or found.op != "imported" or found is term or top is None:
                break
            path, name, inner, raw = found.value
            top = self.neighbours.top(path) if self.neighbours is not None else None
            found = top.env.get(name) if top is not None else None
        if found is not None and found.op == "imported":
            found = None
        if found is not None:
            return found
        return Term("module", value=inner) if inner is not None else Term("symbol", value=raw)

    def spend(self) -> bool:
        """Count one rebuilt term; False when the file has used up what it may."""
        self.spent += 1
        return self.spent < LIMIT_SPENT

    def marks(self) -> tuple[int, ...]:
        """How much is noted so far."""
        of_calls: tuple[Sized, ...] = (self.calls, self.methods, self.members)
        return tuple(map(len, (*of_calls, self.references, self.functions, self.waiting)))

    def back_to(self, marks: tuple[int, ...], node: ast.stmt) -> None:
        """Drop what was noted since of a statement that is walked anew; what it calls elsewhere is known by now."""
        start, end = (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)

        def is_inside(site: Site) -> bool:
            return site.path == self.path and start <= (site.line, site.column) <= end

        for calls, mark in zip((self.calls, self.methods, self.members), marks, strict=False):
            calls[mark:] = [call for call in calls[mark:] if not is_inside(call.via[-1] if call.via else call.site)]
        self.references[marks[3] :] = [one for one in self.references[marks[3] :] if not is_inside(one.site)]
        self.functions[marks[4] :] = [
            one for one in self.functions[marks[4] :] if not start <= (one.node.lineno, one.node.col_offset) <= end
        ]
        self.waiting[marks[5] :] = [
            term for term in self.waiting[marks[5] :] if term.made is None or not is_inside(term.made)
        ]

    @property
    def path(self) -> str:
        """The path of the file."""
        return self.source.path
