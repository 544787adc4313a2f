"""Keyword arguments that TF 2 spells otherwise, such as keep_dims, or does not take at all."""

from collections.abc import Iterator

from tfce_migrate.changes import judge
from tfce_migrate.check import Calls
from tfce_migrate.keywords import refused
from tfce_migrate.members import Misfit, misfits
from tfce_migrate.names import target_of
from tfce_migrate.rule import Arguments, Match
from tfce_migrate.signatures import entry_of
from tfce_migrate.symbols import table


def find(calls: Calls) -> Iterator[Match]:
    renames = table("renamed-arguments.toml")["functions"]
    judged = dict(judge(calls))
    for call in calls.module.calls:
        names = renames.get(call.raw) or renames.get(call.symbol.name)
        if entry_of(call.raw) is not None:
            found = judged.get(call)
            if found is None or found.kind != "renamed" or found.change is None:
                continue
            keywords, drop, why_not = dict(found.change.keywords), found.change.drop, found.why_not
        elif call.via or not names or call.symbol.api == "v1":
            continue
        else:
            keywords = {i: names[arg.keyword] for i, arg in enumerate(call.args) if arg.keyword in names}
            drop = frozenset()
            taken = {arg.keyword for arg in call.args} & set(keywords.values())
            why_not = f"it is given {', '.join(sorted(map(str, taken)))} as well" if taken else None
        if not keywords:
            continue
        old = ", ".join(f"{call.args[index].keyword} (now {new})" for index, new in keywords.items())
        message = f"{call.raw} has renamed its argument {old}"
        yield Match(call.site, call.raw, message, change=Arguments(call, keywords=keywords, drop=drop), why_not=why_not)
    yield from _dropped(calls)
    title = target_of(calls.settings).title
    yield from (_of_object(one, title) for one in misfits(calls) if one.lost)


def _dropped(calls: Calls) -> Iterator[Match]:
    """What the function of TF 2 refuses, the one of tf.compat.v1 may take."""
    for one in refused(calls):
        call, lost = one.call, ", ".join(one.keywords)
        if one.v1 is None:
            message = f"{one.name} has no argument {lost} any more; leave it out or write it otherwise"
            yield Match(call.site, call.raw, message)
            continue
        message = f"{one.name} of TF 2 has no argument {lost}; {one.v1} is what it was in TF 1"
        yield Match(call.site, call.raw, message, change=Arguments(call, one.v1))


def _of_object(one: Misfit, title: str) -> Match:
    """What a method or a constructor of the target does not take, or takes without a word and without effect."""
    lost = ", ".join(one.lost)
    verdict = f"{one.name} takes no {lost} in {title}"
    verdict = f"{lost} of {one.name} has no effect in {title}" if one.silent else verdict
    if not one.keywords and not one.drop:
        return Match(one.call.site, one.name, f"{verdict}: {one.use or 'leave it out or write it otherwise'}")
    said = f"it is {', '.join(one.keywords.values())} now" if one.keywords else "what is given changes nothing"
    change = Arguments(one.call, keywords=one.keywords, drop=one.drop)
    return Match(one.call.site, one.name, f"{verdict}: {said}", change=change)
