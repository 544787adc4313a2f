"""The results of the code before and after come in, the differences that refute the claim go out as text."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tfce_migrate.outcome import Safety
from tfce_migrate.proof.jobs import Array, Result

RELATIVE = {"float16": 1e-2, "bfloat16": 1e-2, "float32": 1e-5, "float64": 1e-10}


def compare(before: Result, after: Result, safety: Safety, extreme: bool, dtype: str) -> list[str]:
    """Says where two results contradict a claim of exact or stabler; an empty list means that it holds.

    exact: every value and gradient is the same, NaN and infinities too. stabler: the same, but on extreme
    inputs the new code is finite everywhere and the old code, in float32, is not; in float64 it may still be,
    and is then compared as on ordinary inputs.
    """
    if before.error or after.error:
        sides = (("before", before.error), ("after", after.error))
        return [f"{side} fails: {error}" for side, error in sides if error]
    if extreme and safety is Safety.STABLER:
        differences = [f"after is not finite in {name}" for name in _not_finite(after)]
        if any(_not_finite(before)):
            return differences
        if dtype == "float32":
            return [*differences, "before is finite everywhere, although the inputs are said to be extreme"]
    return list(_differences(before, after))


def _not_finite(result: Result) -> Iterator[str]:
    for name, array in _parts(result).items():
        if array and not all(map(math.isfinite, array.data)):
            yield f"{name}: {_show(array)}"


def _parts(result: Result) -> dict[str, Array | None]:
    return {"the value": result.value} | {
        f"the gradient of {name}": gradient for name, gradient in result.gradients.items()
    }


def _differences(before: Result, after: Result) -> Iterator[str]:
    old, new = _parts(before), _parts(after)
    for name in sorted(old.keys() | new.keys(), reverse=True):
        if name not in old or name not in new:
            yield f"{name} is there only {'before' if name in old else 'after'}"
        elif not _same(old[name], new[name]):
            yield f"{name} is {_show(old[name])} before and {_show(new[name])} after"


def _same(old: Array | None, new: Array | None) -> bool:
    if old is None or new is None:
        return old is new
    if (old.dtype, old.shape) != (new.dtype, new.shape):
        return False
    relative = RELATIVE.get(old.dtype, 0.0)
    largest = max((abs(number) for number in old.data if math.isfinite(number)), default=0.0)
    absolute = relative / 10 * max(1.0, largest)
    return all(_close(a, b, relative, absolute) for a, b in zip(old.data, new.data, strict=True))


def _close(old: float, new: float, relative: float, absolute: float) -> bool:
    if math.isnan(old) or math.isnan(new):
        return math.isnan(old) and math.isnan(new)
    return math.isclose(old, new, rel_tol=relative, abs_tol=absolute)


def _show(array: Array | None) -> str:
    if array is None:
        return "None"
    numbers = ", ".join(f"{number:.9g}" for number in array.data[:12])
    more = ", ..." if len(array.data) > 12 else ""
    return f"[{numbers}{more}] ({array.dtype}, shape {array.shape})"
