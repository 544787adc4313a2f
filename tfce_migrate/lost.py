"""A file as the rules see it comes in; its mentions of names that its target has not, and nobody renames, go out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from tfce_migrate.check import Calls
from tfce_migrate.evaluate import Reference
from tfce_migrate.guards import guards_of
from tfce_migrate.names import Target, can_import, has, home_of, is_internal, once_public, split_api, target_of
from tfce_migrate.signatures import entry_of
from tfce_migrate.source import Site, site_of
from tfce_migrate.standalone import is_standalone, is_there, use
from tfce_migrate.symbols import exported, public_part, table

Sort = Literal["contrib", "removed", "attribute", "internal", "unknown", "standalone"]
SEQUENCE_LOSSES = ("sequence_loss", "sequence_loss_by_example")


@dataclass(frozen=True, slots=True)
class Lost:
    """One mention: name is the part of it that some TensorFlow had, rest what follows.

    twin is another name of the object in 1.15, home what the target calls that.
    """

    reference: Reference
    sort: Sort
    name: str
    rest: str = ""
    twin: str | None = None
    home: str | None = None


def lost(calls: Calls, *sorts: Sort) -> Iterator[Lost]:
    """The mentions of these sorts that are neither guarded nor the file's own."""
    known = calls.notes.get("lost")
    if not isinstance(known, tuple):
        known = calls.notes["lost"] = tuple(_all(calls))
    return (one for one in known if one.sort in sorts)


def _all(calls: Calls) -> Iterator[Lost]:
    target = target_of(calls.settings)
    gone = [r for r in _mentions(calls) if not _is_there(r, target) or _is_attribute(r, target)]
    if not gone:
        return
    written = {reference.site: calls.source.segment(reference.site) for reference in gone}
    roots = frozenset(text.partition(".")[0] for text in written.values())
    guards, answered, old = guards_of(calls.source, roots, calls.settings.newest), _answered(calls), calls.era == "0.x"
    bound = {r.raw for r in gone if r.kind != "star"}
    for reference in gone:
        if reference.site in answered or guards.leave(reference.site, written[reference.site]):
            continue
        one = _lost(reference, target, old)
        if one.twin is None and _is_said(reference, one, bound, calls):
            continue
        yield one


def _mentions(calls: Calls) -> Iterator[Reference]:
    yield from calls.written()
    yield from (reference for reference in calls.references if reference.kind in ("module", "star"))


def _is_there(reference: Reference, target: Target) -> bool:
    """Whether the target has a name, or another rule gives it one, which they do for no whole module."""
    if is_standalone(reference.raw):
        return is_there(reference.raw, target)
    if reference.kind in ("module", "star"):
        return not reference.raw.startswith("tf.") or (has(reference.raw, target) and not is_internal(reference.raw))
    return _has_successor(reference.raw, target)


@cache
def _has_successor(raw: str, target: Target) -> bool:
    if not raw.startswith("tf.") or (has(raw, target) and not is_internal(raw)):
        return True
    part, _ = public_part(raw)
    names, older = table("names.json"), table("moved-by-hand.toml")
    if part in older["moved"] or part in older["compat"]:
        return True
    if part in names["moved"] or part in names["compat"] or part in names["keras2"]:
        return True
    return has(f"tf.compat.v1{raw[2:]}", target)


def _is_attribute(reference: Reference, target: Target) -> bool:
    """Whether a name is imported that the target has, but not for an import statement."""
    if reference.kind not in ("import", "module", "star") or not has(reference.raw, target):
        return False
    name = reference.raw if reference.kind == "import" else f"{reference.raw}.*"
    return not can_import(name, target.columns)


def _answered(calls: Calls) -> set[object]:
    """The callees of which the rules about losses and about changed functions speak."""
    found: set[object] = set()
    for call in calls.module.calls:
        name = call.symbol.name
        contrib = name.startswith("tf.contrib.losses.") and call.symbol.fact is not None and call.symbol.fact.takes
        sequence = name.rpartition(".")[2] in SEQUENCE_LOSSES and "seq2seq" in name
        if contrib or sequence or entry_of(call.raw) is not None:
            found.add(call.func)
    return found


