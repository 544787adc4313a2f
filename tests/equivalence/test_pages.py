"""Every example of a page that claims to be exact or stabler is run before and after, and must stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tfce_migrate.page import parse_page
from tfce_migrate.proof.claims import claims_of, refutations

RULES = Path(__file__).parents[2] / "rules"
PAGES = sorted(path for path in RULES.glob("*.md") if path.name != "README.md")


def claims():
    for path in PAGES:
        try:
            found = claims_of(parse_page(path.read_text(encoding="utf-8")))
        except ValueError:
            continue  # test_claims_can_be_refuted says so
        for claim in found:
            yield pytest.param(claim, id=f"{path.stem}-line{claim.line}-{claim.label}")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_claims_can_be_refuted(path):
    claims_of(parse_page(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("claim", list(claims()))
def test_claim_holds(claim, bench):
    bench.require(claim.old, claim.new)
    found = refutations(claim, bench.ask)
    assert not found, "\n".join(found)
