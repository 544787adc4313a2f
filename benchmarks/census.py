"""Folders of Python code come in, counts of findings and random samples to read go out, as Markdown."""

from __future__ import annotations

import argparse
import ast
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.sources import Passage, parse, python_paths, read_passages
from benchmarks.tool import Report, ToolFailed, command_from, run_tool
from tfce_migrate.outcome import Finding

LOSS = re.compile(r"cross_?entropy|log_loss$|sequence_loss|nce_loss$|sampled_softmax_loss$", re.IGNORECASE)
MODULES = frozenset({"tf", "tensorflow", "K", "math"})
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Site:
    """A call in a tree: its file or cell, its lines and what is called."""

    tree: Path
    passage: Passage
    first: int
    last: int
    name: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the census from the command line; 2 where the tool failed on a tree."""
    options = parse_arguments(arguments)
    command, chance = command_from(options.tool), random.Random(options.seed)
    found: list[tuple[Path, Finding]] = []
    sites: list[Site] = []
    failed = 0
    print(f"# Census (seed {options.seed})")
    for tree in options.trees:
        try:
            report = run_tool(command, ["check"], tree, ["."])
        except ToolFailed as trouble:
            failed += 1
            print(f"\n{tree.name}: not counted: {trouble}")
            continue
        print(f"\n{tree.name}: {report.files} files, {len(report.problems)} problems")
        found += [(tree, finding) for finding in report.findings]
        sites += list(silent_calls(tree, report, options.select))
    print(f"\n## Findings per code\n\n{counts([finding for _, finding in found])}")
    chosen = [pair for pair in found if pair[1].code.startswith(tuple(options.select))]
    print(f"\n## {min(options.findings, len(chosen))} of {len(chosen)} findings\n")
    for tree, finding in sample(chance, chosen, options.findings):
        print(show_finding(tree, finding, options.context))
    for heading, logarithms in (("loss calls", False), ("logarithms", True)):
        silent = [site for site in sites if (site.name == "log") is logarithms]
        print(f"\n## {min(options.calls, len(silent))} of {len(silent)} {heading} without a finding\n")
        for site in sample(chance, silent, options.calls):
            print(show_site(site, options.context))
    return 2 if failed else 0


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("trees", type=Path, nargs="+", help="the folders to count over")
    add("--findings", type=int, default=30, help="findings to show (30)")
    add("--calls", type=int, default=30, help="calls without a finding to show, of each kind (30)")
    add("--select", nargs="+", default=["TFC1", "TFC2", "TFC3"], help="codes or prefixes to sample")
    add("--context", type=int, default=4, help="lines to show around each place (4)")
    add("--seed", type=int, default=0, help="the seed of the samples (0)")
    add("--tool", metavar="CMD", help="the tool's command (default: tfce-migrate of this interpreter)")
    return parser.parse_args(arguments)


def counts(findings: Sequence[Finding]) -> str:
    """A table: code, rule, how many findings, in how many of them an edit is offered."""
    total = Counter((finding.code, finding.rule) for finding in findings)
    edits = Counter(finding.code for finding in findings if finding.fix and finding.fix.edits)
    rows = [f"| {code} | {rule} | {n} | {edits[code]} |" for (code, rule), n in sorted(total.items())]
    return "\n".join(["| code | rule | findings | with an edit |", "|---|---|---|---|", *rows])


def silent_calls(tree: Path, report: Report, codes: Sequence[str]) -> Iterator[Site]:
    """The calls of losses and logarithms in a tree that no finding of the codes touches or is because of."""
    taken = places([f for f in report.findings if f.code.startswith(tuple(codes))])
    for path in python_paths(tree):
        try:
            passages = read_passages(tree, path)
        except (OSError, ValueError):
            continue
        for passage in passages:
            taken_here = taken.get((path, passage.cell), set())
            for site in calls(tree, passage):
                if taken_here.isdisjoint(range(site.first, site.last + 1)):
                    yield site


def places(findings: Sequence[Finding]) -> dict[tuple[str, int | None], set[int]]:
    """The lines of the findings and of their reasons, per file or cell."""
    lines: dict[tuple[str, int | None], set[int]] = {}
    for finding in findings:
        own = (finding.path, finding.start.line, finding.end.line)
        reasons = [(step.path, step.start.line, step.end.line) for step in finding.because]
        for path, first, last in (own, *reasons):
            lines.setdefault((path, finding.cell), set()).update(range(first, last + 1))
    return lines


def calls(tree: Path, passage: Passage) -> Iterator[Site]:
    """The calls in a passage that are losses or logarithms by their last name."""
    module = parse(passage.text)
    nodes = [node for node in ast.walk(module) if isinstance(node, ast.Call)] if module else []
    for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset)):
        if name := called(node):
            yield Site(tree, passage, node.lineno, node.end_lineno or node.lineno, name)


def called(node: ast.Call) -> str | None:
    """The last name of a call to a loss or to TensorFlow's logarithm."""
    match node.func:
        case ast.Name(id=name) if LOSS.search(name):
            return name
        case ast.Attribute(attr=name) if LOSS.search(name):
            return name
        case ast.Attribute(attr="log", value=owner) if ast.unparse(owner).split(".")[-1] in MODULES:
            return "log" if ast.unparse(owner) != "math" else None
    return None


def sample(chance: random.Random, things: Sequence[Thing], most: int) -> list[Thing]:
    """At most so many things, chosen by chance, in their own order."""
    chosen = sorted(chance.sample(range(len(things)), min(most, len(things))))
    return [things[number] for number in chosen]


def show_finding(tree: Path, finding: Finding, context: int) -> str:
    """One finding as Markdown: what, why, where and what would be written."""
    passages = {passage.cell: passage for passage in read_passages(tree, finding.path)}
    edits = finding.fix.edits if finding.fix else ()
    facts = [f"- because {step.path}:{step.start.line} {step.message}" for step in finding.because] + [
        f"- edit ({finding.safety.value}): `{' '.join(edit.text.split())}`" for edit in edits
    ]
    if finding.fix and finding.fix.why_not:
        facts.append(f"- not edited: {finding.fix.why_not}")
    place = f"{tree.name}/{finding.path}" + ("" if finding.cell is None else f" cell {finding.cell}")
    heading = f"### {finding.code} {finding.rule} {place}:{finding.start.line}\n\n{finding.message}\n"
    text = excerpt(passages[finding.cell], finding.start.line, finding.end.line, context)
    return "\n".join([heading, *facts, "", text, ""])


def show_site(site: Site, context: int) -> str:
    """One call as Markdown."""
    cell = "" if site.passage.cell is None else f" cell {site.passage.cell}"
    heading = f"### {site.name} {site.tree.name}/{site.passage.path}{cell}:{site.first}"
    return "\n".join([heading, "", excerpt(site.passage, site.first, site.last, context), ""])


def excerpt(passage: Passage, first: int, last: int, context: int) -> str:
    """The lines from first to last with some around them, numbered, as a fenced block."""
    lines = passage.lines
    shown = range(max(1, first - context), min(len(lines), last + context) + 1)
    marked = [f"{'>' if first <= n <= last else ' '}{n:5} {lines[n - 1]}" for n in shown]
    return "\n".join(["```python", *marked, "```"])


if __name__ == "__main__":
    sys.exit(main())
