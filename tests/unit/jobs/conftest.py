from pathlib import Path

import pytest

from core.jobs.folder import JobFolder


@pytest.fixture
def job(tmp_path: Path) -> JobFolder:
    """A small job that counts, not begun."""
    return JobFolder.create(tmp_path / "job", "check", {"steps": 3, "seconds": 0.0})
