"""The table of limits, and how the environment sets it."""

from __future__ import annotations

import dataclasses

import pytest

from core.errors import SettingsProblem
from core.hosting import HostLimits, host_limits, is_hosted
from core.hosting.limits import variable


def test_a_server_is_not_hosted_unless_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FIRSTLIGHT_MODE", raising=False)
    assert not is_hosted()
    monkeypatch.setenv("FIRSTLIGHT_MODE", " Hosted ")
    assert is_hosted()


def test_a_slip_in_the_mode_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTLIGHT_MODE", "hostde")
    with pytest.raises(SettingsProblem, match="hosted"):
        is_hosted()


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(HostLimits)])
def test_every_limit_has_a_variable(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable(field), "77")
    assert getattr(host_limits(), field) == 77


@pytest.mark.parametrize("value", ["many", "-3", "0", "1.5"])
def test_a_limit_that_makes_no_sense_is_refused(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable("images"), value)
    with pytest.raises(SettingsProblem):
        host_limits()


def test_what_is_taken_in_follows_the_table() -> None:
    limits = HostLimits(images=10, classes=3, megapixels=2, visitor_mb=50).of_ingest()
    assert (limits.max_images, limits.max_classes, limits.max_pixels) == (10, 3, 2_000_000)
    assert limits.max_bytes == 50 * 1024 * 1024
