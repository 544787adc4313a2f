"""A seed comes in; a program for TensorFlow 0.12 or 1.15 goes out, which binds losses and gradients to `out`."""

from __future__ import annotations

import io
import random
import re
import tokenize
from dataclasses import dataclass, field

from programs import indented
from running_statements import END, STATEMENTS
from running_templates import COMMON, DATA, IMPORTS, NEW, OLD


@dataclass
class Scope:
    """The names that are bound, by what they hold, and how TensorFlow is reached."""

    tf: str
    raw: list[str] = field(default_factory=lambda: ["z0"])
    probs: list[str] = field(default_factory=lambda: ["soft"])
    labels: list[str] = field(default_factory=lambda: ["y"])
    loss: list[str] = field(default_factory=list)


class Maker:
    """Draws a program of an era from the tables with the numbers of a seed."""

    def __init__(self, seed: int, era: str) -> None:
        self.random, self.era = random.Random(seed), era
        more = OLD if era == "0.x" else NEW
        self.table = {kind: (*COMMON[kind], *more.get(kind, ())) for kind in COMMON}
        self.made = 0

    def program(self) -> str:
        imports, tf = self.random.choice(IMPORTS[self.era])
        scope = Scope(tf)
        data = DATA.lstrip().format(imports=imports, seed=self.random.randrange(1000))
        head, data = self.filled(data, scope, 1).split("\n\n")
        lines = data.splitlines()
        while len(scope.loss) < 2 or self.random.randrange(4):
            lines += self.statement(scope)
        losses = ", ".join(scope.loss)
        if self.random.randrange(4) == 0:
            lines = ["def main():", *indented([*lines, f"return [{losses}]"]), "out = main()"]
        else:
            lines.append(f"out = [{losses}]")
        return "\n".join([head, "", *lines, self.filled(END, scope, 0)])

    def statement(self, scope: Scope) -> list[str]:
        template = self.random.choice(STATEMENTS)
        fresh: dict[str, str] = {}
        text = self.filled(template.replace("{{", "\0").replace("}}", "\1"), scope, 3)
        for kind in dict.fromkeys(re.findall(r"\{(\w+?)\}", text)):
            self.made += 1
            fresh[kind] = f"{kind.rstrip('2')}_{self.made}"
        text = re.sub(r"\{(\w+?)\}", lambda match: fresh[match[1]], text).replace("\0", "{").replace("\1", "}")
        for kind, name in fresh.items():
            if kind != "model":
                getattr(scope, kind.rstrip("2")).append(name)
        return self.laid_out(text).split("\n")

    def filled(self, template: str, scope: Scope, depth: int) -> str:
        def one(match: re.Match[str]) -> str:
            kind = match[1]
            if kind == "tf":
                return scope.tf
            if kind.startswith("="):
                return self.random.choice(getattr(scope, kind[1:]))
            options = self.table[kind] if depth > 0 else self.table[kind][: 1 + (kind in ("loss", "scalar"))]
            return self.filled(self.random.choice(options), scope, depth - 1)

        return re.sub(r"<(=?\w+)>", one, template)

    def laid_out(self, text: str) -> str:
        """The same statements, now and then with a comment and a line's end after a comma between brackets."""
        if self.random.randrange(3):
            return text
        depth, commas = 0, []
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            depth += (token.string in ("(", "[", "{")) - (token.string in (")", "]", "}"))
            if token.string == "," and depth:
                commas.append(token.end)
        if not commas:
            return text
        line, column = self.random.choice(commas)
        lines = text.split("\n")
        comment = self.random.choice(("", "  # rows by classes", "  # größer"))
        lines[line - 1 : line] = [lines[line - 1][:column] + comment, " " * 8 + lines[line - 1][column:].lstrip()]
        return "\n".join(lines)


def running_program(seed: int, era: str) -> str:
    """The program of a seed for TensorFlow 0.12 ("0.x") or 1.15 ("1.x"); most of them run there."""
    return Maker(seed, era).program()
