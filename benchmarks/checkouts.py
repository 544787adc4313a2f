"""Bare git directories and commits come in, folders that hold the text files of those commits go out."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

LARGEST = 5_000_000
REGULAR_FILES = ("100644", "100755")


@dataclass(frozen=True)
class Blob:
    """A regular file of a commit: its object name and where it stands."""

    object_name: str
    path: PurePosixPath


def folder_name(repository: str, commit: str) -> str:
    """owner/name and a commit -> the name of the folder that holds that checkout."""
    return f"{repository.replace('/', '+')}@{commit[:12]}"


def git_directory(mirrors: Path, repository: str) -> Path:
    """Find the git directory of owner/name below mirrors; FileNotFoundError where there is none."""
    top = mirrors / repository.replace("/", "+")
    for candidate in (top / "repo" / ".git", top / "repo", top / ".git", top):
        if (candidate / "HEAD").is_file() and (candidate / "objects").is_dir():
            return candidate
    raise FileNotFoundError(f"no git directory of {repository} below {mirrors}")


def lay_out(mirrors: Path, checkouts: Path, repository: str, commit: str) -> Path:
    """Make (or reuse) the checkout of one commit and return its folder.

    Binary files, links and files over 5 MB are left out. Raises FileNotFoundError where the mirror is missing
    and subprocess.CalledProcessError where it does not have the commit.
    """
    folder = checkouts / folder_name(repository, commit)
    if folder.is_dir():
        return folder
    git = git_directory(mirrors, repository)
    blobs = list_blobs(git, commit)
    unfinished = folder.with_name(folder.name + ".part")
    for blob, content in zip(blobs, read_blobs(git, blobs), strict=True):
        if content is not None and b"\0" not in content[:8192]:
            write(unfinished, blob.path, content)
    unfinished.mkdir(parents=True, exist_ok=True)
    unfinished.rename(folder)
    return folder


def list_blobs(git: Path, commit: str) -> list[Blob]:
    """The regular files of a commit that are small enough to be source."""
    listing = run_git(git, "ls-tree", "-r", "-z", "--long", commit)
    return list(parse_listing(listing.decode("utf-8", "surrogateescape")))


def parse_listing(listing: str) -> Iterator[Blob]:
    """The NUL-separated output of git ls-tree --long -> its small regular files."""
    for entry in filter(None, listing.split("\0")):
        description, path = entry.split("\t", 1)
        mode, _, object_name, size = description.split()
        if mode in REGULAR_FILES and size.isdigit() and int(size) <= LARGEST:
            yield Blob(object_name, PurePosixPath(path))


def read_blobs(git: Path, blobs: list[Blob]) -> Iterator[bytes | None]:
    """The content of each blob in order, None for one that the git directory does not have."""
    names = "".join(f"{blob.object_name}\n" for blob in blobs)
    packed = run_git(git, "cat-file", "--batch", given=names.encode())
    at = 0
    for _ in blobs:
        end = packed.index(b"\n", at)
        header = packed[at:end].split()
        at = end + 1
        if header[-1] == b"missing":
            yield None
            continue
        size = int(header[-1])
        yield packed[at : at + size]
        at += size + 1


def run_git(git: Path, *arguments: str, given: bytes = b"") -> bytes:
    """Run git on a git directory, without fetching anything; CalledProcessError when it fails."""
    environment = {**os.environ, "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
    command = ["git", f"--git-dir={git}", *arguments]
    return subprocess.run(command, input=given, stdout=subprocess.PIPE, check=True, env=environment).stdout


def write(folder: Path, path: PurePosixPath, content: bytes) -> None:
    """Write one file below folder, with the folders in between."""
    target = folder.joinpath(*path.parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
