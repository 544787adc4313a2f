"""Writes fixtures/<program>/after/ anew: what `tfce-migrate migrate` makes of before/ today.

    python tools/write_fixtures.py [PROGRAM]...

without names for all programs. Look at the difference before it is kept: tests/test_fixtures.py compares bytes with it,
and tests/equivalence runs it.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tfce_migrate import Outcome, Settings
from tfce_migrate.run import run
from tfce_migrate.settings import Keras

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


def migrate_copy(program: Path, after: Path) -> list[Outcome]:
    """Copy a program's before/ to the folder after, which must not be there, and migrate it in place."""
    about = tomllib.loads((program / "about.toml").read_text(encoding="utf-8"))
    shutil.copytree(program / "before", after, ignore=shutil.ignore_patterns("__pycache__"))
    return run([str(after)], settings_for(about), "migrate")


def settings_for(about: Mapping[str, Any]) -> Settings:
    """The settings under which a program is migrated, by what its about.toml says of it."""
    keras: Keras = "legacy" if about.get("legacy_keras") else "3"
    return Settings(unsafe_fixes=bool(about.get("unsafe")), keras=keras, jobs=1)


def rewrite(program: Path) -> str:
    """Put a new after/ in place of a program's old one; give a line that says what came of it."""
    new, after = program / "after.new", program / "after"
    shutil.rmtree(new, ignore_errors=True)
    outcomes = migrate_copy(program, new)
    shutil.rmtree(after, ignore_errors=True)
    new.rename(after)
    fixed = sum(finding.fixed for outcome in outcomes for finding in outcome.findings)
    left = sum(not finding.fixed for outcome in outcomes for finding in outcome.findings)
    problems = sum(len(outcome.problems) for outcome in outcomes)
    return f"{program.name}: {fixed} fixed, {left} left" + (f", {problems} problems" if problems else "")


def main(names: Sequence[str]) -> int:
    """Rewrite the named programs, or all; gives 2 for a name that no program has."""
    programs = {path.parent.name: path.parent for path in sorted(FIXTURES.glob("*/about.toml"))}
    unknown = [name for name in names if name not in programs]
    if unknown:
        print(f"no such program: {', '.join(unknown)}", file=sys.stderr)
        return 2
    for name in names or programs:
        print(rewrite(programs[name]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
