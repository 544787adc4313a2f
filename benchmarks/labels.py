"""Labelled sites of real code and the tool come in, its precision and recall per pattern go out."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.checkouts import folder_name, lay_out
from benchmarks.scoring import Label, Score, read_labels, score
from benchmarks.sources import Passage, parse, read_passages
from benchmarks.tally import as_json, render, rows, to_read
from benchmarks.tool import Report, ToolFailed, command_from, run_tool
from tfce_migrate.outcome import Problem


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark from the command line; 2 where a checkout could not be judged."""
    options = parse_arguments(arguments)
    labels = wanted(read_labels(options.labels), options)
    command = command_from(options.tool)
    scores: list[Score] = []
    apart: dict[str, str] = {}
    reports: list[Report] = []
    failed = 0
    for folder, group in by_checkout(labels, options.checkouts):
        try:
            root = find_root(folder, group[0], options.mirrors)
            paths = ["."] if options.whole_repository else sorted({label.path for label in group})
            checked = run_tool(command, ["check"], root, paths)
            edited = migrate_copy(command, root, paths, options.python2)
        except (ToolFailed, OSError) as trouble:
            failed += len(group)
            print(f"{folder.name}: not judged: {trouble}", file=sys.stderr)
            continue
        reports.append(checked)
        for label in group:
            passages = read_passages(root, label.path)
            scores.append(score(label, checked.findings, edited.findings, passages))
            apart |= apart_from(label, passages)
    if any(report.reads_notebooks for report in reports):
        apart = {key: name for key, name in apart.items() if name != "notebook"}
    if options.python2 == "convert":
        apart = {key: name for key, name in apart.items() if name != "python 2"}
    report_scores(scores, apart, options)
    report_problems([problem for report in reports for problem in report.problems], options.verbose)
    return 2 if failed else 0


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--labels", type=Path, required=True, help="JSON lines, one labelled site a line")
    add("--checkouts", type=Path, required=True, help="folder of the checkouts, owner+name@commit")
    add("--mirrors", type=Path, help="folder of git directories to make missing checkouts from")
    add("--json", type=Path, dest="json_to", help="write the tables and sites there too")
    add("--verbose", action="store_true", help="print each miss, false alarm and doubtful edit")
    add("--within-module", action="store_true", help="leave out labels whose dataflow is cross_file")
    add("--no-notebooks", action="store_true", help="leave out labels in notebooks")
    add("--whole-repository", action="store_true", help="run on the folder, not only on the labelled files")
    add("--python2", choices=("check", "convert", "skip"), help="for migrate; convert: no row apart for them")
    add("--only", action="append", default=[], metavar="ID", help="only these labels")
    add("--tool", metavar="CMD", help="the command to measure (default: tfce-migrate of this interpreter)")
    return parser.parse_args(arguments)


def wanted(labels: list[Label], options: argparse.Namespace) -> list[Label]:
    """The labels that the options leave."""
    return [
        label
        for label in labels
        if not (options.within_module and label.dataflow == "cross_file")
        and not (options.no_notebooks and label.path.endswith(".ipynb"))
        and (not options.only or label.id in options.only)
    ]


def by_checkout(labels: list[Label], checkouts: Path) -> list[tuple[Path, list[Label]]]:
    """The labels of each checkout with its folder."""
    ordered = sorted(labels, key=lambda label: (label.repo, label.commit, label.id))
    groups = groupby(ordered, key=lambda label: (label.repo, label.commit))
    return [(checkouts / folder_name(*key), list(group)) for key, group in groups]


def find_root(folder: Path, label: Label, mirrors: Path | None) -> Path:
    """The folder of a checkout, made from the mirrors where it is missing; OSError where it cannot be."""
    if folder.is_dir():
        return folder
    if mirrors is None:
        raise FileNotFoundError(f"no folder {folder} and no --mirrors to make it from")
    return lay_out(mirrors, folder.parent, label.repo, label.commit)


def migrate_copy(command: Sequence[str], root: Path, paths: Sequence[str], python2: str | None) -> Report:
    """What migrate does to a copy of the checkout; the checkout stays as it is."""
    words = ["migrate", *(["--python2", python2] if python2 else [])]
    with tempfile.TemporaryDirectory() as made:
        copy = Path(made) / root.name
        shutil.copytree(root, copy, symlinks=True)
        return run_tool(command, words, copy, paths)


def apart_from(label: Label, passages: list[Passage]) -> dict[str, str]:
    """The separate row in which a label is counted, if any."""
    if label.path.endswith(".ipynb"):
        return {label.id: "notebook"}
    if any(parse(passage.text) is None for passage in passages):
        return {label.id: "python 2"}
    return {}


def report_scores(scores: list[Score], apart: dict[str, str], options: argparse.Namespace) -> None:
    """Print the tables, the wrong edits and, when asked, what is worth reading."""
    tables = rows(scores, apart)
    if options.verbose:
        print(to_read(scores, apart), end="\n\n")
    print(render(tables))
    for each in scores:
        for edit in each.wrong_edits:
            print(f"wrong edit at {each.label.id} {each.label.place}: {edit}")
    if options.json_to:
        options.json_to.write_text(
            json.dumps(as_json(tables, scores, apart), indent=1) + "\n", encoding="utf-8"
        )


def report_problems(problems: Sequence[Problem], verbose: bool) -> None:
    """Say what kept the tool from its work: a crash would else look like a miss; old syntax is no news."""
    for stage, number in sorted(Counter(problem.stage for problem in problems).items()):
        print(f"{number} problems when the tool came to {stage}")
    for problem in problems if verbose else ():
        if problem.stage != "parse":
            print(f"  {problem.stage} {problem.path}:{problem.line or 0} {problem.message}")


if __name__ == "__main__":
    sys.exit(main())
