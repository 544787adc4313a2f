"""Seeds and minutes come in; generated programs and mangled bytes go through the tool; what breaks a law goes out.

The mutations are simple ones, guided by nothing: pieces of programs, notebooks and Python 2 files are cut, doubled,
swapped and filled with odd bytes.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from more_programs import random_program  # type: ignore[import-not-found]  # noqa: E402
from test_laws import ASKED, comments, disagreement, offset, stays  # type: ignore[import-not-found]  # noqa: E402

from tfce_migrate import Outcome, check_source, files, migrate_source, run  # noqa: E402
from tfce_migrate.settings import Settings  # noqa: E402

SETTINGS = [*ASKED.values()]
REPORT = "only in the report: "
SLOW = 20.0  # seconds of the processor for one text
ODD = (
    b"\x00", b"\xff", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\n", b"\t", b"\x0c", b"\\\n", b"'''", b'"', b"(", b")",
    b"[", b"{", b":", b"#", b"\xe2\x80\xa8", b"\xed\xa0\x80", b"# coding: gbk\n", b"print 1\n", b"lambda", b"async ",
    b"0777L", b"`x`", b"exec x", b"%matplotlib inline\n", b"!ls\n", b"%%bash\n", b"\\ud800", b"\\u2028", b"*", b"**",
    b"=", b":=", b"@", b"->", b"tf.log(", b"tf.nn.softmax(", b"tfce: ignore[", b"noqa", b"global x\n", b"del tf\n",
    b"tf = 1\n", b"\x1b[31m", b"-" * 3000, b"(" * 300, b"if x:\n" * 120, b"1" * 5000,
)  # fmt: skip
HEADS = b"# coding: latin-1\n", b"\xef\xbb\xbf", b"# coding: gbk\n", b"#!python\r# coding: cp1252\r"
PYTHON2 = b"import tensorflow as tf\nprint 'a', x\nn = 0777L\nif d.has_key(`x`) or a <> b:\n\tprint >>f, tf.log(x)\n"


class LawBrokenError(Exception):
    """A text that shows a mistake of the tool; the message says which."""


class ReportDiffersError(LawBrokenError):
    """What a report says is left is not what a check finds afterwards; the text itself is as it has to be."""


def must(holds: bool, law: str) -> None:
    if not holds:
        raise LawBrokenError(law)


def of_program(seed: int) -> None:
    """All that must hold of a sound program."""
    text = random_program(seed)
    settings = SETTINGS[seed % len(SETTINGS)]
    outcome = migrate_source(text, "program.py", settings)
    must(not outcome.problems, f"a problem: {outcome.problems}")
    ast.parse(outcome.after)
    again = migrate_source(outcome.after, "program.py", settings)
    must(again.after == outcome.after, "migrating twice changes something")
    untouched(outcome)
    must(comments(text) == comments(outcome.after), "a comment is lost")
    for finding in outcome.findings:
        must(finding.fix is None or finding.fixed == (finding.fix.why_not is None), "a fix without its reason")
    left, found = disagreement(outcome, check_source(outcome.after, "program.py", settings))
    if left or found:
        raise ReportDiffersError(f"only left {sorted(left)}, only found {sorted(found)}")


def untouched(outcome: Outcome) -> None:
    """Nothing changes outside the edits of fixed findings."""
    text = outcome.before
    edits = [edit for finding in outcome.findings if finding.fixed and finding.fix for edit in finding.fix.edits]
    at, kept = 0, []
    for start, end in sorted((offset(text, edit.start), offset(text, edit.end)) for edit in edits):
        if start >= at:
            kept.append(text[at:start])
        at = max(at, end)
    must(stays(kept, text[at:], outcome.after), "something changed outside the edits")


def of_bytes(seed: int) -> None:
    """All that must hold of any bytes."""
    chance = random.Random(seed)
    name, raw = mangled(chance)
    settings = Settings(unsafe_fixes=True, python2=chance.choice(("check", "convert", "skip")))
    outcome = run.run_on_bytes(raw, name, settings, "migrate")
    for problem in outcome.problems:
        must("internal error" not in problem.message and " failed with " not in problem.message, problem.message)
    checked = run.run_on_bytes(raw, name, settings, "check")
    must(not checked.changed, "check changes something")
    for problem in checked.problems:
        must("internal error" not in problem.message and " failed with " not in problem.message, problem.message)
    if not outcome.changed:
        return
    decoded = files.Decoded(outcome.before, outcome.encoding)
    after = decoded.encode(outcome.after)
    if decoded.encode(outcome.before) != raw:
        return  # such a file is not written
    again = run.run_on_bytes(after, name, settings, "migrate")
    must(again.after == outcome.after, "migrating twice changes something")
    if name.endswith(".py"):
        ast.parse(outcome.after)
        untouched(outcome)
    else:
        same_but_for_sources(json.loads(outcome.before), json.loads(outcome.after))


def same_but_for_sources(before: dict[str, Any], after: dict[str, Any]) -> None:
    for document in (before, after):
        for cell in list(document["cells"]):
            cell.pop("source", None)
    must(before == after, "more than sources changed in a notebook")


def mangled(chance: random.Random) -> tuple[str, bytes]:
    """A file's name and bytes, sound at first and then not."""
    kind = chance.randrange(4)
    text = random_program(chance.randrange(1 << 40)).encode()
    name = "a.py"
    if kind == 1:
        text = PYTHON2 + text
    if kind == 2:
        name, text = "a.ipynb", notebook(chance, text)
    if kind == 3:
        text = chance.choice(HEADS) + text
    for _ in range(chance.randrange(6)):
        text = mutated(chance, text)
    return name, text


