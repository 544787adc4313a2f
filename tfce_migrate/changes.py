"""A call or mention written for TensorFlow 1 comes in; the edit that keeps its meaning under TF 2 goes out."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass

from tfce_migrate.check import Calls
from tfce_migrate.evaluate import Call, Reference
from tfce_migrate.evaluate.frame import Arg
from tfce_migrate.rule import Arguments
from tfce_migrate.signatures import (
    OTHER_ARGUMENTS,
    Entry,
    entries,
    entry_of,
    natives,
    new_signature,
    only_new,
    signature,
)
from tfce_migrate.source import Site
from tfce_migrate.symbols import EraName, exported, public_part, table
from tfce_migrate.terms import Term, is_const, number

OLD: Mapping[str, EraName] = {"0.x": "0.x", "1.x": "1.x"}
HIDDEN = "some of the arguments are hidden behind a star"
UNKNOWN_ERA = "nothing in the file shows whether it was written for TF 1 or TF 2; --from 1.x would decide it"
MIXED_ERA = "the file has been migrated before (it spells tf.compat.v1), and nothing shows whether this call has"
STUCK = "its arguments have to be put right first, which another finding is about"
UNSURE = (UNKNOWN_ERA, MIXED_ERA)
V1_SUMMARIES = frozenset(f"tf.compat.v1.summary.{name}" for name in ("merge", "merge_all", "FileWriter"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one call. kind is "renamed" (keywords only), "reordered" or "changed"; alike: with one result."""

    kind: str
    message: str
    change: Arguments | None = None
    why_not: str | None = None
    alike: bool = True


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that means another thing in TF 2, the one that means the old thing, and why there is no edit."""

    reference: Reference
    name: str
    target: str
    why: str
    why_not: str | None


def judge(calls: Calls) -> Iterator[tuple[Call, Verdict]]:
    """What becomes of the calls; not those that TF 2 takes as they are and does the same, or of which nobody knows."""
    known = calls.notes.get("judge")
    if not isinstance(known, tuple):
        judged = ((call, _verdict(call, calls)) for call in calls.module.calls)
        known = calls.notes["judge"] = tuple((call, verdict) for call, verdict in judged if verdict is not None)
    yield from known


def _verdict(call: Call, calls: Calls) -> Verdict | None:
    entry = entry_of(call.raw)
    if entry is None or call.symbol.api or call.via or any(arg.site == call.func for arg in call.args):
        return None
    era = _written_for(call, calls, entry)
    old = signature({"0.x": "0.12"}.get(era, "1.15"), entry.name) or signature("1.15", entry.name)
    if not old:
        old = signature("0.12", entry.name)
    if era in OLD:
        return _judged(call, calls, entry, old)
    found = _judged(call, calls, entry, old) if entry.silent and not call.starred else None
    if found is None or (era == "mixed" and not entry.turned) or era == "2.x":
        return None
    return Verdict("changed", found.message, None, MIXED_ERA if era == "mixed" else UNKNOWN_ERA)


def stuck(calls: Calls) -> frozenset[Site]:
    """The callees whose arguments the function of the target does not take: a new name would only hide that."""
    return frozenset(call.func for call, verdict in judge(calls) if verdict.why_not or verdict.change is None)


def _written_for(call: Call, calls: Calls, entry: Entry) -> str:
    """The era that a call itself shows, else the file's."""
    if entry.first:
        return _order_shown(call, calls)
    given = {arg.keyword for arg in call.args if arg.keyword}
    if given & only_new(entry.name):
        return "2.x"
    if calls.era in OLD or entry.becomes:
        return calls.era or "0.x"
    only_old = signature("1.15", entry.name).keys() - signature("2.21", entry.name).keys()
    return "1.x" if given & only_old else calls.era


def _order_shown(call: Call, calls: Calls) -> str:
    """concat and split: a dimension is a number, and what is joined or cut is none."""
    terms = [arg.term for arg in call.positional()]
    given = {arg.keyword for arg in call.args}
    if given & {"concat_dim", "split_dim", "num_split"}:
        return "0.x"
    if not terms or len(call.args) < 2 or given & {"axis", "num_or_size_splits", "num"}:
        return "2.x"
    if number(terms[0]) is not None:
        return "0.x"
    if terms[0].op in ("list", "tuple", "items") or any(number(term) is not None for term in terms[-1:]):
        return "2.x"
    return "0.x" if calls.era == "0.x" else "2.x"


