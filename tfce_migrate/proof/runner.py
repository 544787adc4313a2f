"""A script: a file of jobs (JSON) comes in, each runs under the TensorFlow at hand, their results go out.

    python runner.py jobs.json results.jsonl

It runs on Python 3.6 and later with TensorFlow 0.12, 1.x or 2.x, so it imports nothing of the project and
uses no newer syntax. A job is {"code", "givens", "dtype", "side"}. The first line of the results names the
TensorFlow, each other line answers a job: {"value", "gradients", "error"}, an array being {"dtype", "shape",
"data"}; NaN and infinities pass as Python's json writes them.
"""

import builtins
import importlib
import json
import os
import re
import sys
import threading
import traceback
from typing import Any

np = importlib.import_module("numpy")  # like tensorflow, not installed where the project is type-checked

PAGE = "<example>"


def main(jobs_path: str, results_path: str) -> None:
    """Runs every job of the first file and writes each result at once, in case the next job kills us."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
    with open(jobs_path, encoding="utf-8") as file:
        jobs = json.load(file)
    tf = importlib.import_module("tensorflow")
    v1 = tf if _major(tf) < 2 else tf.compat.v1
    if _major(tf) >= 2:
        v1.disable_eager_execution()
    with open(results_path, "w", encoding="utf-8") as results:
        results.write(json.dumps({"tensorflow": tf.__version__}) + "\n")
        for job in jobs:
            results.flush()
            results.write(json.dumps(_answer(job, tf, v1)) + "\n")


def _major(tf: Any) -> int:
    return int(tf.__version__.split(".")[0])


def _answer(job: "dict[str, Any]", tf: Any, v1: Any) -> "dict[str, Any]":
    """The result of one job.

    Each has a thread of its own: TensorFlow keeps the default graph, and the sessions and scopes that code
    leaves open, by thread, so every job starts in a clean graph.
    """
    answer = {}  # type: dict[str, Any]

    def work() -> None:
        try:
            answer.update(_run(job, tf, v1), error=None)
        except BaseException as error:
            answer.update(value=None, gradients={}, error=_describe(error))

    if _major(tf) >= 2:
        _set_behaviour(v1, job["side"] == "v1")
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return answer


def _set_behaviour(v1: Any, old: bool) -> None:
    """Sets what disable_v2_behavior sets: it is process-wide, and the job before may have changed it."""
    word = "disable_" if old else "enable_"
    for switch in ("v2_tensorshape", "tensor_equality", "resource_variables", "control_flow_v2"):
        getattr(v1, word + switch)()


def _describe(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == PAGE]
    place = f" (line {lines[-1]} of the example)" if lines else ""
    return f"{type(error).__name__}: {error}{place}"


def _run(job: "dict[str, Any]", tf: Any, v1: Any) -> "dict[str, Any]":
    arrays = {name: _array(name, value, job["dtype"]) for name, value in job["givens"].items()}
    tensors = {name: tf.constant(value) for name, value in arrays.items() if isinstance(value, np.ndarray)}
    space = dict(arrays, **tensors)
    space["__name__"] = "__main__"
    if _major(tf) >= 2 and job["side"] == "v1":
        space["__builtins__"] = dict(vars(builtins), __import__=_v1_import(v1))
    exec(compile(_typed(job["code"], job["dtype"]), PAGE, "exec"), space)
    if "loss" not in space:
        raise NameError("the example binds no `loss`")
    loss = tf.convert_to_tensor(space["loss"])
    stands = {name: _stands_for(space.get(name), tensors.get(name), tf, v1) for name in arrays}
    inputs = {name: given for name, given in stands.items() if given is not None}
    return _evaluate(loss, inputs, arrays, tf, v1)


def _typed(code: str, dtype: str) -> str:
    """The code as it reads in a run with this dtype: what it says of float32 it then says of float64."""
    if dtype == "float32":
        return code
    return re.sub(r"""(?<=["'])float(?=["'])|\bfloat32\b""", dtype, code)


def _array(name: str, value: Any, dtype: str) -> Any:
    """A given as the code gets it: lists of numbers or bools as arrays, everything else as it is."""
    if not isinstance(value, list):
        return value
    try:
        array = np.array(value)
    except ValueError:
        array = np.array(None)
    if array.dtype.kind == "O":
        raise ValueError(f"the rows of given `{name}` differ in length")
    kinds = {"f": dtype, "i": "int32", "b": "bool"}
    return array.astype(kinds[array.dtype.kind]) if array.dtype.kind in kinds else value


def _v1_import(v1: Any) -> Any:
    """An import statement for which `tensorflow` is tf.compat.v1.

    Only the job's code gets it: TensorFlow loads parts of itself late, and if sys.modules were changed
    instead, those parts would bind the wrong API for good.
    """
    original = builtins.__import__

    def load(name: str, space: Any = None, local: Any = None, wanted: Any = (), level: int = 0) -> Any:
        if level or name.split(".")[0] != "tensorflow":
            return original(name, space, local, wanted, level)
        module = v1
        for part in name.split(".")[1:]:
            if not hasattr(module, part):
                raise ImportError(f"tensorflow.compat.v1 has no module for {name}")
            module = getattr(module, part)
        return module if wanted else v1

    return load


def _stands_for(bound: Any, tensor: Any, tf: Any, v1: Any) -> Any:
    """What a given is after the code ran: the placeholder or variable of that name, else the tensor."""
    return bound if _is_variable(bound, tf, v1) or _is_placeholder(bound) else tensor


def _is_variable(given: Any, tf: Any, v1: Any) -> bool:
    return isinstance(given, (tf.Variable, v1.Variable))


def _is_placeholder(given: Any) -> bool:
    return str(getattr(getattr(given, "op", None), "type", "")).startswith("Placeholder")


def _is_float(given: Any) -> bool:
    return str(given.dtype.base_dtype.name).startswith(("float", "bfloat"))


def _evaluate(loss: Any, inputs: Any, arrays: Any, tf: Any, v1: Any) -> "dict[str, Any]":
    names = sorted(name for name, given in inputs.items() if _is_float(given))
    with loss.graph.as_default():
        found = v1.gradients(tf.reduce_sum(loss), [inputs[name] for name in names])
        start = [v1.global_variables_initializer(), v1.local_variables_initializer()]
        wanted = [tf.convert_to_tensor(gradient) for gradient in found if gradient is not None]
    feed = {given: arrays[name] for name, given in inputs.items() if _is_placeholder(given)}
    config = v1.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
    with v1.Session(graph=loss.graph, config=config) as session:
        session.run(start, feed)
        for name, given in inputs.items():
            if _is_variable(given, tf, v1):
                session.run(given.initializer, {given.initializer.inputs[1]: arrays[name]})
        results = iter(session.run([loss, *wanted], feed))
        value = _encode(next(results))
    gradients = [None if gradient is None else _encode(next(results)) for gradient in found]
    return {"value": value, "gradients": dict(zip(names, gradients))}  # noqa: B905


def _encode(result: Any) -> "dict[str, Any]":
    array = np.asarray(result)
    data = array.astype(float).ravel().tolist()
    return {"dtype": array.dtype.name, "shape": list(array.shape), "data": data}


if __name__ == "__main__":
    main(*sys.argv[1:])
