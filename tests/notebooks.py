"""Sources of cells come in; the JSON text of notebooks, and what is found in them, go out."""

from __future__ import annotations

import json
from typing import Any

from tfce_migrate import Outcome, check_source, migrate_source
from tfce_migrate.settings import Settings

IMPORT = "import tensorflow as tf"
LOSS = "loss = tf.log(z)"
MENDED = "loss = tf.math.log(z)"
VALUES = "z = f(x)\ny = g(x)\n"


def code(source: object, **more: object) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": source, **more}


def listed(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def notebook(*cells: object, **dump: Any) -> str:
    """The JSON text of a notebook of format 4; text cells stand for code cells with a list of lines."""
    made = [code(listed(cell)) if isinstance(cell, str) else cell for cell in cells]
    whole = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 2}
    return json.dumps(whole, **{"indent": 1, "ensure_ascii": False, **dump})


def old_notebook(*sources: object) -> str:
    """The same in format 3, over two worksheets."""
    cells = [
        {"cell_type": "code", "collapsed": False, "input": source, "language": "python", "outputs": []}
        for source in sources
    ]
    sheets = [{"cells": cells[:1]}, {"cells": cells[1:]}]
    return json.dumps({"metadata": {}, "nbformat": 3, "worksheets": sheets}, indent=1) + "\n"


def sources(text: str) -> list[object]:
    return [cell["source"] for cell in json.loads(text)["cells"]]


def texts(text: str) -> list[str]:
    """The sources, each as one string."""
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"]]


def mended(text: str) -> str:
    return text.replace("tf.log(z)", "tf.math.log(z)")


def checked(text: str) -> Outcome:
    return check_source(text, "n.ipynb")


def migrated(text: str, unsafe: bool = False) -> Outcome:
    return migrate_source(text, "n.ipynb", Settings(unsafe_fixes=unsafe))


def places(outcome: Outcome) -> list[tuple[str, int | None, int, int]]:
    return [(f.code, f.cell, f.start.line, f.start.column) for f in outcome.findings]
