"""What the workers can compute on is told once and read by every page."""

import platform

import tensorflow as tf

from core import jobs
from core.jobs import hardware
from core.ml import devices


def test_nothing_is_known_before_a_worker_has_told(workspace):
    assert jobs.accelerators() == []


def test_a_worker_tells_what_tensorflow_sees(workspace):
    hardware.tell_accelerators()
    seen = [each for each in tf.config.list_physical_devices() if each.device_type != "CPU"]
    assert len(jobs.accelerators()) == len(seen) == len(devices.accelerators())


def test_what_it_told_is_read(workspace, monkeypatch):
    monkeypatch.setattr(devices, "accelerators", lambda: ("A card", "Another"))
    hardware.tell_accelerators()
    assert jobs.accelerators() == ["A card", "Another"]


def test_a_card_that_is_gone_is_forgotten(workspace, monkeypatch):
    for found in (("A card",), ()):
        monkeypatch.setattr(devices, "accelerators", lambda found=found: found)
        hardware.tell_accelerators()
    assert jobs.accelerators() == []


def test_other_computers_count_on_a_cluster_alone(workspace, monkeypatch):
    for name, found in (("big", ("A card",)), ("here", ())):
        monkeypatch.setattr(platform, "node", lambda name=name: name)
        monkeypatch.setattr(devices, "accelerators", lambda found=found: found)
        hardware.tell_accelerators()
    assert jobs.accelerators() == []
    monkeypatch.setenv("FIRSTLIGHT_SCHEDULER", "tcp://big:8786")
    assert jobs.accelerators() == ["A card"]


def test_a_damaged_note_counts_as_none(workspace):
    hardware.tell_accelerators()
    note = next((workspace / "accelerators").iterdir())
    for content in ("", "{", '"text"'):
        note.write_text(content)
        assert jobs.accelerators() == []
