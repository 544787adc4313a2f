"""ignored.py against git itself: what `git ls-files -co --exclude-standard` names is found, and nothing else."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tfce_migrate import files

Lines = dict[str, list[str]]  # the lines of each .gitignore, by its folder

with_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
TREE = (
    *("a.py", "b.py", "#a.py", "src/a.py", "src/b.py", "src/deep/a.py", "src/deep/more/b.py", "srcs/a.py", "neg/a.py"),
    *("neg/d/b.py", "a/b.py", "a/c.py", "a/a/b/c.py", "[b]/!a.py", "x y/ä.py", "src/a-b.py", "src/a b.py", "src/é.py"),
)


def plant(root: Path, lines: Lines, names: tuple[str, ...] = TREE) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")
    for old in root.rglob(".gitignore"):
        old.unlink()
    for folder, patterns in lines.items():
        (root / folder / ".gitignore").write_text("".join(f"{line}\n" for line in patterns))


def of_git(root: Path) -> list[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {"GIT_CONFIG_NOSYSTEM": "1", "HOME": str(root.parent), "XDG_CONFIG_HOME": str(root.parent)}
    command = ["git", "ls-files", "-coz", "--exclude-standard", "*.py"]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, check=True)
    return sorted(os.fsdecode(name) for name in done.stdout.split(b"\0") if name)


def of_ours(root: Path) -> list[str]:
    found = files.find_files([str(root)]).files
    return sorted(Path(name).relative_to(root).as_posix() for name in found)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "repository").mkdir()
    subprocess.run(["git", "init", "-q", "--template=", "."], cwd=tmp_path / "repository", check=True)
    return tmp_path / "repository"


LISTS: list[Lines] = [
    {"": ["*", "!*/", "!*.py"]},
    {"": ["src/**", "!src/a.py"]},
    {"": ["*", "!/src/", "!/src/a.py"]},
    {"": ["**", "!**/", "!a.py"]},
    {"neg": ["*", "!*/", "!*.py"]},
    {"": ["a/**", "!a/b.py"]},
    {"": ["/src/*.py", "!/src/"]},
    {"": ["src", "!src/a.py"], "src": ["!b.py"]},
    {"": ["src/*", "!src/deep/"], "src/deep": ["*.py", "!a.py"]},
    {"": ["src/deep/", "!src/deep"], "src": ["!deep/"]},
    {"": ["*.py"], "src": ["!*.py"], "src/deep": ["/a.py"]},
    {"": ["a/**/b", "**/more", "src/**/a.py"]},
    {"": ["src**", "a**/c.py", "**b.py"]},
    {"": ["\\#a.py", "\\[b]/", "\\!a.py", "x\\ y", "src/a\\ b.py  "]},
    {"": ["#a.py", "  ", "", "!", "/", "//", "src//", "a.py\\", "src/[", "src/[a", "*/[!a].py"]},
    {"": ["[[:alpha:]].py", "src/[^[:alpha:]-]*", "[[:nothing:]]*", "src/a[ -]b.py", "[a-"]},
    {"": ["[]b].py", "[!]a].py", "src/[\\a].py", "[a\\-b].py", "src/?.py", "s[r-]c/[b-a].py"]},
    {"": ["src/??.py", "x?y/??.py"]},
    {"": ["a/b.py/", "a/b/", "src/dee/", "src/a/", "sr/"]},
    {"": ["a.py\r", "src/deep/\r", "b.py\t"]},
    {"": ["/*", "!/src", "/src/*", "!/src/deep", "/src/deep/*", "!/src/deep/more"]},
]


@with_git
@pytest.mark.parametrize("lines", LISTS, ids=str)
def test_lists_as_people_write_them(lines: Lines, root: Path) -> None:
    plant(root, lines)
    assert of_ours(root) == of_git(root)


def drawn(chance: random.Random) -> Lines:
    """A few .gitignore files of a few lines each, made of the names in the tree and of wildcards."""
    words = (
        *("a", "b", "src", "deep", "more", "neg", "d", "a.py", "b.py", "c.py", "*", "**", "*.py", "?.py", "s*", "*c"),
        *("de**", "[ab].py", "[!a].py", "[a-c]", "***", "**a", "\\a.py", "a\\*", "[[:lower:]]*"),
    )

    def line() -> str:
        path = "/".join(chance.choice(words) for _ in range(chance.choice((1, 1, 1, 2, 2, 3))))
        return "!" * (chance.random() < 0.4) + "/" * (chance.random() < 0.3) + path + "/" * (chance.random() < 0.3)

    folders = ["", *chance.sample(("src", "src/deep", "a", "a/a", "neg"), chance.choice((0, 0, 1, 2)))]
    return {folder: [line() for _ in range(chance.randint(1, 5))] for folder in folders}


def lists(seed: int, number: int) -> Iterator[Lines]:
    chance = random.Random(seed)
    return (drawn(chance) for _ in range(number))


NUMBER = int(os.environ.get("TFCE_IGNORED_LISTS", "100"))


@with_git
@pytest.mark.parametrize("seed", range(3))
def test_lists_that_are_drawn(seed: int, root: Path) -> None:
    for lines in lists(seed, NUMBER):
        plant(root, lines)
        assert of_ours(root) == of_git(root), lines


# what is given by name, and exclude


def found(root: Path, given: str, exclude: tuple[str, ...] = ()) -> list[str]:
    names = files.find_files([str(root / given)], exclude, str(root)).files
    return [Path(name).relative_to(root).as_posix() for name in names]


def test_a_folder_whose_inside_alone_is_left_out(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    plant(tmp_path, {"": ["a/**", "!a/b.py"]}, ("a/b.py", "a/c.py"))
    assert found(tmp_path, "a") == ["a/b.py"]


def test_a_folder_in_one_that_is_left_out(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    plant(tmp_path, {"": ["a/", "c.py"], "a": ["d.py"]}, ("a/b/c.py", "a/b/d.py"))
    assert found(tmp_path, "a") == found(tmp_path, "a/b") == ["a/b/c.py"]


def test_exclude_is_read_likewise(tmp_path: Path) -> None:
    plant(tmp_path, {}, ("src/a.py", "src/b.py", "src/d/a.py"))
    assert found(tmp_path, ".", ("src/**", "!src/a.py")) == ["src/a.py"]
    assert found(tmp_path, ".", ("*", "!*/", "!a.py")) == ["src/a.py", "src/d/a.py"]
    assert found(tmp_path, "src", ("/src/", "!a.py")) == []
    paths = [str(tmp_path / name) for name in ("src/a.py", "src/b.py", "src/d/a.py")]
    forced = files.find_files(paths, ("src/**", "!src/d/", "!a.py"), str(tmp_path), force_exclude=True).files
    assert forced == (paths[0], paths[2])
    assert files.find_files(paths, ("src", "!a.py"), str(tmp_path), force_exclude=True).files == ()


# what is told of it


def ignored(root: Path, *given: str, exclude: tuple[str, ...] = ()) -> list[str]:
    names = files.find_files([str(root / path) for path in given or (".",)], exclude, str(root)).ignored
    return [os.path.relpath(name, files.shown_path(str(root))) + "/" * name.endswith("/") for name in names]


def test_python_that_is_left_out_is_told(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    names = ("a.py", "made.py", "x/made.py", "book.ipynb", "sandbox/deep/er/b.py", "data/c.txt")
    names = (*names, "build/d.py", "env/lib/e.py")
    plant(tmp_path, {"": ["made.py", "sandbox", "data", "*.ipynb", "build", "env"]}, names)
    (tmp_path / "env/pyvenv.cfg").write_text("")
    assert ignored(tmp_path) == ["book.ipynb", "made.py", "sandbox/", "x/made.py"]
    assert ignored(tmp_path, ".", "x") == ["book.ipynb", "made.py", "sandbox/", "x/made.py"]
    assert ignored(tmp_path, ".", "sandbox", "made.py") == ["book.ipynb", "x/made.py"]
    assert ignored(tmp_path, "a.py", "x/made.py") == []
    assert ignored(tmp_path, exclude=("sandbox", "made.py")) == ["book.ipynb"]


def test_a_folder_that_is_left_out_is_not_searched_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, {"": ["data"]}, ("a.py", *(f"data/{number}.txt" for number in range(30)), "data/deep/b.py"))
    assert ignored(tmp_path) == ["data/"]
    monkeypatch.setattr(files, "_MOST_PEEKED_AT", 30)
    assert ignored(tmp_path) == []
