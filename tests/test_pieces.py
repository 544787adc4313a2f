"""Where edits of one pass after another ended up in the first text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tfce_migrate.edits import apply
from tfce_migrate.edits.pieces import Pieces
from tfce_migrate.edits.span import Span


def text_of(pieces: Pieces, first: str) -> str:
    return "".join(first[p.start : p.end] if p.text is None else p.text for p in pieces.pieces)


@given(st.text("abc", max_size=12), st.lists(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3)), max_size=4)))
def test_pieces_are_the_current_text_and_cover_the_first_one_in_order(
    first: str, passes: list[list[tuple[int, int]]]
) -> None:
    text, pieces = first, Pieces.whole(first)
    for number, wanted in enumerate(passes):
        spans: list[Span] = []
        for start, length in sorted(wanted):
            end = start + length
            if end <= len(text) and (not spans or (start >= spans[-1].end and start > spans[-1].start)):
                spans.append(Span(start, end, "XYZ"[: (number + length) % 4]))
        text, pieces = apply(text, tuple(spans)), pieces.applied(spans)
        assert text_of(pieces, first) == text
        borders = [0, *(piece.end for piece in pieces.pieces)]
        assert [piece.start for piece in pieces.pieces] == borders[:-1]
        assert borders[-1] == (len(first) if pieces.pieces else 0)


def test_an_insertion_at_the_end_stands_behind_earlier_edits() -> None:
    pieces = Pieces.whole("print a\nb\n").applied([Span(5, 6, "(")]).applied([Span(10, 10, "c\n")])
    assert (pieces.pieces[-1].start, pieces.pieces[-1].text) == (10, "c\n")