def mutated(chance: random.Random, raw: bytes) -> bytes:
    start = chance.randrange(len(raw) + 1)
    end = min(len(raw), start + chance.choice((0, 0, 1, 1, 3, 10, 100)))
    kind = chance.randrange(5)
    if kind == 0:
        return raw[:start] + raw[end:]
    if kind == 1:
        return raw[:start] + chance.choice(ODD) + raw[end:]
    if kind == 2:
        return raw[:start] + raw[start:end] * 2 + raw[end:]
    if kind == 3:
        return raw[:start] + bytes(chance.randrange(256) for _ in range(chance.randrange(4))) + raw[end:]
    lines = raw.splitlines(keepends=True)
    if len(lines) > 1:
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def notebook(chance: random.Random, program: bytes) -> bytes:
    lines = program.decode().splitlines(keepends=True)
    parts = []
    while lines:
        size = chance.randrange(1, 12)
        parts.append(lines[:size])
        lines = lines[size:]
    cells: list[dict[str, object]] = [
        {
            "cell_type": chance.choice(("code", "code", "code", "markdown")), "metadata": {}, "outputs": [],
            "source": part if chance.randrange(3) else "".join(part),
        }
        for part in parts
    ]  # fmt: skip
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 2}
    return json.dumps(document, indent=chance.choice((None, 1, 2)), ensure_ascii=chance.random() < 0.5).encode()


def tried(law: Callable[[int], None], seed: int) -> str | None:
    """What is wrong with the text of a seed."""
    started = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            law(seed)
        except ReportDiffersError as error:
            return f"{REPORT}{law.__name__} {seed}: {error}"
        except LawBrokenError as error:
            return f"{law.__name__} {seed}: {error}"
        except Exception:
            return f"{law.__name__} {seed}: {traceback.format_exc()}"
    seconds = time.process_time() - started
    return f"{law.__name__} {seed}: took {seconds:.0f} s" if seconds > SLOW else None


def tried_program(seed: int) -> str | None:
    return tried(of_program, seed)


def tried_bytes(seed: int) -> str | None:
    return tried(of_bytes, seed)


def reported(results: Iterator[str | None], until: float, name: str) -> tuple[int, int]:
    """Print what is wrong; how many were tried, and how many of them were wrong, but for what only reports say."""
    count = wrong = 0
    for result in results:
        count += 1
        if result:
            wrong += not result.startswith(REPORT)
            print(result, flush=True)
        if count % 1000 == 0:
            print(f"{count} {name}, {wrong} wrong", file=sys.stderr, flush=True)
        if time.monotonic() > until:
            break
    return count, wrong


def main(arguments: Sequence[str] | None = None) -> int:
    """Say how many texts broke a law; 1 if any did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=20_000)
    parser.add_argument("--minutes", type=float, default=60, help="of mangled bytes")
    parser.add_argument("--seed", type=int, default=0, help="the first")
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args(arguments)
    seeds = range(options.seed, options.seed + options.programs)
    with get_context("spawn").Pool(options.jobs) as pool:
        programs, wrong = reported(pool.imap(tried_program, seeds, 20), float("inf"), "programs")
        print(f"{programs} programs, {wrong} broke a law", flush=True)
        endless = range(options.seed, sys.maxsize)
        until = time.monotonic() + 60 * options.minutes
        mangled_files, bad = 0, 0
        first = 0
        while options.minutes and time.monotonic() < until:
            part = endless[first : first + 500]
            tried_now, bad_now = reported(pool.imap(tried_bytes, part, 10), until, "files")
            mangled_files, bad, first = mangled_files + tried_now, bad + bad_now, first + 500
    print(f"{mangled_files} mangled files in {options.minutes:g} minutes, {bad} broke a law")
    return int(bool(wrong or bad))


if __name__ == "__main__":
    sys.exit(main())
