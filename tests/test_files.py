"""files.py: which files are found, that text becomes its bytes again, that a write is all or nothing."""

from __future__ import annotations

import codecs
import os
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfce_migrate import files, writing

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX links and modes")


def make(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("import tensorflow\n")


def found(root: Path, *given_paths: str, exclude: tuple[str, ...] = ()) -> list[str]:
    paths = [str(root / path) for path in given_paths or (".",)]
    names = files.find_files(paths, exclude, str(root)).files
    return [Path(os.path.abspath(name)).relative_to(root).as_posix() for name in names]


def test_walks_folders_in_order_and_takes_only_python(tmp_path: Path) -> None:
    make(tmp_path, "b.py", "a/z.py", "a/notes.txt", "a/b/c.py", "a.pyc")
    assert found(tmp_path) == ["a/b/c.py", "a/z.py", "b.py"]


def test_takes_notebooks_but_not_their_checkpoints(tmp_path: Path) -> None:
    make(tmp_path, "a.ipynb", "b.ipynb.bak", ".ipynb_checkpoints/a-checkpoint.ipynb")
    assert found(tmp_path) == ["a.ipynb"]


def test_takes_a_given_file_whatever_its_name_and_wherever_it_is(tmp_path: Path) -> None:
    make(tmp_path, "script", "build/x.py")
    assert found(tmp_path, "script", "build/x.py", "build") == ["build/x.py", "script"]


@pytest.mark.parametrize("folder", sorted(files.EXCLUDED_FOLDERS))
def test_leaves_out_folders_that_hold_no_source(tmp_path: Path, folder: str) -> None:
    make(tmp_path, "kept.py", f"deep/{folder}/left.py")
    assert found(tmp_path) == ["kept.py"]


def test_leaves_out_a_virtual_environment_of_any_name(tmp_path: Path) -> None:
    make(tmp_path, "kept.py", "myenv/lib/left.py", "myenv/pyvenv.cfg")
    assert found(tmp_path) == ["kept.py"]


def test_honours_gitignore_nested_and_negated(tmp_path: Path) -> None:
    make(
        tmp_path,
        "a.py",
        "gen_a.py",
        "sub/gen_b.py",
        "sub/keep/gen_c.py",
        "out/x.py",
        "sub/out/y.py",
        "deep/own.py",
    )
    (tmp_path / ".gitignore").write_text("gen_*.py\n/out/\n")
    (tmp_path / "sub/keep/.gitignore").write_text("!gen_c.py\n")
    (tmp_path / "deep/.gitignore").write_text("own.py\n")
    assert found(tmp_path) == ["a.py", "sub/keep/gen_c.py", "sub/out/y.py"]


def test_honours_the_gitignore_files_above_up_to_the_repository(tmp_path: Path) -> None:
    make(tmp_path, "repo/.git/HEAD", "repo/a/kept.py", "repo/a/left.py", "repo/a/here.py")
    (tmp_path / ".gitignore").write_text("*.py\n")
    (tmp_path / "repo/.gitignore").write_text("left.py\n")
    (tmp_path / "repo/.git/info").mkdir()
    (tmp_path / "repo/.git/info/exclude").write_text("here.py\n")
    assert found(tmp_path, "repo/a") == ["repo/a/kept.py"]


def test_looks_into_an_ignored_folder_that_is_given_by_name(tmp_path: Path) -> None:
    make(tmp_path, ".git/HEAD", "generated/a.py")
    (tmp_path / ".gitignore").write_text("generated/\n")
    assert found(tmp_path) == []
    assert found(tmp_path, "generated") == ["generated/a.py"]


def test_skips_a_gitignore_pattern_that_cannot_be_read(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "b.py")
    (tmp_path / ".gitignore").write_text("!\nb.py\n")
    assert found(tmp_path) == ["a.py"]


def test_exclude_is_relative_to_its_root(tmp_path: Path) -> None:
    make(tmp_path, "a/old/x.py", "old/y.py", "a/z_test.py", "a/z.py")
    assert found(tmp_path, exclude=("/old", "*_test.py")) == ["a/old/x.py", "a/z.py"]
    assert found(tmp_path, "a", exclude=("/a/old",)) == ["a/z.py", "a/z_test.py"]


def test_says_what_is_missing(tmp_path: Path) -> None:
    assert files.find_files([str(tmp_path / "no.py")]).unreachable == (
        (str(tmp_path / "no.py"), "no such file or folder"),
    )


@posix
def test_takes_each_file_once_and_no_dangling_link(tmp_path: Path) -> None:
    make(tmp_path, "a.py")
    (tmp_path / "link.py").symlink_to("a.py")
    (tmp_path / "dangling.py").symlink_to("nowhere.py")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert found(tmp_path, "a.py", ".", "a.py") == ["a.py"]


def test_shown_path_is_relative_with_forward_slashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert files.shown_path(str(tmp_path / "a" / "b.py")) == "a/b.py"
    assert files.shown_path(os.path.join(".", "b.py")) == "b.py"
    assert files.shown_path(str(tmp_path.parent / "c.py")) == "../c.py"


@pytest.mark.parametrize(
    ("raw", "worth"),
    [
        (b"import tensorflow as tf", True),
        (b"from keras import losses", True),
        (b"import tflearn", True),
        (b"import tensorlayer as tl", True),
        (b"slim = load()", True),
        (b"from .base import tf\n", True),
        (b"x = 1  # tfce: ignore[TFC101]", True),
        (b"import numpy as np\nleitfaden = lutf8 = 1\n", False),
    ],
)
def test_worth_reading(raw: bytes, worth: bool) -> None:
    assert files.worth_reading(raw) is worth


@pytest.mark.parametrize(
    ("raw", "encoding", "text"),
    [
        ("é\r\n\rx\n".encode(), "utf-8", "é\r\n\rx\n"),
        (codecs.BOM_UTF8 + "é".encode(), "utf-8-sig", "é"),
        (codecs.BOM_UTF8 * 2 + b"x", "utf-8-sig", "\ufeffx"),
        ("# coding: latin-1\né".encode("latin-1"), "iso-8859-1", "# coding: latin-1\né"),
        ("#!/bin/sh\r# vim: set fileencoding=cp1252 :\r€".encode("cp1252"), "cp1252", None),
        ("# -*- coding: gbk -*-\n名".encode("gbk"), "gbk", None),
        (b"x\ry\r# coding: latin-1\n\xc3\xa9", "utf-8", "x\ry\r# coding: latin-1\né"),
        (b"", "utf-8", ""),
    ],
)
def test_decodes_and_encodes_back(raw: bytes, encoding: str, text: str | None) -> None:
    decoded = files.decode(raw)
    assert decoded.encoding == encoding
    assert text is None or decoded.text == text
    assert decoded.encode(decoded.text) == raw
    assert decoded.bom is raw.startswith(codecs.BOM_UTF8)


@given(st.text(st.characters(codec="utf-8")), st.booleans())
def test_every_text_survives_reading_and_writing(text: str, bom: bool) -> None:
    text = "#\n#\n" + text  # a coding comment may only stand before this
    decoded = files.decode(codecs.BOM_UTF8 * bom + text.encode())
    assert decoded.text == text
    assert decoded.encode(text) == codecs.BOM_UTF8 * bom + text.encode()


@pytest.mark.parametrize(
    ("raw", "line", "column", "message"),
    [
        (b"import tensorflow\r\nx = '\xc3\xa9\xff'\n", 2, 7, "byte 0xff is not valid utf-8"),
        (codecs.BOM_UTF8 + b"#\n#\n#\r\xff", 4, 1, "byte 0xff is not valid utf-8"),
        (b"\xfe\xff", 1, 1, "byte 0xfe is not valid utf-8"),
        (b"# coding: klingon\n", None, 1, "unknown encoding: klingon"),
        (b"# coding: rot13\n", None, 1, "rot13"),
        (codecs.BOM_UTF8 + b"# coding: latin-1\n", None, 1, "utf-8"),
    ],
)
def test_says_where_and_why_it_cannot_decode(raw: bytes, line: int | None, column: int, message: str) -> None:
    with pytest.raises(files.UnreadableError, match=message) as caught:
        files.decode(raw)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_refuses_a_character_that_the_encoding_lacks() -> None:
    with pytest.raises(files.WriteError, match="iso-8859-1"):
        files.decode(b"# coding: latin-1\n").encode("π")


def test_writes_and_leaves_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"old")
    writing.write_atomically(str(tmp_path / "a.py"), b"new\r\n", expected=b"old")
    writing.write_atomically(str(tmp_path / "b.py"), b"fresh")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "a.py": b"new\r\n",
        "b.py": b"fresh",
    }


