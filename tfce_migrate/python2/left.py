"""A text that the fixers wrote comes in; what still works in Python 2 only goes out, with reasons."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator

from tfce_migrate.notebook.marks import UNREAD

_NO = {
    "name": "StandardError apply basestring buffer cmp coerce execfile file ifilter ifilterfalse imap intern izip "
            "izip_longest long raw_input reduce reload unichr unicode xrange",
    "module": "BaseHTTPServer Bastion CGIHTTPServer ConfigParser Cookie HTMLParser Queue SimpleHTTPServer "
              "SimpleXMLRPCServer SocketServer StringIO Tkinter UserDict UserList UserString __builtin__ anydbm "
              "cPickle cStringIO cookielib copy_reg dircache exceptions htmlentitydefs htmllib httplib md5 mimetools "
              "popen2 rfc822 sgmllib sha tkFileDialog tkMessageBox ttk urllib2 urlparse whichdb xmlrpclib",
    "method": "has_key iteritems iterkeys itervalues viewitems viewkeys viewvalues",
}  # fmt: skip
_NO_NAME, _NO_MODULE, _NO_METHOD = (frozenset(_NO[what].split()) for what in ("name", "module", "method"))
_NO_MEMBER = {
    "itertools": "imap izip ifilter izip_longest ifilterfalse",
    "os": "getcwdu popen2 popen3 popen4 tmpfile tmpnam tempnam",
    "string": "atof atoi atol capitalize center count expandtabs find index join joinfields letters ljust lower "
              "lowercase lstrip maketrans replace rfind rindex rjust rstrip split splitfields strip swapcase translate "
              "upper uppercase zfill",
    "sys": "exc_clear exc_traceback exc_type exc_value maxint setdefaultencoding",
    "urllib": "URLopener FancyURLopener pathname2url quote quote_plus unquote unquote_plus url2pathname urlencode "
              "urlopen urlretrieve",
}  # fmt: skip
_SAID = re.compile(rf"\b(?:{'|'.join(sorted(_NO_NAME.union(_NO_MODULE, *map(str.split, _NO_MEMBER.values()))))})\b")
# Methods that Python 3 does not call, each with the one that it calls instead.
_UNCALLED = {
    "__cmp__": "__lt__ and __eq__", "__coerce__": "", "__delslice__": "__delitem__", "__div__": "__truediv__",
    "__getslice__": "__getitem__", "__hex__": "__index__", "__idiv__": "__itruediv__", "__long__": "__int__",
    "__nonzero__": "__bool__", "__oct__": "__index__", "__rdiv__": "__rtruediv__", "__setslice__": "__setitem__",
    "__unicode__": "__str__",
}  # fmt: skip
_MISSED = ("ImportError", "ModuleNotFoundError", "NameError", "AttributeError")
_IMPORTS = (ast.Import, ast.ImportFrom)
_NONE = "Python 3 has no "
_MODULE = f"{_NONE}module "
_WORD = re.compile(r"\w+")
_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_PYTHON = re.compile(r"version_info|hexversion|python_version(_tuple)?|(is_?)?_?(py|python)_?[23]k?", re.IGNORECASE)
_COMPARES = "takes no function that compares in Python 3; functools.cmp_to_key makes a key of one"
_CODECS = frozenset({"base64", "bz2", "hex", "rot13", "string_escape", "string-escape", "unicode_internal", "zlib"})

Left = tuple[ast.AST, str]


def left(tree: ast.Module, lent: Collection[str] = ()) -> list[tuple[int, int, str]]:
    """Line, column (in bytes) and message of what no fixer converts, in order; lent are names that others bind."""
    file = _File(tree)
    file.bound.update(lent)
    found = [one for node in ast.walk(tree) for one in file.of(node) if id(node) not in file.conditional]
    return sorted({(node.lineno, node.col_offset, message) for node, message in found})  # type: ignore[attr-defined]


def left_in_python3(tree: ast.Module, is_beside: Callable[[str], bool]) -> list[tuple[int, int, str]]:
    """The same of a text that Python 3 can parse, if it asks for something that Python 2 alone has.

    is_beside tells the modules of the program's own.
    """
    found = left(tree, _lent(tree))
    found = [one for one in found if not (one[2].startswith(_MODULE) and is_beside(one[2].removeprefix(_MODULE)))]
    return found if any(message.startswith(_NONE) for _, _, message in found) else []


def _lent(tree: ast.Module) -> frozenset[str]:
    """The names of Python 2 that others may bind: a star import, a magic, what sets them in the module builtins."""
    lent: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(names=[ast.alias(name="*")]):
                return _NO_NAME | _NO_MODULE
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(words))]) if name == UNREAD:
                if words == "*":
                    return _NO_NAME | _NO_MODULE
                lent.update(_WORD.findall(words))
            case ast.Attribute(value=ast.Name(id="builtins" | "__builtin__"), attr=name, ctx=ast.Store()):
                lent.add(name)
    return frozenset(lent)


def names_python2(text: str) -> bool:
    """Whether a text has a word that left_in_python3 may find, which is sooner said than found."""
    return _SAID.search(text) is not None


class _File:
    """What a file binds, imports and defines itself."""

    def __init__(self, tree: ast.Module) -> None:
        self.bound: set[str] = set()
        self.modules: dict[str, str] = {}
        self.members: set[str] = set()
        self.conditional: set[int] = set()
        for node in ast.walk(tree):
            self.bound.update(_binds(node))
            if isinstance(node, ast.Import):
                self.modules.update({alias.asname or alias.name: alias.name for alias in node.names})
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                self.members.add(node.attr)
            if isinstance(node, ast.ClassDef):
                self.members.update(part.name for part in node.body if isinstance(part, ast.FunctionDef))
            self.conditional.update(map(id, _tried(node)))

    def of(self, node: ast.AST) -> Iterator[Left]:
        """What is left in a node itself."""
        match node:
            case ast.Name(id=name, ctx=ast.Load()) if name in _NO_NAME - self.bound:
                yield node, f"{_NONE}{name}"
            case ast.Name(id=name, ctx=ast.Load()) if name in _NO_MODULE - self.bound:
                yield node, f"{_MODULE}{name}"
            case ast.Import(names=names):
                for alias in names:
                    if alias.name in _NO_MODULE:
                        yield node, f"{_MODULE}{alias.name}"
            case ast.ImportFrom(module=str(module), level=0, names=names):
                yield from self._of_import(node, module, [alias.name for alias in names])
            case ast.Attribute():
                yield from self._of_attribute(node)
            case ast.Call():
                yield from self._of_call(node)
            case ast.ClassDef():
                yield from _of_class(node)

    def _of_import(self, node: ast.AST, module: str, names: list[str]) -> Iterator[Left]:
        if module in _NO_MODULE:
            yield node, f"{_MODULE}{module}"
        for name in names:
            if name in _NO_MEMBER.get(module, "").split():
                yield node, f"{_NONE}{module}.{name}"

    def _of_attribute(self, node: ast.Attribute) -> Iterator[Left]:
        owner = self.modules.get(node.value.id, "") if isinstance(node.value, ast.Name) else ""
        if node.attr in _NO_MEMBER.get(owner, "").split():
            yield node, f"{_NONE}{owner}.{node.attr}"
        elif node.attr in _NO_METHOD - self.members and not self._is_imported(node.value):
            yield node, f"the dictionaries of Python 3 have no {node.attr}"
        elif node.attr == "next" and "next" not in self.members and not self._is_imported(node.value):
            yield node, "an iterator's next is __next__ in Python 3, and this may be one"

    def _of_call(self, node: ast.Call) -> Iterator[Left]:
        first = node.args[0] if node.args else None
        match node.func:
            case ast.Name(id="map") if "map" not in self.bound and _is_none(first) and len(node.args) > 1:
                yield node, "map(None, ...) cannot be called in Python 3; itertools.zip_longest fills up short ones"
            case ast.Name(id="sorted") if "sorted" not in self.bound and len(node.args) > 1:
                yield node, f"sorted {_COMPARES}"
            case ast.Attribute(attr="sort", value=value) if first is not None and not self._is_imported(value):
                if isinstance(first, (ast.Name, ast.Attribute, ast.Lambda)):
                    yield node, f"sort {_COMPARES}"
            case ast.Attribute(attr="encode" | "decode") if isinstance(first, ast.Constant) and first.value in _CODECS:
                yield node, f"the codec {first.value} is not one of text in Python 3; the module codecs has it"
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
        if name in ("sort", "sorted") and any(keyword.arg == "cmp" for keyword in node.keywords):
            yield node, f"{name} {_COMPARES}"

    def _is_imported(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self.modules


def _tried(node: ast.AST) -> Iterator[ast.AST]:
    """What of a statement may do without: the program says itself what is done where it fails."""
    if isinstance(node, ast.Try):
        caught = "".join(ast.dump(handler.type) for handler in node.handlers if handler.type)
        inside = list(_inside(node.body, *(handler.body for handler in node.handlers)))
        missed = any(name in caught for name in _MISSED)
        yield from (inner for inner in inside if missed or isinstance(inner, _IMPORTS))
    elif isinstance(node, ast.If):
        yield from (inner for inner in _inside(node.body, node.orelse) if isinstance(inner, _IMPORTS))
    if isinstance(node, (ast.If, ast.IfExp, ast.BoolOp)) and _asks_for_python(node):
        yield from ast.walk(node)
    for block in (getattr(node, "body", None), getattr(node, "orelse", None)):
        yield from _after_leaving(block) if isinstance(block, list) else ()


def _inside(*blocks: list[ast.stmt]) -> Iterator[ast.AST]:
    return (inner for block in blocks for part in block for inner in ast.walk(part))


def _asks_for_python(node: ast.If | ast.IfExp | ast.BoolOp) -> bool:
    """Whether a condition is about which Python runs the program."""
    tests = [node.test] if not isinstance(node, ast.BoolOp) else node.values
    for part in (inner for test in tests for inner in ast.walk(test)):
        name = getattr(part, "id", None) or getattr(part, "attr", "")
        of_sys = name == "version" and isinstance(part, ast.Attribute) and getattr(part.value, "id", "") == "sys"
        if of_sys or _PYTHON.fullmatch(str(name)):
            return True
    return False


def _after_leaving(block: list[ast.stmt]) -> Iterator[ast.AST]:
    """What follows where one of the Pythons has left the block."""
    for number, part in enumerate(block):
        if isinstance(part, ast.If) and isinstance(part.body[-1], _LEAVES) and _asks_for_python(part):
            yield from _inside(block[number + 1 :])
            return


def _of_class(node: ast.ClassDef) -> Iterator[Left]:
    names = {name for part in node.body for name in _binds(part)}
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and part.name in _UNCALLED:
            instead = _UNCALLED[part.name]
            if not instead or not names >= set(instead.split(" and ")):
                yield part, f"Python 3 does not call {part.name}" + (f", but {instead}" if instead else "")


def _binds(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from ((alias.asname or alias.name).split(".")[0] for alias in names)
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