def _judged(call: Call, calls: Calls, entry: Entry, old: Mapping[str, str]) -> Verdict | None:
    new = new_signature(entry)
    if call.starred:
        return _hidden(call, entry, old, new)
    bound = _bound(call, old)
    if bound is None:
        return None
    met = all(_TESTS[test](bound, name) for name, test in entry.requires.items())
    met = met and not (entry.unless and re.search(entry.unless, calls.source.text))
    fitted = fit(call, entry, old, new) if met else None
    if fitted is None and (entry.becomes or entry.stuck):
        why_not = entry.stuck or f"{entry.becomes} takes other arguments"
        return Verdict("changed", _why(entry, bound, new), None, why_not)
    if fitted is None:
        change = compat(call, entry, old)
        return Verdict("changed", _why(entry, bound, new), change, None if change else OTHER_ARGUMENTS)
    keywords, drop = fitted
    turned = frozenset(i for i, name in enumerate(bound) if name in entry.turned and i not in drop)
    append = tuple((name, text) for name, text in entry.needs.items() if name not in bound)
    if not keywords and not drop and not append and not turned and not entry.becomes:
        return None
    old_form = calls.settings.target == "compat.v1" or calls.settings.tf_version.startswith("1.")
    in_place = all(call.args[index].keyword for index in {*keywords, *drop})
    kind = "renamed" if in_place and not drop and not entry.becomes else "reordered"
    kind = "changed" if turned or append or entry.behaviour else kind
    change = Arguments(call, entry.becomes or None, keywords, drop, append=append, turned=turned)
    if old_form and kind != "renamed" and not entry.becomes:
        change = compat(call, entry, old) or change
    return Verdict(kind, _message(kind, entry, new), change, _twice(bound, entry), not entry.behaviour)


def _hidden(call: Call, entry: Entry, old: Mapping[str, str], new: Mapping[str, str]) -> Verdict | None:
    """A starred call: as in v1 it is right whatever is behind the star, unless 0.x had another order still."""
    in_order = all(entry.renamed.get(a, a) == b for a, b in zip(old, new, strict=False))
    if in_order and not (entry.silent or entry.requires or entry.needs):
        return None
    v1 = signature("2.21-v1", entry.name)
    same = all(a == b for a, b in zip(old, v1, strict=False)) and bool(v1)
    message = _message("reordered", entry, new) if not entry.why else f"{entry.name}: {entry.why}"
    kind = "changed" if entry.why else "reordered"
    change = Arguments(call, f"tf.compat.v1{entry.name[2:]}") if same else None
    return Verdict(kind, message, change, None if same else HIDDEN)


def _bound(call: Call, old: Mapping[str, str]) -> dict[str, Arg] | None:
    """The arguments by the parameters of the old signature, in the order of the call; None for a call too many."""
    names, found = list(old), {}
    for index, arg in enumerate(call.args):
        if arg.keyword is None and index >= len(names):
            return None
        found[arg.keyword or names[index]] = arg
    return found if len(found) == len(call.args) else None


def fit(
    call: Call, entry: Entry, old: Mapping[str, str], new: Mapping[str, str]
) -> tuple[dict[int, str], frozenset[int]] | None:
    """The keywords that a call's arguments need under a new signature, and those that go; None if it takes some not.

    What comes out is read again in the next pass, as if it were written for the old signature: it must mean the same.
    """
    keywords: dict[int, str] = {}
    drop: set[int] = set()
    order, position, given = list(new), 0, [entry.renamed.get(name, name) for name in _bound(call, old) or ()]
    for index, (name, arg) in enumerate((_bound(call, old) or {}).items()):
        target = entry.renamed.get(name, name)
        doubled = given.count(target) > 1 and is_const(arg.term, None)
        if name in entry.dropped or doubled or (target not in new and _is_default(arg.term, old.get(name))):
            drop.add(index)
        elif target not in new:
            if arg.keyword is None or "**kwargs" not in new:
                return None
        elif arg.keyword is not None:
            keywords.update({index: target} if target != name else {})
        elif keywords or drop or name in entry.turned or _all_named(entry) or order[position:][:1] != [target]:
            keywords[index] = target
        else:
            position += 1
    return keywords, frozenset(drop)


def _all_named(entry: Entry) -> bool:
    return entry.named and bool(entry.becomes)


def compat(call: Call, entry: Entry, old: Mapping[str, str]) -> Arguments | None:
    """The call of tf.compat.v1, with keywords where 0.x had another order; None if it takes some argument not."""
    v1 = signature("2.21-v1", entry.name)
    order = list(v1)
    keywords: dict[int, str] = {}
    for index, (name, arg) in enumerate((_bound(call, old) or {}).items()):
        new = entry.renamed.get(name, name)
        target = name if name in v1 and order[index : index + 1] != [new] else new
        if target not in v1:
            return None
        if arg.keyword is None and (keywords or order[index : index + 1] != [target] or (entry.named and index)):
            keywords[index] = target
        elif arg.keyword is not None and name not in v1:
            keywords[index] = new
    return Arguments(call, f"tf.compat.v1{entry.name[2:]}", keywords)


