"""Options come in, the report goes to standard output, chatter to standard error, an exit code out."""

from __future__ import annotations

import atexit
import gc
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

import click

from tfce_migrate import interrupt, streams
from tfce_migrate.settings import Era, Keras, OutputFormat, Python2, Settings, SettingsError, Target
from tfce_migrate.version import __version__

if TYPE_CHECKING:
    from tfce_migrate.run import Progress
    from tfce_migrate.session import Answer, Request

_Command = TypeVar("_Command", bound=Callable[..., Any])
_Given = dict[str, Any]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and give its exit code; bad usage is one line on standard error."""
    atexit.register(gc.freeze)  # the process ends: what it holds need not be looked through once more
    try:
        interrupt.leave_it_to_python()
        return int(commands.main(arguments, prog_name="tfce-migrate", standalone_mode=False) or 0)
    except (click.ClickException, SettingsError) as error:
        message = error.format_message() if isinstance(error, click.ClickException) else str(error)
        streams.say("tfce-migrate: " + " ".join(message.split()))
        return 2
    except streams.StreamError as error:
        streams.say(f"tfce-migrate: {error}")
        return 2
    except OSError as error:  # of what click itself prints
        streams.say(f"tfce-migrate: {streams.given_up(error)}")
        return 2
    except (click.Abort, KeyboardInterrupt):
        interrupt.forget()
        streams.say("tfce-migrate: interrupted")
        return 130


def _print_version(context: click.Context, parameter: click.Parameter, asked: bool) -> None:
    if asked:
        streams.put(f"tfce-migrate {__version__}\n")
        context.exit()


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Say which version.",
)
@click.pass_context
def commands(context: click.Context) -> None:
    """Take TensorFlow 1 code to TensorFlow 2 without changing what its losses compute."""
    if context.invoked_subcommand is None:
        raise click.UsageError("say what to do: check, migrate, undo, explain or rules (--help tells more)")


def _listed(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...] | None:
    """Split each value at commas; nothing given is None, so that a settings file has its say."""
    return tuple(item.strip() for value in values for item in value.split(",") if item.strip()) or None


def _selector(name: str, help: str) -> Callable[[_Command], _Command]:
    return click.option(name, multiple=True, callback=_listed, metavar="RULES", help=help)


def _choice(name: str, parameter: str, choices: object, help: str) -> Callable[[_Command], _Command]:
    return click.option(name, parameter, type=click.Choice(get_args(choices)), default=None, help=help)


def _switch(name: str, help: str, *short: str) -> Callable[[_Command], _Command]:
    return click.option(f"--{name}/--no-{name}", *short, default=None, help=help)


_SHARED: tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...] = (
    click.argument("paths", nargs=-1, metavar="[PATH]..."),
    _selector(
        "--select", "Look for these only: codes, prefixes such as TFC2, names, or ALL; comma separated."
    ),
    _selector("--ignore", "Leave these out."),
    _selector("--extend-select", "Look for these too."),
    _choice("--target", "target", Target, "What the code shall run on. [v2]"),
    click.option("--tf-version", default=None, metavar="2.N", help="The TensorFlow it shall run on. [2.21]"),
    _choice("--keras", "keras", Keras, "The Keras it shall run with. [3]"),
    _choice("--from", "from_", Era, "The TensorFlow it was written for. [auto]"),
    _choice("--python2", "python2", Python2, "What to do with Python 2 files; convert writes only in migrate. [check]"),
    click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave out, in .gitignore syntax."),
    _switch("force-exclude", "Leave excluded files out even where they are given by name."),
    click.option("--files-from", default=None, metavar="FILE", help="Look at the paths that FILE (or -) lists, too."),
    click.option(
        "--jobs", type=click.IntRange(0), default=None, metavar="N", help="Workers; 0 is one a core. [0]"
    ),
    _choice("--output-format", "output_format", OutputFormat, "The form of the report. [text]"),
    click.option(
        "--output-file", default=None, metavar="FILE", help="Where the report goes. [standard output]"
    ),
    _switch("statistics", "Count the findings of each rule."),
    _switch("exit-zero", "Exit with 0 even with findings."),
    click.option("--baseline", default=None, metavar="FILE", help="Leave out the findings that FILE knows."),
    click.option("--add-baseline", is_flag=True, help="Let the baseline file know what is found now."),
    click.option(
        "--config",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Settings, in place of the nearest pyproject.toml.",
    ),
    click.option("--isolated", is_flag=True, help="Read no settings file."),
    click.option(
        "--stdin-filename", default=None, metavar="NAME", help="What to call standard input, the path -."
    ),
    _switch("quiet", "Only the findings.", "-q"),
    _switch("verbose", "Say more on standard error.", "-v"),
)


def _shared_options(command: _Command) -> Callable[..., Any]:
    decorated: Callable[..., Any] = command
    for option in reversed(_SHARED):
        decorated = option(decorated)
    return decorated


@commands.command()
@_shared_options
def check(**options: Any) -> int:
    """Report what is wrong or has to be migrated; write nothing.

    Exits with 0 if there is nothing, 1 with findings, 2 if a file could not be read or parsed.
    """
    return _do(_request("check", options))


@commands.command()
@_shared_options
@click.option(
    "--unsafe-fixes/--no-unsafe-fixes", "--unsafe", default=None, help="Apply edits that change results, too."
)
@click.option("--backup", default=None, metavar="SUFFIX", help="Keep what was there under the name and SUFFIX.")
@_switch("journal", "Keep a journal for undo. [yes]")
@click.option("--diff", is_flag=True, help="Print a unified diff and write nothing.")
def migrate(**options: Any) -> int:
    """Rewrite in place what can be, and report what changed and what is left.

    Exits with 0 if nothing is left, 1 with findings left (with --diff: or a diff), 2 if a file could not be
    read, parsed or written. With the path - the migrated code goes to standard output, the report to standard
    error.
    """
    return _do(_request("migrate", options))


@commands.command()
def undo() -> int:
    """Put back what the last migrate from this folder wrote, but for files that were edited since.

    Exits with 0 if all is as it was, 1 if an edited file was left, 2 if there is nothing to undo or a file could not
    be written.
    """
    from tfce_migrate.session import undo as undone

    came = undone()
    streams.put(came.report)
    for line in came.chatter:
        streams.say(line)
    return came.exit_code


@commands.command()
@click.argument("rule")
def explain(rule: str) -> int:
    """Print the page of a rule, given its code or name."""
    from tfce_migrate.rule import load_rules

    rules = load_rules()
    for known in rules:
        if rule.upper() == known.code or rule.lower() == known.name:
            streams.put(known.page.strip() + "\n")
            return 0
    from difflib import get_close_matches

    close = get_close_matches(rule, [word for known in rules for word in (known.code, known.name)], 1)
    hint = f"did you mean {close[0]}?" if close else "`tfce-migrate rules` lists them"
    raise click.UsageError(f"there is no rule '{rule}'; {hint}")


@commands.command()
def rules() -> int:
    """List the rules: code, name, severity, safety of the edit, summary."""
    from tfce_migrate.rule import load_rules

    rows = [
        (rule.code, rule.name, rule.severity, rule.safety.value, rule.summary)
        for rule in sorted(load_rules(), key=lambda rule: rule.code)
    ]
    widths = [max(map(len, column), default=0) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
    streams.put("".join(f"{line}\n" for line in lines))
    return 0


def _request(command: Any, options: _Given) -> Request:
    from tfce_migrate.session import Request

    given = _given(options)
    _refuse_contradictions(options, given)
    paths, source = _paths(options)
    settings, read = _settings(paths, options, given)
    if options["files_from"] is not None:  # an empty list is no files, not all of them
        paths = (*paths, *_listed_paths(options["files_from"]))
    elif not paths:
        paths = (".",)
    diff = options.get("diff", False)
    if options["add_baseline"] and settings.baseline is None:
        raise click.UsageError("--add-baseline needs --baseline FILE")
    colour = _colour(settings, to_error=source is not None and command == "migrate" and not diff)
    return Request(command, paths, settings, diff, options["add_baseline"], source, colour, read)


def _given(options: _Given) -> _Given:
    """The settings that the command line names, by field."""
    fields = {name for name in Settings.__dataclass_fields__ if name in options}
    given = {name: options[name] for name in fields if options[name] not in (None, ())}
    if options.get("diff"):
        given.setdefault("output_format", "diff")
    for one, other in (("quiet", "verbose"), ("verbose", "quiet")):
        if given.get(one):
            given.setdefault(other, False)
    return given


def _refuse_contradictions(options: _Given, given: _Given) -> None:
    diff = options.get("diff")
    contradictions = (
        (diff and given["output_format"] != "diff", "--diff has its own --output-format"),
        (diff and options["add_baseline"], "--diff writes nothing, --add-baseline does"),
        (options["config"] and options["isolated"], "--isolated reads no file, --config names one"),
        (given.get("quiet") and given.get("verbose"), "--quiet and --verbose contradict each other"),
        ("-" in options["paths"] and len(options["paths"]) > 1, "the path - cannot have others beside it"),
        ("-" in options["paths"] and options["files_from"], "the path - and --files-from exclude each other"),
        (options["stdin_filename"] and "-" not in options["paths"], "--stdin-filename goes with the path -"),
    )
    for contradiction, message in contradictions:
        if contradiction:
            raise click.UsageError(message)


def _paths(options: _Given) -> tuple[tuple[str, ...], bytes | None]:
    """The paths, and the bytes of standard input where it is the one to look at, under the name to show."""
    from tfce_migrate.files import shown_path

    if options["paths"] != ("-",):
        return options["paths"], None
    name = options["stdin_filename"]
    return (shown_path(name) if name else "<stdin>",), streams.read_bytes()


def _listed_paths(name: str) -> list[str]:
    """The paths that a file or standard input, the name -, lists."""
    from tfce_migrate.files import listed_paths

    try:
        raw = streams.read_bytes() if name == "-" else Path(name).read_bytes()
    except (OSError, ValueError) as error:
        raise SettingsError(f"--files-from {name}: {getattr(error, 'strerror', None) or error}") from error
    return listed_paths(raw)


def _settings(paths: tuple[str, ...], options: _Given, given: _Given) -> tuple[Settings, tuple[str, ...]]:
    """The settings, and the files that they and the list of paths are from."""
    from tfce_migrate.settings_file import load_settings

    first = Path(paths[0] if paths and paths[0] != "<stdin>" else ".")
    settings, file = load_settings(first, given, _rule_names, options["config"], options["isolated"])
    if settings.verbose:
        streams.say(f"settings from {file}" if file else "no settings file")
    return settings, tuple(str(name) for name in (file, options["files_from"]) if name)


def _rule_names() -> Mapping[str, str]:
    from tfce_migrate.rule import load_rules
    from tfce_migrate.run import UNREADABLE

    return dict([UNREADABLE]) | {rule.code: rule.name for rule in load_rules()}


def _do(request: Request) -> int:
    from tfce_migrate.session import answer

    with _progress(request.settings) as progress:
        came = answer(request, progress)
    _deliver(came, request)
    return came.exit_code


def _deliver(came: Answer, request: Request) -> None:
    if came.source is not None:
        streams.put_bytes(came.source)
    if request.settings.output_format == "text":
        streams.put(came.report, to_error=came.source is not None)
    else:
        streams.put_bytes(came.report.encode("utf-8", "surrogateescape"), to_error=came.source is not None)
    for line in came.chatter:
        streams.say(line)


@contextmanager
def _progress(settings: Settings) -> Iterator[Progress | None]:
    """A bar where a person watches standard error, a line a file when verbose, else nothing."""
    if settings.verbose:
        yield lambda done, total, path: streams.say(f"{done}/{total} {path}")
    elif settings.quiet or not streams.is_terminal(to_error=True):
        yield None
    else:
        from rich.console import Console
        from rich.progress import Progress as Bar

        with Bar(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("looking", total=None)
            yield lambda done, total, path: bar.update(task, completed=done, total=total)


def _colour(settings: Settings, *, to_error: bool) -> bool:
    plain = settings.output_file or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return streams.is_terminal(to_error=to_error) and not plain
