"""A size comes in; the tool meets files that are made to break it; seconds, peak memory and answer of each go out."""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

HEAD = "import tensorflow as tf\n"
TAIL = "loss = tf.log(tf.nn.softmax(z))\n"
Files = dict[str, bytes]
LIMIT_SECONDS, LIMIT_MEMORY = 600, 12 << 30


def one(text: str) -> Files:
    """A single file."""
    return {"a.py": text.encode()}


def parentheses(size: float) -> Files:
    number = int(100_000 * size)
    return one(f"{HEAD}x = {'(' * number}1{')' * number}\n")


def open_parentheses(size: float) -> Files:
    return one(f"{HEAD}x = {'(' * int(100_000 * size)}\n")


def python2_parentheses(size: float) -> Files:
    number = int(100_000 * size)
    return one(f"{HEAD}print {'(' * number}1{')' * number}\n")


def signs(size: float) -> Files:
    return one(f"{HEAD}x = {'-' * int(100_000 * size)}1\n")


def attributes(size: float) -> Files:
    return one(f"{HEAD}x = tf{'.a' * int(100_000 * size)}\n")


def calls_in_calls(size: float) -> Files:
    number = int(5_000 * size)
    return one(f"{HEAD}x = {'tf.nn.relu(' * number}z{')' * number}\n{TAIL}")


def sum_of_many(size: float) -> Files:
    return one(f"{HEAD}x = {' + '.join(['tf.log(z)'] * int(20_000 * size))}\n")


def large_file(size: float) -> Files:
    return one(HEAD + "a = tf.nn.relu(b)  # and so on\n" * int(1_600_000 * size) + TAIL)


def large_notebook(size: float) -> Files:
    lines = '"a = tf.nn.relu(b)\\n", ' * int(800_000 * size)
    start = '{"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": [{"cell_type": "code", "metadata": {}, '
    text = f'{start}"outputs": [], "execution_count": null, "source": [{lines}"import tensorflow"]}}]}}'
    return {"a.ipynb": text.encode()}


def large_output(size: float) -> Files:
    """A notebook with a picture of many megabytes."""
    start = '{"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": [{"cell_type": "code", "metadata": {}, '
    picture = "A" * int(50_000_000 * size)
    text = f'{start}"outputs": ["{picture}"], "execution_count": null, "source": "import tensorflow"}}]}}'
    return {"a.ipynb": text.encode()}


def nested_json(size: float) -> Files:
    return {"a.ipynb": b'{"tensorflow": ' + b"[" * int(100_000 * size)}


def one_line(size: float) -> Files:
    return one("import tensorflow as tf; " + "a = tf.nn.relu(b); " * int(100_000 * size) + TAIL)


def long_list(size: float) -> Files:
    return one(f"{HEAD}x = [{'1, ' * int(2_000_000 * size)}]\n{TAIL}")


def long_string(size: float) -> Files:
    return one(f"{HEAD}x = '{'a' * int(40_000_000 * size)}'\n{TAIL}")


def long_number(size: float) -> Files:
    return one(f"{HEAD}x = {'9' * int(1_000_000 * size)}\n{TAIL}")


def nested_containers(size: float) -> Files:
    """Each list holds the one before ten times."""
    lines = (f"l{n} = [{', '.join([f'l{n - 1}'] * 10)}]\n" for n in range(1, int(200 * size) + 2))
    loss = f"loss = tf.nn.softmax_cross_entropy_with_logits(logits=l{int(200 * size)}[0], labels=y)\n"
    return one(f"{HEAD}l0 = [tf.log(z)]\n{''.join(lines)}{loss}{TAIL}")


def doubling(size: float) -> Files:
    lines = (f"x{n} = x{n - 1} + x{n - 1}\n" for n in range(1, int(2000 * size) + 2))
    return one(f"{HEAD}x0 = tf.nn.softmax(z)\n{''.join(lines)}y = tf.log(x{int(2000 * size)})\n")


def residual_sums(size: float) -> Files:
    """Each layer adds to what it was given, as in a residual network; a loss asks for the shape of the last."""
    steps = "x = x + tf.nn.relu(x)\n" * int(2000 * size)
    return one(f"{HEAD}x = tf.matmul(z, w)\n{steps}y = tf.nn.softmax_cross_entropy_with_logits(logits=x, labels=x)\n")


def mutual_recursion(size: float) -> Files:
    number = int(1000 * size) + 2
    functions = "".join(
        f"def f{n}(x):\n    return f{(n + 1) % number}(x) + f{(n + 7) % number}(tf.nn.softmax(x))\n"
        for n in range(number)
    )
    return one(f"{HEAD}{functions}y = tf.log(f0(z))\n")


def calls_that_double(size: float) -> Files:
    """Each function calls the one before twice."""
    number = int(200 * size) + 2
    functions = "".join(f"def f{n}(x):\n    return f{n - 1}(x) + f{n - 1}(x + 1)\n" for n in range(1, number))
    return one(f"{HEAD}def f0(x):\n    return tf.nn.softmax(x)\n{functions}y = tf.log(f{number - 1}(z))\n")


def higher_order(size: float) -> Files:
    return one(f"{HEAD}w = lambda f: f(f)\n" + "y = w(w)(w)(tf.log)\n" * int(2000 * size))


def classes_of_themselves(size: float) -> Files:
    number = int(1000 * size) + 2
    text = "".join(
        f"class C{n}(C{(n + 1) % number}):\n    def __init__(self):\n"
        f"        self.me = C{n}()\n        self.x = self.me.me.x\n"
        for n in range(number)
    )
    return one(f"{HEAD}{text}y = tf.log(C0().me.me.x)\n")