def test_refuses_to_write_over_what_it_did_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"someone else's")
    with pytest.raises(files.WriteError, match="changed since"):
        writing.write_atomically(str(tmp_path / "a.py"), b"new", expected=b"old")
    with pytest.raises(files.WriteError, match="changed since"):
        writing.write_atomically(str(tmp_path / "deleted.py"), b"new", expected=b"old")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.py", b"someone else's")]


def test_keeps_the_old_content_when_replacing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_bytes(b"old")

    def no_space(source: str, target: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", no_space)
    with pytest.raises(files.WriteError, match="No space left"):
        writing.write_atomically(str(tmp_path / "a.py"), b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.py", b"old")]


@posix
def test_a_pipe_is_written_into_and_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        writing.write_report(str(pipe), b"report")
        assert os.read(reader, 100) == b"report"
        with pytest.raises(files.WriteError, match="no regular file"):
            writing.write_atomically(str(pipe), b"new")
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert list(tmp_path.iterdir()) == [pipe]


def test_a_report_replaces_an_older_one(tmp_path: Path) -> None:
    writing.write_report(str(tmp_path / "report"), b"old")
    writing.write_report(str(tmp_path / "report"), b"new")
    assert (tmp_path / "report").read_bytes() == b"new"
    with pytest.raises(files.WriteError, match="cannot write"):
        writing.write_report(str(tmp_path), b"new")


@posix
def test_keeps_mode_and_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target = tmp_path / "real/a.py"
    target.write_bytes(b"old")
    target.chmod(0o750)
    (tmp_path / "link.py").symlink_to("real/a.py")
    writing.write_atomically(str(tmp_path / "link.py"), b"new", expected=b"old")
    assert (tmp_path / "link.py").is_symlink()
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o750


@posix
@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write read-only files")
def test_refuses_a_read_only_file(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"old")
    (tmp_path / "a.py").chmod(0o444)
    with pytest.raises(files.WriteError, match="read-only"):
        writing.write_atomically(str(tmp_path / "a.py"), b"new")


@posix
def test_a_link_out_of_the_folder_is_left_out_unless_it_is_given(tmp_path: Path) -> None:
    make(tmp_path, "outside.py", "tree/a.py", "tree/sub/b.py")
    (tmp_path / "tree/out.py").symlink_to(tmp_path / "outside.py")
    (tmp_path / "tree/in.py").symlink_to("sub/b.py")
    assert found(tmp_path, "tree") == ["tree/a.py", "tree/sub/b.py"]
    left_out = files.find_files([str(tmp_path / "tree")]).left_out
    assert left_out == ((str(tmp_path / "tree/out.py"), files.OUTSIDE),)
    assert found(tmp_path, "tree/out.py") == ["tree/out.py"]
    assert files.find_files([str(tmp_path)]).left_out == ()


def test_force_exclude_holds_for_what_is_given(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "old/b.py", "build/c.py", "sub/old/d.py")

    def forced(*names: str) -> list[str]:
        paths = [str(tmp_path / name) for name in names]
        given_files = files.find_files(paths, ("/old/", "d.py"), str(tmp_path), force_exclude=True).files
        return [Path(name).relative_to(tmp_path).as_posix() for name in given_files]

    assert forced("a.py", "old/b.py", "build/c.py", "sub/old/d.py") == ["a.py"]
    assert forced("old", "build", "sub") == []
    assert found(tmp_path, "old/b.py", "build/c.py", exclude=("/old/",)) == ["build/c.py", "old/b.py"]


@pytest.mark.parametrize(
    ("raw", "paths"),
    [(b"", []), (b"a.py\nb c.py\r\n\n", ["a.py", "b c.py"]), (b"a\nb.py\0c.py\0", ["a\nb.py", "c.py"]),
     (b"caf\xe9.py", [os.fsdecode(b"caf\xe9.py")])],
)  # fmt: skip
def test_lists_of_paths(raw: bytes, paths: list[str]) -> None:
    assert files.listed_paths(raw) == paths


@posix
def test_submodules_are_folders_like_others(tmp_path: Path) -> None:
    make(tmp_path, ".git/HEAD", "a.py", "module/b.py", "module/gen.py")
    (tmp_path / "module/.git").write_text("gitdir: ../.git/modules/module\n")
    (tmp_path / "module/.gitignore").write_text("gen.py\n")
    (tmp_path / ".gitignore").write_text("b.py\n!module/b.py\n")
    assert found(tmp_path) == ["a.py", "module/b.py"]
    assert found(tmp_path, "module") == ["module/b.py"]
