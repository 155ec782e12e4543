"""The command line: python -m core audit|train|evaluate|predict|export|exercise|ready ...

Exit codes: 0 done, 2 bad input (one line why) or not ready, 130 interrupted. Progress goes to
standard error, results to standard output and, with --json, to a file.
"""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core import files
from core.errors import Problem, Stopped
from core.formats import Format
from core.options import add_settings, chosen_settings
from core.ready import PORT
from core.words import interval, percent

Report = dict[str, Any]
_DONE, _BAD_INPUT, _NOT_READY, _INTERRUPTED = 0, 2, 2, 130


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that a terminal cannot show ends nothing
            stream.reconfigure(errors="backslashreplace")
    try:
        with _ended_gently(), files.private_temporary_folder():
            from core import commands  # after the options: --help answers at once

            report: Report = options.run(options)
            commands.write_report(report, options.json)
    except Problem as problem:
        print(f"firstlight: {problem}", file=sys.stderr)
        return _BAD_INPUT
    except OSError as error:  # a place that cannot be read or written, or a full disk
        print(f"firstlight: {' '.join(str(error).split())}", file=sys.stderr)
        return _BAD_INPUT
    except (Stopped, KeyboardInterrupt):
        print("firstlight: interrupted", file=sys.stderr)
        return _INTERRUPTED
    print(options.summary(report))
    return _DONE if report.get("ready", True) else _NOT_READY


@contextmanager
def _ended_gently() -> Iterator[None]:
    """Let whoever ends this process do so as Ctrl-C does, so that nothing is left behind."""
    try:
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    except ValueError:  # only the main thread of a process hears signals
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core", description="Train a first image classifier, and learn to trust it."
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_audit(commands.add_parser("audit", help="check the images and labels"))
    _add_train(commands.add_parser("train", help="train a classifier"))
    _add_evaluate(commands.add_parser("evaluate", help="try a trained run on labelled images"))
    _add_predict(commands.add_parser("predict", help="ask a trained run about images"))
    _add_export(commands.add_parser("export", help="take a trained run elsewhere"))
    _add_exercise(commands.add_parser("exercise", help="make and score detective exercises"))
    _add_ready(commands.add_parser("ready", help="is this computer ready for a lesson?"))
    return parser


def _add_audit(parser: argparse.ArgumentParser) -> None:
    _add_source(parser)
    parser.add_argument(
        "--no-features", action="store_true", help="leave out what needs the pretrained network"
    )
    parser.set_defaults(run=_audit, summary=_audit_summary)


def _add_train(parser: argparse.ArgumentParser) -> None:
    _add_source(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="RUN", help="folder of the run")
    add_settings(parser)
    parser.set_defaults(run=_train, summary=_train_summary)


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run_folder", type=Path, metavar="RUN")
    parser.add_argument("source", type=Path, metavar="ZIP|FOLDER")
    _add_json(parser)
    parser.set_defaults(run=_evaluate, summary=_evaluate_summary)


