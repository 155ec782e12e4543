"""An interrupt ends the work of a command, also where a library swallows it."""

import signal
import sys
import threading
from contextlib import suppress

import pytest

from core.commands.telling import told
from core.jobs.folder import JobFolder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are another thing there")
INTERRUPTS = (signal.SIGINT, signal.SIGTERM)


@pytest.fixture
def job(tmp_path) -> JobFolder:
    return JobFolder.create(tmp_path / "job", "check", {})


@pytest.mark.parametrize("number", INTERRUPTS)
def test_an_interrupt_ends_the_block(job, number):
    before = [signal.getsignal(each) for each in INTERRUPTS]
    with pytest.raises(KeyboardInterrupt), told(job):
        signal.raise_signal(number)
    assert not job.stop_requested()
    assert [signal.getsignal(each) for each in INTERRUPTS] == before


@pytest.mark.parametrize("number", INTERRUPTS)
def test_one_that_is_swallowed_asks_the_job_to_stop(job, number):
    with told(job):
        with suppress(KeyboardInterrupt):  # as libraries do that pass over every error
            signal.raise_signal(number)
        assert job.stop_requested()


def test_one_that_shall_be_ignored_is(job):
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with told(job):
            signal.raise_signal(signal.SIGINT)
            assert not job.stop_requested()
    finally:
        signal.signal(signal.SIGINT, before)


def test_away_from_the_main_thread_it_tells_all_the_same(job, capsys):
    def work():
        with told(job):
            job.stage("check", "Counting")
            job.progress(3, 3)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(timeout=30)
    assert capsys.readouterr().err == "Counting: 3 of 3\n"
