"""A text that the fixers wrote comes in; what still works in Python 2 only goes out, with reasons."""

from __future__ import annotations

import ast
from collections.abc import Iterator

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
# Methods that Python 3 does not call, each with the one that it calls instead.
_UNCALLED = {
    "__cmp__": "__lt__ and __eq__", "__coerce__": "", "__delslice__": "__delitem__", "__div__": "__truediv__",
    "__getslice__": "__getitem__", "__hex__": "__index__", "__idiv__": "__itruediv__", "__long__": "__int__",
    "__nonzero__": "__bool__", "__oct__": "__index__", "__rdiv__": "__rtruediv__", "__setslice__": "__setitem__",
    "__unicode__": "__str__",
}  # fmt: skip
_MISSED = ("ImportError", "ModuleNotFoundError", "NameError", "AttributeError")
_IMPORTS = (ast.Import, ast.ImportFrom)
_COMPARES = "takes no function that compares in Python 3; functools.cmp_to_key makes a key of one"
_CODECS = frozenset({"base64", "bz2", "hex", "rot13", "string_escape", "string-escape", "unicode_internal", "zlib"})

Left = tuple[ast.AST, str]


def left(tree: ast.Module) -> list[tuple[int, int, str]]:
    """Line, column (in bytes) and message of what no fixer converts, in order."""
    file = _File(tree)
    found = [one for node in ast.walk(tree) for one in file.of(node) if id(node) not in file.conditional]
    return sorted({(node.lineno, node.col_offset, message) for node, message in found})  # type: ignore[attr-defined]


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
            if isinstance(node, (ast.Try, ast.If)):
                self.conditional.update(map(id, _tried(node)))

    def of(self, node: ast.AST) -> Iterator[Left]:
        """What is left in a node itself."""
        match node:
            case ast.Name(id=name, ctx=ast.Load()) if name in _NO_NAME - self.bound:
                yield node, f"Python 3 has no {name}"
            case ast.Name(id=name, ctx=ast.Load()) if name in _NO_MODULE - self.bound:
                yield node, f"Python 3 has no module {name}"
            case ast.Import(names=names):
                for alias in names:
                    if alias.name in _NO_MODULE:
                        yield node, f"Python 3 has no module {alias.name}"
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
            yield node, f"Python 3 has no module {module}"
        for name in names:
            if name in _NO_MEMBER.get(module, "").split():
                yield node, f"Python 3 has no {module}.{name}"

    def _of_attribute(self, node: ast.Attribute) -> Iterator[Left]:
        owner = self.modules.get(node.value.id, "") if isinstance(node.value, ast.Name) else ""
        if node.attr in _NO_MEMBER.get(owner, "").split():
            yield node, f"Python 3 has no {owner}.{node.attr}"
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


def _tried(node: ast.Try | ast.If) -> Iterator[ast.AST]:
    """What of a statement may do without: the program says itself what is done where it fails."""
    inside = [inner for part in node.body for inner in ast.walk(part)]
    caught = "".join(ast.dump(handler.type) for handler in getattr(node, "handlers", ()) if handler.type)
    if isinstance(node, ast.Try) and any(name in caught for name in _MISSED):
        yield from inside
    else:
        yield from (inner for inner in inside if isinstance(inner, _IMPORTS))


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
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.ExceptHandler(name=str(name)):
            yield name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from ((alias.asname or alias.name).split(".")[0] for alias in names)
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
