"""Files that were not taken are listed with their reasons."""

import pandas as pd

from core.audit.unreadable import find


def test_every_rejected_file_is_a_finding():
    rejected = pd.DataFrame({"source": ["b.txt", "a.jpg"], "reason": ["Not an image", "Cut off"]})
    findings = find(pd.DataFrame(), rejected)
    assert [(f.source, f.score, f.note) for f in findings] == [
        ("b.txt", 0.0, "Not an image"),
        ("a.jpg", 0.0, "Cut off"),
    ]


def test_where_all_were_taken_there_is_nothing():
    assert find(pd.DataFrame(), pd.DataFrame()) == []
