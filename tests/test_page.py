"""What parse_page, examples and sections make of pages, and where they say that a page is malformed."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from tfce_migrate.page import Given, PageError, examples, parse_page, sections, strip_marks

TOML = """```toml
code = "TFC999"
name = "made-up-mistake"
severity = "warning"
safety = "exact"
summary = "A mistake made up for tests."
runs_on = ["1.15"]
```
"""

BODY = """
# made-up-mistake (TFC999)

## What it does

Nothing, at length.

```text
## not a heading
```

## Why

## Examples

```python given
z = [[0.5, -1.5]]
labels = [1, 0]   # class ids
```

```python given extreme
z = [[1e999, 2.0]]
keep = 3
```

```python before unsafe target=compat.v1 from=0.x
import tensorflow as tf
p = tf.nn.softmax(z)  # finds: TFC201, TFC301
loss = tf.log(p)  # the log  # finds: TFC401
```

Prose may stand between.

```python after
import tensorflow as tf
loss = tf.math.log_softmax(z)  # the log  # finds: TFC401
```

```python quiet
x = 1
```

~~~python finds
x = '''
```python not a block
'''
y = x  # finds: TFC999
~~~

```console
$ python is not run here
```

## When it is silent

## References

The end.
"""


def page_of(*blocks):
    return parse_page(TOML + "\n".join(f"```python {words}\n{code}\n```\n" for words, code in blocks))


@pytest.fixture(scope="module")
def page():
    return parse_page("\n" + TOML + BODY)


def test_metadata_and_body(page):
    assert page.metadata["code"] == "TFC999"
    assert page.metadata["runs_on"] == ["1.15"]
    assert page.body == BODY
    assert page.first_line == 10


def test_sections_are_those_outside_code(page):
    found = sections(page)
    assert list(found) == ["What it does", "Why", "Examples", "When it is silent", "References"]
    assert found["What it does"] == "Nothing, at length.\n\n```text\n## not a heading\n```\n"
    assert found["References"] == "The end.\n"


def test_examples_in_order(page):
    assert [example.kind for example in examples(page)] == ["change", "quiet", "finds"]


def test_change_has_both_sides_without_marks(page):
    change = examples(page)[0]
    assert change.before == "import tensorflow as tf\np = tf.nn.softmax(z)\nloss = tf.log(p)  # the log\n"
    assert change.after == "import tensorflow as tf\nloss = tf.math.log_softmax(z)  # the log\n"
    assert change.marks == {2: ("TFC201", "TFC301"), 3: ("TFC401",)}
    assert change.unsafe
    assert change.options == {"target": "compat.v1", "from": "0.x"}


def test_givens_belong_to_the_next_example_only(page):
    change, quiet, finds = examples(page)
    assert change.givens == (
        Given({"z": [[0.5, -1.5]], "labels": [1, 0]}, extreme=False),
        Given({"z": [[float("inf"), 2.0]], "keep": 3}, extreme=True),
    )
    assert (quiet.givens, finds.givens) == ((), ())


def test_other_kinds_have_no_after(page):
    _, quiet, finds = examples(page)
    assert (quiet.before, quiet.after, quiet.marks) == ("x = 1\n", None, {})
    assert (finds.after, finds.marks) == (None, {4: ("TFC999",)})


def test_line_is_where_the_code_starts_in_the_file(page):
    lines = ("\n" + TOML + BODY).splitlines()
    for example in examples(page):
        assert lines[example.line - 1] == example.before.splitlines()[0]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "opens with"),
        ("# title\n" + TOML, 1, "opens with"),
        ("\n```toml\ncode = 1\n", 2, "not closed"),
        ('```toml\ncode = "TFC999"\nname = made-up\n```\n', 3, "bad toml"),
        (TOML.replace("summary", "sumary"), 2, "'summary'"),
        (TOML.replace('"made-up-mistake"', "7"), 2, "'name'"),
        (TOML.replace("TFC999", "TFC99"), 2, "TFC99"),
        (TOML.replace('"exact"', '"safe"'), 2, "safety is one of exact"),
        (TOML.replace('"warning"', '"warn"'), 2, "severity is one of error"),
    ],
)
def test_malformed_metadata(text, line, message):
    with pytest.raises(PageError, match=message) as caught:
        parse_page(text)
    assert caught.value.line == line
    assert str(caught.value).startswith(f"line {line}: ")


@pytest.mark.parametrize(
    ("blocks", "line", "message"),
    [
        ([("before", "x = 1")], 9, "nothing follows"),
        ([("given", "x = 1")], 9, "nothing follows"),
        ([("after", "x = 1")], 9, "stand together"),
        ([("before", "x = 1"), ("quiet", "x = 1")], 13, "stand together"),
        ([("quiet", "x = 1"), ("after", "x = 1")], 13, "stand together"),
        ([("", "x = 1")], 9, "says given"),
        ([("quite", "x = 1")], 9, "says given"),
        ([("quiet extreme", "x = 1")], 9, "'extreme' means nothing"),
        ([("given unsafe", "x = 1")], 9, "'unsafe' means nothing"),
        ([("quiet colour=red", "x = 1")], 9, "'colour=red' means nothing"),
        ([("quiet target=", "x = 1")], 9, "'target=' means nothing"),
        ([("before", "x = 1"), ("after unsafe", "x = 1")], 13, "words of an after"),
        ([("given", "x = 1\ny = f(2)"), ("quiet", "")], 11, "not a plain literal"),
        ([("given", "x = 1\nx += 1"), ("quiet", "")], 11, "plain assignments"),
        ([("given", "x = 1\n\ny = ("), ("quiet", "")], 12, "plain assignments"),
        ([("given", "# nothing"), ("quiet", "")], 10, "gives nothing"),
        ([("finds", "x = 1\ny = 2  # finds: TFC20")], 11, "cannot read the codes"),
        ([("finds", "x = 1  # finds:")], 10, "cannot read the codes"),
    ],
)
def test_malformed_examples(blocks, line, message):
    with pytest.raises(PageError, match=message) as caught:
        examples(page_of(*blocks))
    assert caught.value.line == line


def test_block_that_is_not_closed():
    with pytest.raises(PageError, match="not closed") as caught:
        examples(parse_page(TOML + "\n```python quiet\nx = 1\n``\n"))
    assert caught.value.line == 10


def test_title_and_sections_are_required(page):
    with pytest.raises(PageError, match="title"):
        sections(parse_page(TOML + BODY.replace("# made-up-mistake (TFC999)", "# another (TFC999)")))
    with pytest.raises(PageError, match="'## Why'"):
        sections(parse_page(TOML + BODY.replace("## Why", "### Why")))


def test_strip_marks_leaves_code_without_marks_alone():
    code = 'a = "# finds nothing"\nb = 2  # what it finds\n\n'
    assert strip_marks(code) == (code, {})


def test_line_ends_of_windows_are_no_part_of_the_code():
    page = parse_page((TOML + BODY).replace("\n", "\r\n"))
    assert examples(page) == examples(parse_page(TOML + BODY))


def test_parsing_is_quick():
    text = TOML + BODY
    parse_page(text)
    start = time.perf_counter()
    for _ in range(50):
        parse_page(text)
    assert time.perf_counter() - start < 0.25


def test_reading_a_page_does_not_load_the_proof():
    code = "import sys, tfce_migrate.page; print([name for name in sys.modules if 'proof' in name])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"
