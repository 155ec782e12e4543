"""What a Problem says, and that the tree in the docstring is the tree in the code."""

import pickle
import re

import pytest

from core import errors
from core.errors import ArchiveProblem, DataProblem, Problem, Stopped

PROBLEMS = [
    kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Problem)
]


def test_a_problem_says_what_happened_what_was_expected_and_how_to_mend_it():
    problem = DataProblem("There is only one class", "All are cats", "Add dogs")
    assert (problem.title, problem.detail, problem.fix) == (
        "There is only one class",
        "All are cats",
        "Add dogs",
    )
    assert str(problem) == "There is only one class. All are cats. Add dogs."


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        (("Only a title",), "Only a title."),
        (("A title", "", "A fix"), "A title. A fix."),
        (("Full stops.", "do not double."), "Full stops. do not double."),
        (("It begins with 57934424...", "", "Go on"), "It begins with 57934424... Go on."),
    ],
)
def test_what_is_missing_leaves_no_trace(parts, line):
    assert str(Problem(*parts)) == line


def test_a_problem_is_one_line_whatever_a_name_holds():
    problem = Problem("'a\nb.jpg' cannot be read", "It holds\r\n  two\u2028lines")
    assert str(problem) == "'a b.jpg' cannot be read. It holds two lines."


@pytest.mark.parametrize("kind", PROBLEMS)
def test_a_problem_travels_between_processes(kind):
    sent = kind("title", "detail", "fix")
    received = pickle.loads(pickle.dumps(sent))
    assert type(received) is kind
    assert (received.title, received.detail, received.fix) == ("title", "detail", "fix")


def test_to_stop_is_no_problem():
    assert not issubclass(Stopped, Problem)
    assert issubclass(ArchiveProblem, DataProblem)


def test_the_drawn_tree_is_the_real_one():
    drawn: dict[str, str] = {}
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if match := re.match(r"(?P<indent>(│ {3}| {4})*)[├└]── (?P<name>\w+)", line):
            depth = len(match["indent"]) // 4
            above[depth:] = [match["name"]]
            drawn[match["name"]] = above[depth - 1] if depth else "Exception"
    real = {
        kind.__name__: kind.__bases__[0].__name__
        for kind in vars(errors).values()
        if isinstance(kind, type) and kind.__module__ == errors.__name__
    }
    assert drawn == real
