"""The files of tests/snippets/ come in; the small programs in them, and what their titles promise, go out.

A file is a head, and blocks that start with a line `# ---- title`; a program is the head and one block. It binds `out`,
whose numbers must be the same under TensorFlow 1.15 and, migrated, under 2.21. A title may end in brackets:

    [TFC407]  what is left of it for the user carries this code; it need not run
    [legacy]  it runs with legacy Keras (--keras legacy, TF_USE_LEGACY_KERAS=1); with Keras 3 something is reported
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tfce_migrate import Outcome, Settings, migrate_source

FOLDER = Path(__file__).parent / "snippets"


@dataclass(frozen=True)
class Snippet:
    name: str
    text: str
    code: str = ""
    legacy: bool = False

    def migrated(self, keras: str = "") -> Outcome:
        chosen = keras or ("legacy" if self.legacy else "3")
        return migrate_source(self.text, "example.py", Settings(keras=chosen))  # type: ignore[arg-type]


def read() -> list[Snippet]:
    return [snippet for path in sorted(FOLDER.glob("*.py")) for snippet in snippets_of(path)]


def snippets_of(path: Path) -> list[Snippet]:
    head, *blocks = re.split(r"(?m)^# ---- ", path.read_text(encoding="utf-8"))
    found = []
    for block in blocks:
        title, _, code = block.partition("\n")
        mark = re.search(r" \[(TFC\d+|legacy)\]$", title)
        word = mark.group(1) if mark else ""
        name = f"{path.stem}: {title.removesuffix(mark.group(0)) if mark else title}"
        found.append(Snippet(name, head + code, word if word.startswith("TFC") else "", word == "legacy"))
    return found