def branches(size: float) -> Files:
    lines = (f"if c{n}:\n    x = tf.nn.softmax(x)\nelse:\n    x = x + {n}\n" for n in range(int(5000 * size)))
    return one(f"{HEAD}{''.join(lines)}y = tf.log(x)\n")


def chain_of_elifs(size: float) -> Files:
    lines = (f"elif c == {n}:\n    x = tf.nn.softmax(z)\n" for n in range(int(5000 * size)))
    return one(f"{HEAD}if c:\n    x = z\n{''.join(lines)}y = tf.log(x)\n")


def nested_blocks(size: float) -> Files:
    number = min(int(95 * size), 95)
    blocks = "".join(" " * n + f"for i{n} in r:\n" for n in range(number))
    return one(f"{HEAD}x = z\n{blocks}{' ' * number}x = tf.log(tf.nn.softmax(x))\n")


def nested_loops_of_names(size: float) -> Files:
    names = [f"x{n}" for n in range(int(300 * size) + 2)]
    moves = "".join(f"    {a} = {b} + tf.nn.softmax({a})\n" for a, b in pairwise(names))
    return one(f"{HEAD}while c:\n{moves}y = tf.log(x0)\n")


def import_cycle(size: float) -> Files:
    number = int(1000 * size) + 2
    return {
        f"m{n}.py": f"{HEAD}from m{(n + 1) % number} import *\nfrom m{(n + 1) % number} import f{(n + 1) % number}\n"
        f"def f{n}(x):\n    return f{(n + 1) % number}(tf.nn.softmax(x))\ny = tf.log(f{n}(z))\n".encode()
        for n in range(number)
    }


def many_findings(size: float) -> Files:
    return one(HEAD + "y = tf.log(tf.nn.softmax(z))\n" * int(20_000 * size))


def many_findings_on_a_line(size: float) -> Files:
    return one(f"{HEAD}x = [{'tf.log(y), ' * int(20_000 * size)}]\n")


def many_raw_values(size: float) -> Files:
    lines = (f"y{n} = tf.log(tf.nn.softmax(f({n})))\n" for n in range(int(3000 * size)))
    return one(HEAD + "".join(lines))


def comments_to_us(size: float) -> Files:
    return one(HEAD + "x = 1  # tfce: ignore[TFC301]\n" * int(100_000 * size))


def python2_dense(size: float) -> Files:
    return one(HEAD + "print 1\n" + "a=b+c*d[e](f,g)\n" * int(62_000 * size))


def python2_many_prints(size: float) -> Files:
    return one(HEAD + "print 'a', b, c\n" * int(14_000 * size))


CASES: tuple[Callable[[float], Files], ...] = (
    parentheses, open_parentheses, python2_parentheses, signs, attributes, calls_in_calls, sum_of_many, large_file,
    large_notebook, large_output, nested_json, one_line, long_list, long_string, long_number, nested_containers,
    doubling, residual_sums, mutual_recursion, calls_that_double, higher_order, classes_of_themselves, branches,
    chain_of_elifs, nested_blocks, nested_loops_of_names, import_cycle, many_findings, many_findings_on_a_line,
    many_raw_values, comments_to_us, python2_dense, python2_many_prints,
)  # fmt: skip


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_MEMORY, LIMIT_MEMORY))


def meet(case: Callable[[float], Files], size: float, words: list[str]) -> tuple[float, float, int, str]:
    """Seconds, megabytes, exit code and the last line of what was said."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in case(size).items():
            Path(folder, name).write_bytes(data)
        command = [sys.executable, "-m", "tfce_migrate", *words, "--jobs", "1", "--isolated", "."]
        started = time.perf_counter()
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said, preexec_fn=limited)
            code, usage = waited(process.pid)
            seconds = time.perf_counter() - started
            said.seek(0)
            lines = said.read().decode(errors="replace").splitlines()
        return seconds, usage / 1024, code, next(described(lines), "")


def waited(process: int) -> tuple[int, int]:
    """The exit code and peak memory in kilobytes; a process that takes too long is killed."""
    until = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < until:
        done, status, usage = os.wait4(process, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status), usage.ru_maxrss
        time.sleep(0.02)
    os.kill(process, 9)
    _, status, usage = os.wait4(process, 0)
    return os.waitstatus_to_exitcode(status), usage.ru_maxrss


def described(lines: list[str]) -> Iterator[str]:
    """The line of a problem, or else the last one."""
    yield from (line for line in lines if "Traceback" in line)
    yield from (line for line in lines if "problem[" in line)
    yield from reversed(lines)


def main() -> int:
    """Print a table; 1 if something crashed, hung or was answered by a traceback."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=float, default=1.0, help="of all cases, in parts of the full one")
    parser.add_argument("--migrate", action="store_true", help="migrate --unsafe-fixes --python2 convert, not check")
    parser.add_argument("cases", nargs="*")
    options = parser.parse_args()
    words = ["migrate", "--unsafe-fixes", "--python2", "convert", "--no-journal"] if options.migrate else ["check"]
    bad = 0
    for case in CASES:
        if options.cases and case.__name__ not in options.cases:
            continue
        seconds, megabytes, code, line = meet(case, options.size, words)
        is_bad = code not in (0, 1, 2) or "Traceback" in line or "internal error" in line
        bad += is_bad
        mark = "!" if is_bad else " "
        print(f"{mark}{case.__name__:<22}{seconds:8.1f} s{megabytes:7.0f} MB  exit {code}  {line[:150]}", flush=True)
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