def _add_predict(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run_folder", type=Path, metavar="RUN")
    parser.add_argument("images", type=Path, nargs="+", metavar="IMAGE")
    _add_json(parser)
    parser.set_defaults(run=_predict, summary=_predict_summary)


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run_folder", type=Path, metavar="RUN")
    parser.add_argument(
        "--format",
        choices=["script", "card", "streamlit", "web", *Format],
        nargs="+",
        required=True,
        help="a Keras script with its images, the cards of model and data, a demo for the web, a "
        "web page that needs no server, the model in any format",
    )
    parser.add_argument(
        "--runtime",
        type=Path,
        metavar="FOLDER",
        help="lay what the web page runs on into it, from here (python -m core.share.web_runtime "
        "FOLDER fetches it)",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a new folder")
    _add_json(parser)
    parser.set_defaults(run=_export, summary=_export_summary)


def _add_exercise(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(metavar="make|score", required=True)
    make = acts.add_parser("make", help="plant faults in images, and seal the answers")
    make.add_argument("source", metavar="ZIP|FOLDER|PROJECT|SAMPLE")
    make.add_argument("--out", type=Path, required=True, metavar="FILE", help="a new zip")
    make.add_argument("--level", type=int, choices=(1, 2, 3), default=1)
    make.add_argument("--seed", type=int, default=0, help="the same makes the same exercise")
    make.add_argument(
        "--plant",
        nargs="+",
        metavar="KIND=K",
        help="so many of this kind, in place of the level's own; a wrong kind lists all",
    )
    make.set_defaults(run=_make, summary=_make_summary)
    score = acts.add_parser("score", help="found, missed and falsely accused, by kind of fault")
    score.add_argument("exercises", type=Path, nargs="+", metavar="EXERCISE")
    score.add_argument(
        "--submission",
        type=Path,
        nargs="+",
        required=True,
        metavar="PROJECT|FILE",
        help="projects, project files, or files that the Detective page made",
    )
    score.set_defaults(run=_score, summary=_score_summary)
    for each in (make, score):
        each.add_argument("--passphrase", default="", help="that keeps the answers from readers")
        _add_json(each)


def _add_ready(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=int, default=PORT, help=f"of the dashboard; {PORT} where none is named"
    )
    _add_json(parser)
    parser.set_defaults(run=_ready, summary=_ready_summary)


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, metavar="ZIP|FOLDER|PROJECT")
    parser.add_argument(
        "--project", type=Path, metavar="FOLDER", help="keep the project here, and reuse its caches"
    )
    _add_json(parser)


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE")


def _audit(options: argparse.Namespace) -> Report:
    from core.commands import run_audit

    return run_audit(options.source, options.project, not options.no_features)


def _train(options: argparse.Namespace) -> Report:
    from core.commands import run_train

    settings = chosen_settings(options)
    return run_train(options.source, options.out, settings, options.project, options.augment)


def _evaluate(options: argparse.Namespace) -> Report:
    from core.commands import run_evaluate

    return run_evaluate(options.run_folder, options.source)


def _predict(options: argparse.Namespace) -> Report:
    from core.commands import run_predict

    return run_predict(options.run_folder, options.images)


def _export(options: argparse.Namespace) -> Report:
    from core.commands import run_export

    return run_export(options.run_folder, options.out, options.format, options.runtime)


def _make(options: argparse.Namespace) -> Report:
    from core.commands import run_make

    plan = (options.level, options.seed, options.plant, options.passphrase)
    return run_make(options.source, options.out, *plan)


def _score(options: argparse.Namespace) -> Report:
    from core.commands import run_score

    return run_score(options.exercises, options.submission, options.passphrase)


def _ready(options: argparse.Namespace) -> Report:
    from core.commands import run_ready

    return run_ready(options.port)


def _ready_summary(report: Report) -> str:
    lines = []
    for each in report["lines"]:
        seconds = f" ({each['seconds']:.1f} s)" if each["seconds"] is not None else ""
        lines.append(f"{each['verdict']:<11}{each['title']}: {each['told']}{seconds}")
        if each["fix"]:
            lines.append(f"{'':11}{each['fix']}.")
    end = "Ready." if report["ready"] else "Not ready yet: see above."
    return "\n".join([*lines, f"{end} It took {report['seconds']:.0f} s to find out."])


def _make_summary(report: Report) -> str:
    planted = ", ".join(f"{kind} {number}" for kind, number in report["planted"].items())
    return (
        f"{report['file']}: {report['images']} images, exercise {report['id']}. Hidden: {planted}"
    )


def _score_summary(report: Report) -> str:
    lines = []
    for each in report["scores"]:
        who = f"{each['learner']} ({each['file']})" if each["learner"] else each["file"]
        lines.append(
            f"{who}: found {each['found']} of {each['planted']}, falsely accused "
            f"{each['accused']}, {percent(each['points'], 0)}"
        )
        lines += [
            f"  {kind}: found {n['found']} of {n['planted']}, falsely accused {n['accused']}"
            for kind, n in each["kinds"].items()
        ]
    return "\n".join(lines)


def _export_summary(report: Report) -> str:
    is_script = "images" in report and "parity" not in report
    images = f" and {report['images']} images" if is_script else ""
    lines = [f"{report['folder']}: {', '.join(report['files'])}{images}"]
    lines += [
        f"{each['format']}: {each['changed']} of {each['n']} answers changed, probabilities differ "
        f"by at most {each['largest']:.1e}, {each['bytes'] / 1e6:.1f} MB"
        for each in report.get("parity", [])
    ]
    return "\n".join(lines)


def _audit_summary(report: Report) -> str:
    lines = [f"{report['images']} images in {len(report['classes'])} classes"]
    lines += [f"{check['title']}: {check['count']}" for check in report["checks"].values()]
    return "\n".join(lines)


def _train_summary(report: Report) -> str:
    return (
        f"Test accuracy {_accuracy(report)} on {report['n_test']} images; always saying the "
        f"commonest class would give {percent(report['majority_baseline'])}. "
        f"{report['seconds']['total']:.1f} s in all."
    )


def _evaluate_summary(report: Report) -> str:
    told = (
        f"Accuracy {_accuracy(report)} on {report['n']} images, "
        f"{len(report['unreadable'])} files not read"
    )
    return "\n".join([told, *report["in_words"]])


def _predict_summary(report: Report) -> str:
    return "\n".join(
        f"{answer['file']}: {answer['predicted']} ({percent(answer['confidence'])})"
        for answer in report["predictions"]
    )


def _accuracy(report: Report) -> str:
    between = interval(report["accuracy_low"], report["accuracy_high"])
    return f"{percent(report['accuracy'])} (95 % interval {between})"


if __name__ == "__main__":
    sys.exit(main())
