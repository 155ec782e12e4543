"""Files that were not taken are listed with their reasons."""

import pandas as pd

from core.audit import Evidence
from core.audit.unreadable import score


def test_every_rejected_file_is_an_issue():
    rejected = pd.DataFrame({"source": ["b.txt", "a.jpg"], "reason": ["Not an image", "Cut off"]})
    found = score(Evidence(pd.DataFrame(), rejected=rejected))
    assert found.subjects == ["b.txt", "a.jpg"]
    assert found.notes == ["Not an image", "Cut off"]
    assert found.scores.tolist() == [0.0, 0.0]


def test_where_all_were_taken_there_is_nothing():
    assert score(Evidence(pd.DataFrame())).subjects == []
