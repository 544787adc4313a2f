"""A script: programs (JSON) come in, each runs under the TensorFlow at hand, what they bind to `out` goes out.

    python run_programs.py programs.json results.jsonl

It runs on Python 3.6 and later with TensorFlow 0.12, 1.x or 2.x. Each program gets a thread and so a clean graph. The
first line of the results names the TensorFlow, each other answers a program: {"out": ...} or {"error": ...}.
"""

import importlib
import json
import os
import sys
import threading

TENSORS = ("Tensor", "SymbolicTensor", "SparseTensor", "Variable", "RefVariable", "ResourceVariable")

np = importlib.import_module("numpy")


def main(programs_path, results_path):
    with open(programs_path, encoding="utf-8") as file:
        programs = json.load(file)
    tf = importlib.import_module("tensorflow")
    v1 = tf if tf.__version__ < "2" else tf.compat.v1
    if v1 is not tf:
        v1.disable_v2_behavior()
    with open(results_path, "w", encoding="utf-8") as results:
        results.write(json.dumps({"tensorflow": tf.__version__}) + "\n")
        for program in programs:
            results.flush()
            results.write(json.dumps(answer(program, v1)) + "\n")


def answer(program, v1):
    found = {}

    def work():
        try:
            found["out"] = run(program, v1)
        except BaseException as error:
            found["error"] = f"{type(error).__name__}: {error}"

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return found


def run(program, v1):
    space = {"__name__": "__main__"}
    with v1.Graph().as_default():
        exec(compile(program, "<program>", "exec"), space)
        tensors = list(tensors_of(space["out"]))
        if not tensors:
            return plain(space["out"], {})
        graph = tensors[0].graph
    with v1.Session(graph=graph) as session:
        with graph.as_default():
            start = [v1.global_variables_initializer(), v1.local_variables_initializer()]
            start += [v1.tables_initializer()] if hasattr(v1, "tables_initializer") else []
        session.run(start)
        values = session.run(tensors)
    return plain(space["out"], {id(tensor): value for tensor, value in zip(tensors, values)})  # noqa: B905


def tensors_of(value):
    if isinstance(value, (list, tuple)) and not is_sparse(value):
        for each in value:
            yield from tensors_of(each)
    elif type(value).__name__ in TENSORS:
        yield value


def is_sparse(value):
    return type(value).__name__ == "SparseTensorValue"


def plain(value, values):
    """What a value is, in words that JSON has; a tensor is what it came to."""
    value = values.get(id(value), value)
    if is_sparse(value):
        return {"sparse": [plain(part, values) for part in value]}
    if isinstance(value, (list, tuple)):
        return [plain(each, values) for each in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        kind = "text" if array.dtype.kind in "OS" else array.dtype.name
        array = np.stack([array.real, array.imag]) if array.dtype.kind == "c" else array
        array = array.astype(float) if array.dtype.name == "bfloat16" else array
        return {kind: plain(array.tolist(), values)}
    return value if value is None or isinstance(value, (bool, int, float, str)) else type(value).__name__


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    main(*sys.argv[1:])
