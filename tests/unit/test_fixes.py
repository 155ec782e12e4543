"""The fixes that matter most: wrong labels come first, and other images judge them."""

from dataclasses import replace

import numpy as np
import pytest

from core import fixes, probe
from core.errors import ProjectProblem
from core.fixes import DROP, RELABEL, Fix, Fixes, Learner, Proposal, judge, rank
from core.refit import LEFT_OUT

CLASSES, WIDTH = 3, 12


def blobs(n: int, seed: int, noise: float = 1.0):
    """Images around one point a class, and their true labels."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % CLASSES
    middles = 2 * np.eye(CLASSES, WIDTH)[labels]
    return (middles + noise * rng.normal(size=(n, WIDTH))).astype(np.float32), labels.astype(
        np.int64
    )


@pytest.fixture
def truth():
    return blobs(60, 1)


@pytest.fixture
def learner(truth) -> Learner:
    """Of 60 training images 12 are labelled wrong: all of class 0, as class 1."""
    labels = truth[1].copy()
    labels[np.flatnonzero(labels == 0)[:12]] = 1
    return Learner(truth[0], labels, *blobs(60, 2), CLASSES)


def wrong_of(learner, truth) -> list[int]:
    return np.flatnonzero(learner.labels != truth[1]).tolist()


def relabels(learner, rows, to=0) -> list[Proposal]:
    return [Proposal(int(row), RELABEL, to, "looks like 0") for row in rows]


class TestRank:
    def test_mending_wrong_labels_comes_before_making_good_ones_wrong(self, learner, truth):
        wrong = wrong_of(learner, truth)
        good = [row for row in range(60) if row not in wrong and learner.labels[row] != 0][:12]
        _, steps = rank(learner, relabels(learner, [*good, *wrong]), most=8)
        assert {step.proposal.row for step in steps} <= set(wrong)
        assert len(steps) == 8

    def test_every_step_is_what_a_refit_from_the_beginning_gives(self, learner, truth):
        before, steps = rank(learner, relabels(learner, wrong_of(learner, truth)), most=3)
        strength, sharpness = learner.tuned()
        labels = learner.labels.copy()
        for step in (before, *steps):
            if step is not before:
                labels[step.proposal.row] = step.proposal.to
            weights, offset = probe.fit(learner.train, labels, CLASSES, strength)
            scores = learner.held @ weights + offset
            answers = probe.softmax(sharpness * scores)
            assert step.loss == pytest.approx(
                probe.cross_entropy(answers, learner.held_labels), abs=1e-6
            )
            assert step.right == (scores.argmax(axis=1) == learner.held_labels).sum()

    def test_a_bad_image_may_be_left_out(self, learner):
        spoilt = learner.train.copy()
        spoilt[5] *= -20
        bad = Learner(spoilt, learner.labels, learner.held, learner.held_labels, CLASSES)
        good = [Proposal(row, DROP, LEFT_OUT, "") for row in range(6, 12)]
        _, steps = rank(bad, [*good, Proposal(5, DROP, LEFT_OUT, "blurred")])
        assert steps[0].proposal.row == 5

    def test_each_step_lowers_the_loss(self, learner, truth):
        before, steps = rank(learner, relabels(learner, wrong_of(learner, truth)), most=12)
        losses = [before.loss, *(step.loss for step in steps)]
        assert losses == sorted(losses, reverse=True)

    def test_an_image_is_mended_in_one_way_only(self, learner, truth):
        wrong = wrong_of(learner, truth)
        both = relabels(learner, wrong) + [Proposal(row, DROP, LEFT_OUT, "") for row in wrong]
        _, steps = rank(learner, both, most=24)
        rows = [step.proposal.row for step in steps]
        assert len(rows) == len(set(rows))

    def test_an_image_is_rather_relabelled_than_left_out(self, learner, truth, monkeypatch):
        wrong = wrong_of(learner, truth)
        both = relabels(learner, wrong) + [Proposal(row, DROP, LEFT_OUT, "") for row in wrong]
        _, steps = rank(learner, both)
        monkeypatch.setattr(fixes, "_ABOUT", 1.0)  # whichever brings more, if only by a hair
        _, nearest = rank(learner, both)
        assert DROP in {step.proposal.act for step in nearest}
        assert {step.proposal.act for step in steps} == {RELABEL}
        assert steps[-1].right >= nearest[-1].right - 1

    def test_it_is_left_out_where_no_other_label_helps(self, learner):
        spoilt = learner.train.copy()
        spoilt[5] *= -20
        bad = Learner(spoilt, learner.labels, learner.held, learner.held_labels, CLASSES)
        other = [Proposal(5, RELABEL, (bad.labels[5] + 1) % CLASSES, "")]
        _, steps = rank(bad, [*other, Proposal(5, DROP, LEFT_OUT, "blurred")])
        assert [step.proposal.act for step in steps] == [DROP]

    def test_what_does_not_help_is_left(self):
        clean = Learner(*blobs(60, 1, noise=0.3), *blobs(60, 2, noise=0.3), CLASSES)
        good = np.flatnonzero(clean.labels == 2)[:4]
        before, steps = rank(clean, relabels(clean, good, to=1))
        assert before.right == 60
        assert steps == []

    def test_nothing_proposed_nothing_to_judge_by(self, learner):
        assert rank(learner, [])[1] == []
        nobody = Learner(
            learner.train, learner.labels, learner.held[:0], learner.held_labels[:0], CLASSES
        )
        assert rank(nobody, relabels(learner, [0])) == (None, [])

    def test_what_is_told_of_may_end_it(self, learner, truth):
        def tell(done: int, total: int) -> None:
            assert total == fixes.MOST
            if done == 3:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            rank(learner, relabels(learner, wrong_of(learner, truth)), tell=tell)


class TestJudge:
    def test_other_images_say_what_the_fixes_are_worth(self, learner, truth):
        tested, labels = blobs(300, 3)
        found = judge(learner, relabels(learner, wrong_of(learner, truth)), tested, labels)
        weights, offset = probe.fit(learner.train, truth[1], CLASSES, learner.tuned()[0])
        assert found.after == ((tested @ weights + offset).argmax(axis=1) == labels).sum()
        assert found.after > found.before
        assert found.low <= found.difference <= found.high
        assert found.difference == pytest.approx((found.after - found.before) / 300)

    def test_no_fix_no_difference(self, learner):
        found = judge(learner, [], *blobs(90, 3))
        assert (found.difference, found.p) == (0.0, 1.0)


FOUND = Fixes(
    catalogue="abc",
    made="2026-01-01T00:00:00.000+00:00",
    proposed=7,
    n=60,
    right=40,
    checked=True,
    fixes=(Fix("i1", "0" * 64, "cat", RELABEL, "dog", "Looks like dog", 0.02, 44),),
)


class TestKept:
    def test_what_is_saved_comes_back(self, tmp_path):
        FOUND.save(tmp_path)
        assert Fixes.load(tmp_path) == FOUND

    def test_nothing_saved_nothing_found(self, tmp_path):
        assert Fixes.load(tmp_path) is None

    def test_by_other_names_they_are_the_same_fixes(self):
        (fix,) = FOUND.called({"dog": "wolf"}).fixes
        assert (fix.label, fix.to, fix.image_id) == ("cat", "wolf", "i1")
        assert fix.changes
        assert FOUND.fixes[0].to == "dog"

    def test_between_classes_that_are_one_now_nothing_is_left_to_relabel(self):
        (fix,) = FOUND.called({"dog": "pet", "cat": "pet"}).fixes
        assert not fix.changes
        assert replace(fix, act=DROP, to="").changes

    @pytest.mark.parametrize("content", ["", "[]", "{}", '{"fixes": [{"act": "explode"}]}'])
    def test_a_damaged_file_is_a_problem(self, tmp_path, content):
        (tmp_path / fixes.FILE).write_text(content)
        with pytest.raises(ProjectProblem, match="cannot be read"):
            Fixes.load(tmp_path)
