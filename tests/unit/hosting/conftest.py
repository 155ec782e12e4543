"""A hosted server, and its visitors."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import hosting
from core.hosting import GuestWorkspace, Visitor


@pytest.fixture
def hosted(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of a hosted server."""
    monkeypatch.setenv("FIRSTLIGHT_MODE", "hosted")
    return workspace


@pytest.fixture
def who(hosted: Path) -> Visitor:
    """A visitor who has nothing yet."""
    found = hosting.visitor(hosting.new_token())
    assert found is not None
    return found


@pytest.fixture
def guest(who: Visitor) -> GuestWorkspace:
    """The visitor's projects."""
    return GuestWorkspace(who)
