"""Every name that an edit may write is asked of TensorFlow 2 itself: it is there."""

from __future__ import annotations

from tfce_migrate.signatures import entries
from tfce_migrate.symbols import exported, table

NEW = "2.21"


def in_v1(name: str) -> str:
    return f"tf.compat.v1{name[2:]}"


def targets() -> set[str]:
    """The names that the tables let the rules write, those that need legacy Keras left out."""
    names, by_hand, datasets = table("names.json"), table("moved-by-hand.toml"), table("datasets.toml")
    moved = {*names["moved"].values(), *by_hand["moved"].values()}
    compat = {name for name in (*names["compat"], *by_hand["compat"].values()) if name in exported("2.21-v1")}
    changed = {entry.becomes or in_v1(entry.name) for entry in entries().values() if not entry.stuck}
    kept = {entry.name for entry in entries().values() if not entry.becomes}
    return {
        *moved,
        *map(in_v1, compat - set(names["keras2"])),
        *changed - {in_v1(name) for name in kept - exported("2.21-v1")},
        *kept & exported("2.21"),
        *map(in_v1, table("changed.toml")["always"]),
        *datasets["methods"].values(),
        *datasets["attributes"].values(),
    }


def test_what_is_written_is_there(missing_names):
    names = targets()
    assert len(names) > 800
    assert missing_names(NEW, names) == []