def _lost(reference: Reference, target: Target, old: bool) -> Lost:
    raw = reference.raw
    name = split_api(raw)[1]
    if is_standalone(raw):
        return Lost(reference, "standalone", raw)
    if _is_attribute(reference, target):
        return Lost(reference, "attribute", raw)
    if name.startswith("tf.contrib") and (len(name) == 10 or name[10] == "."):
        part = _longest(name, _contrib_names())
        return Lost(reference, "contrib", part, name[len(part) :], *_twin(part, target, old))
    if is_internal(raw):
        return Lost(reference, "internal", raw)
    public = once_public(raw)
    if public is not None:
        return Lost(reference, "removed", public, name[len(public) :], *_twin(public, target, old))
    told = table("removed.toml")["names"]
    by_hand = any(f"{name}.".startswith(f"{prefix}.") for prefix in told)
    return Lost(reference, "removed" if by_hand else "unknown", name)


@cache
def _contrib_names() -> frozenset[str]:
    return exported("1.15-contrib") | exported("0.12-contrib")


def _longest(name: str, names: frozenset[str]) -> str:
    part = name
    while part.count(".") > 1:
        if part in names:
            return part
        part = part.rpartition(".")[0]
    return name


def _twin(name: str, target: Target, old: bool) -> tuple[str | None, str | None]:
    """Another name that an object had in 0.12 or 1.15, and what the target calls it; None where there is none."""
    twins, names = table("twins.json"), table("names.json")
    other = twins["0.12"].get(name)
    if name in twins["contrib"] and not (old and _has_changed(name)):
        other = twins["contrib"][name]
    elif name.startswith("tf.estimator."):
        other = names["aliases"].get(name)
    if other is None:
        return None, None
    if other.startswith("tf.keras."):
        return other, other if has(other, target) else None
    older = table("moved-by-hand.toml")
    if other in older["moved"]:
        return other, str(older["moved"][other])
    return other, home_of(older["compat"].get(other, other), target)


def _has_changed(name: str) -> bool:
    """Whether a contrib symbol took other arguments in 0.12 than in 1.15."""
    old, new = (table(f"signatures-{version}-contrib.json")["symbols"] for version in ("0.12", "1.15"))
    return name in old and old[name] != new[name]


def _is_said(reference: Reference, one: Lost, bound: set[str], calls: Calls) -> bool:
    """Whether the same is said where the module was bound, as in `slim = tf.contrib.slim`."""
    if reference.kind != "dotted" or reference.base not in bound:
        return False
    if one.sort == "standalone":
        return use(one.name, False) == use(reference.base, True)
    return advice(one)[0] == advice_of(reference.base)[0]


def advice(one: Lost) -> tuple[str, str]:
    """The entry of the hand-written tables that speaks of a lost name, and what it says; both empty if none does."""
    return advice_of(one.name)


@cache
def advice_of(name: str) -> tuple[str, str]:
    """As advice, for a name."""
    name = split_api(name)[1]
    entries: dict[str, Any] = table("contrib.toml" if name.startswith("tf.contrib") else "removed.toml")["names"]
    part = name
    while part and part not in entries:
        part = part.rpartition(".")[0]
    return (part, str(entries[part]["use"])) if part else ("", "")


def doubtful_methods(calls: Calls) -> Iterator[tuple[Site, str]]:
    """The calls of what TF 2's datasets have as a function, on values of which nothing is known; the names are rare."""
    text = calls.source.text
    names = {name for name in table("datasets.toml")["methods"] if f".{name}(" in text and f"def {name}(" not in text}
    if not names or calls.era not in ("0.x", "1.x", "mixed") or re.search(r"compat\.v1\.data\.\w*Dataset", text):
        return
    known = {call.site for call in (*calls.module.methods, *calls.module.calls) if call.raw.startswith("tf.")}
    for node in ast.walk(calls.source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
            site = site_of(calls.source.path, node)
            if site not in known:
                yield site, node.func.attr
