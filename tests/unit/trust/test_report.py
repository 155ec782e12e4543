"""The trust report: what is known in plain words, what is not known as plainly."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from core import results, trust
from core.confusion import confused_pairs
from core.corruptions import CORRUPTIONS
from core.field import Level, drops
from core.gaze import ClassGaze, Gaze, Spot, Swap
from core.gaze import Share as Heat
from core.preflight import Level as Clue
from core.preflight import Shortcut
from core.stress import Hurt, Robustness, Share
from core.trust import Calibration, Known, Report, Stressed, Sureness, WeakSlice
from tests.unit.field.test_drop import answers
from tests.unit.field.test_found import field_test

CLASSES = ["cat", "dog", "owl"]
FOUND = {"cat": (38, 40), "dog": (22, 40), "owl": (3, 4)}  # right, of so many


def figures(found: dict[str, tuple[int, int]] | None = None) -> dict[str, object]:
    """Figures of a run that takes some dogs for cats, and has seen few owls."""
    rows = []
    for label, (right, n) in (found or FOUND).items():
        wrong = "cat" if label == "dog" else "dog"
        rows += [(label, label if i < right else wrong) for i in range(n)]
    table = pd.DataFrame(rows, columns=["label", "predicted"])
    table = table.assign(correct=table["label"] == table["predicted"], loss=0.1)
    return results.metrics(table, CLASSES)


def known(**other: object) -> Known:
    """A run of which nobody has looked at more than its validation images."""
    numbers = figures()
    found = Known(
        run="Run 3",
        project="Animals",
        trained="2026-11-26T10:00:00+00:00",
        how="from scratch, without a pretrained network",
        taught={"cat": 200, "dog": 180, "owl": 20},
        sizes={"train": 400, "validation": 84, "test": 80},
        side="validation",
        figures=numbers,
        looks=0,
        pairs=tuple(confused_pairs(numbers["confusion"], CLASSES)),  # type: ignore[arg-type]
        calibration=Calibration(0.04, 0.06),
        sureness=Sureness(0.9, 50, 48),
    )
    return dataclasses.replace(found, **other)  # type: ignore[arg-type]


def share(value: float) -> Share:
    return Share(value, value - 0.05, value + 0.05, 84)


def stressed() -> Stressed:
    hurts = [("fog", 0.3, 0.4), ("jpeg", 0.74, 0.98)]
    return Stressed(
        84,
        Robustness(share(0.75), share(0.5), share(0.67), 0.5),
        tuple(
            Hurt(name, share(accuracy), share(0.2), kept, (share(accuracy),) * 5)
            for name, accuracy, kept in hurts
        ),
    )


def gaze(decides: bool) -> Gaze:
    heat = Heat(0.8, 0.7, 0.9)
    spot = Spot(0.0, 0.0, 0.2, heat, 0.95, 0.03)
    swap = Swap(*((2, 40, 30, 40) if decides else (38, 40, 1, 40)))
    grid = tuple(tuple(row) for row in np.full((7, 7), 1 / 49).tolist())
    one = ClassGaze("cat", 40, heat, heat, grid, spot=spot, swap=swap)
    return Gaze("2026-11-26", "abc", "grad-cam", 80, (one,))


def text(report: Report) -> str:
    return trust.markdown(report).replace("\xa0", " ")


def part(report: Report, key: str) -> str:
    section = next(each for each in report.sections if each.key == key)
    return "\n".join(section.lines).replace("\xa0", " ")


def test_the_summary_says_how_often_it_is_right_and_where_it_is_weakest() -> None:
    told = part(trust.write(known()), "short")
    assert "Of 100 images of the same kind, between 65 and 83 come out right" in told
    assert "(75.0 % of 84 validation images did)" in told
    assert "weakest at dog: of 40 images it found 22" in told
    assert "Not tested yet: 6 things" in told


def test_what_nobody_looked_at_is_said_with_the_way_there() -> None:
    gaps = trust.write(known()).missing
    assert [(gap.page, gap.do) for gap in gaps] == [
        ("errors", "Open the test set"),
        ("clean", "Check the images"),
        ("stress", "Run the stress test"),
        ("stress", "Make a field test"),
        ("errors", "See where it looks"),
        ("explore", "Run the preflight"),
    ]
    assert "**Not tested yet:** The 80 test images are still sealed" in text(trust.write(known()))


def test_what_is_untried_must_not_be_relied_on() -> None:
    told = part(trust.write(known()), "limits")
    assert "Pictures of anything else. It knows cat, dog and owl" in told
    assert "17 to 35 are wrong" in told
    assert "Other cameras, places, seasons or people" in told
    assert "Blurred, noisy, dark or foggy images: untried" in told
    assert "Finding every dog: 31 to 60 of 100 are missed" in told
    assert "Anything that hangs on owl: judged by fewer than 10 images each" in told


def test_a_run_that_has_been_looked_at_from_all_sides_has_no_gaps() -> None:
    everything = known(
        side="test",
        looks=2,
        slices=(WeakSlice("Darkest quarter", 20, 0.4, 0.2, 0.6),),
        stress=stressed(),
        gaze=gaze(decides=True),
        shortcuts=(Shortcut("frame", "Drawn frame", Clue.STRONG, 0.8, 0.33, 0.002, 0.7, ()),),
        fields=(field_test(),),
    )
    report = trust.write(everything)
    assert report.missing == ()
    assert "84 test images that it never saw in training" in part(report, "judged")
    assert "looked at 2 times" in part(report, "judged")
    assert "Weak spot: Darkest quarter. Of 20 images, 40.0 % are answered" in part(report, "fails")
    assert "Fog: right 30.0 % (25.0 % to 35.0 %)" in part(report, "stress")
    assert "garden.zip: Right 75.6 % of the time on these 90 images" in part(report, "field")
    assert "These images are darker than your own" in part(report, "field")
    assert "most of its heat lies on one small place" in part(report, "looks")
    assert "drawn frame gives a lot away" in part(report, "looks")
    limits = part(report, "limits")
    assert "Images like those of garden.zip without a second look" in limits
    assert "Places where fox occur" in limits
    assert f"Images spoilt in these ways: {CORRUPTIONS['fog'].title.lower()} (right" in limits
    assert "jpeg" not in limits.lower()
    assert "Telling cat where a small thing" in limits
    assert "Images in which drawn frame no longer goes with the class" in limits


def test_a_place_that_settles_nothing_forbids_nothing() -> None:
    assert "small thing" not in part(trust.write(known(gaze=gaze(decides=False))), "limits")


def test_a_field_test_that_shows_no_drop_forbids_only_the_untried() -> None:
    same = answers(cat=(38, 40), dog=(22, 40))
    fine = field_test(drops=drops(same, same, CLASSES), unknown={})
    assert fine.drops.level is Level.OPEN
    told = part(trust.write(known(fields=(fine,))), "limits")
    assert "without a second look" not in told
    assert "Places and cameras other than its own and those of garden.zip: untried" in told


def test_one_that_beats_nothing_is_good_for_nothing() -> None:
    bad = figures({"cat": (20, 40), "dog": (20, 40), "owl": (2, 4)})
    report = trust.write(known(figures=bad, pairs=()))
    assert "not shown to be any better than that" in part(report, "short")
    assert "Anything yet" in part(report, "limits")


def test_one_without_mistakes_makes_no_promises() -> None:
    report = trust.write(known(figures=figures({"cat": (40, 40), "dog": (40, 40)}), pairs=()))
    assert "made no mistake here; on more images it would make some" in part(report, "fails")
    assert "between 95 and 100" in part(report, "short")
    assert "weakest" not in part(report, "short")
    assert "owl: judged by fewer" in part(report, "limits")


def test_percentages_fitted_to_the_images_that_judge_them_are_not_vouched_for() -> None:
    assert "fitted to these very images" in part(trust.write(known()), "sure")


def test_what_was_mended_after_a_look_stands_beside_the_score() -> None:
    opened = known(side="test", looks=2)
    assert "after such a look" not in part(trust.write(opened), "judged")
    told = part(trust.write(dataclasses.replace(opened, decided_in_view=3)), "judged")
    assert "3 test images were relabelled or left out after such a look" in told


@pytest.mark.parametrize(
    ("error", "by_chance", "says", "forbids"),
    [
        (0.04, 0.06, "take them at their word", False),
        (0.12, 0.17, "So few images could hide a larger error", False),
        (0.08, 0.06, "a little more than chance explains", False),
        (0.25, 0.06, "do not take them at their word", True),
    ],
)
def test_percentages_are_judged_by_what_chance_does(
    error: float, by_chance: float, says: str, forbids: bool
) -> None:
    report = trust.write(known(calibration=Calibration(error, by_chance), side="test", looks=1))
    assert says in part(report, "sure")
    assert ("Anything that takes its percentages" in part(report, "limits")) is forbids


def test_names_show_letter_by_letter_in_markdown() -> None:
    numbers = figures()
    told = text(trust.write(known(run="Run *3* [x](http://y)", figures=numbers)))
    assert told.startswith("# Trust report: Run \\*3\\* \\[x\\](http://y)\n")
    assert told.count("\n## ") == len(trust.write(known()).sections)