def _is_default(term: Term, default: str | None) -> bool:
    return term.op == "const" and default is not None and repr(term.value) == default


def _twice(bound: Mapping[str, Arg], entry: Entry) -> str | None:
    """Why a call is left alone that gives an argument under its old name and its new one."""
    kept = [entry.renamed.get(name, name) for name, arg in bound.items() if not is_const(arg.term, None)]
    doubled = sorted({name for name in kept if kept.count(name) > 1})
    return f"it is given {', '.join(doubled)} twice, under an old name and a new one" if doubled else None


def _message(kind: str, entry: Entry, new: Mapping[str, str]) -> str:
    if kind == "changed" and entry.why:
        return f"{entry.name}: {entry.why}"
    if entry.becomes:
        return f"{entry.name} is gone from TF 2: {entry.becomes} takes {', '.join(new)}"
    return f"{entry.name} takes {', '.join(new)} in TF 2"


def _why(entry: Entry, bound: Mapping[str, Arg], new: Mapping[str, str]) -> str:
    if entry.why:
        return f"{entry.name}: {entry.why}"
    unknown = [name for name in bound if entry.renamed.get(name, name) not in new]
    return f"{entry.name} of TF 2 takes no {', '.join(unknown)}" if unknown else _message("reordered", entry, new)


_TESTS: Mapping[str, Callable[[Mapping[str, Arg], str], bool]] = {
    "absent": lambda bound, name: name not in bound,
    "integer": lambda bound, name: name not in bound or _is_const(bound[name].term, int),
    "text": lambda bound, name: name not in bound or _is_text(bound[name].term),
    "several": lambda bound, name: name in bound and _is_sequence(bound[name].term) and len(bound[name].term.args) > 1,
    "variable": lambda bound, name: name in bound and bound[name].term.op == "tf.Variable",
    "one value": lambda bound, name: name not in bound or ("value" in bound and _is_number(bound["value"].term)),
}


def _is_const(term: Term, kind: type) -> bool:
    return term.op == "const" and isinstance(term.value, kind)


def _is_text(term: Term) -> bool:
    if term.op == "call" and term.args["callee"].op == "attr":
        return term.args["callee"].value == "format" and _is_text(term.args["callee"].args["of"])
    return _is_const(term, str) or (term.op in ("%", "+") and any(_is_text(part) for part in term.args.values()))


def _is_sequence(term: Term) -> bool:
    return term.op in ("list", "tuple")


def _is_number(term: Term) -> bool:
    return number(term) is not None


def mentions(calls: Calls) -> Iterator[Mention]:
    """The names in a file behind which TF 2 has another thing, whether called or not."""
    always: dict[str, str] = table("changed.toml")["always"]
    called = {call.func: {arg.keyword for arg in call.args} for call in calls.module.calls}
    for reference in calls.written():
        name, rest = public_part(reference.raw)
        level, _, why = always.get(name, "").partition(": ")
        entry = entries().get(name)
        if not level and entry is not None and entry.silent and _is_handed_on(reference, called):
            level, why = "loud", entry.why
        known = calls.era in OLD or (name.startswith("tf.summary.") and _has_v1_summaries(calls))
        if called.get(reference.site, set()) & only_new(name):
            continue
        if not level or (not known and (level != "silent" or calls.era != "")):
            continue
        yield Mention(reference, name, f"tf.compat.v1{name[2:]}{rest}", why, None if known else UNKNOWN_ERA)


def _is_handed_on(reference: Reference, called: Container[Site]) -> bool:
    return reference.kind == "dotted" and reference.site not in called


def _has_v1_summaries(calls: Calls) -> bool:
    """Whether a file merges or writes summaries in the way of TF 1, and never in that of TF 2."""
    raws = {reference.raw for reference in calls.references}
    new = any(raw.startswith("tf.summary.") and raw in exported("2.21") - exported("1.15") for raw in raws)
    return bool(raws & V1_SUMMARIES) and not new


def native_calls(calls: Calls) -> dict[Site, Arguments]:
    """The calls of what tf.compat.v1 keeps as calls of what does the same in TF 2, by the sites of their callees."""
    if calls.settings.target == "compat.v1":
        return {}
    found = {}
    for call in calls.module.calls:
        entry = natives().get(call.raw)
        fitted = _natively(call, entry) if entry is not None and call.args and not call.via else None
        if entry is not None and fitted is not None:
            found[call.func] = Arguments(call, entry.becomes, fitted, append=tuple(entry.needs.items()))
    return found


def _natively(call: Call, entry: Entry) -> dict[int, str] | None:
    old = signature("1.15", entry.name)
    fitted = fit(call, entry, old, new_signature(entry)) if not call.starred and _bound(call, old) is not None else None
    return fitted[0] if fitted is not None else None
