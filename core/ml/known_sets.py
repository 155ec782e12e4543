"""Well-known sets through TensorFlow Datasets: fetched once, then sampled from disk.

Fetching runs in a process of its own, because it cannot be stopped from outside otherwise:

    python -m core.ml.known_sets beans FOLDER
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import DataProblem, Problem, Stopped
from core.ingest.known_sets import KnownSet, known_set
from core.ingest.limits import readable

Progress = Callable[[int, int], None]
"""called with how much is done, and of how much"""

_POLL_SECONDS = 0.4
_PATIENCE = (6.0, 12.0)  # seconds to connect to the server, and for it to begin to answer
_WORDNET = re.compile(r"n\d{8}-")


def is_fetched(known: KnownSet, folder: Path) -> bool:
    """Whether ``known`` lies below ``folder`` already.

    Raises:
        DataProblem: TensorFlow Datasets is missing.
    """
    return bool(_builder(known, folder).is_prepared())


def fetch(known: KnownSet, folder: Path, tell: Progress, should_stop: Callable[[], bool]) -> None:
    """Download ``known`` below ``folder`` and make records of it, in another process.

    Args:
        known: the set.
        folder: of all sets; what is there from an earlier attempt is used.
        tell: called with bytes now and then, until all are there.
        should_stop: asked a few times a second.

    Raises:
        DataProblem: no network, no room, the server does not give the set, or the package is
            missing.
        Stopped: ``should_stop`` said so.
    """
    _require_room(known, folder)
    command = _command(known, folder)
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    with subprocess.Popen(
        command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            answer = _wait(process, known, folder, tell, should_stop)
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise _told(answer, known)


def sample(
    known: KnownSet,
    folder: Path,
    each: int,
    seed: int,
    target: Path,
    tell: Progress = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> int:
    """Write ``each`` images of every class at most to the zip ``target``; returns how many.

    The images are chosen at random, whatever their split, so that each class keeps the shares
    that its splits have. Their bytes are those of the records: JPEG or PNG, not encoded anew.
    They lie in class folders, below folders for the splits where there are several.

    Args:
        known: a set that was fetched.
        folder: of all sets.
        each: images of a class at most.
        seed: the same one draws the same sample.
        target: replaced.
        tell: called with images looked at, of all.
        should_stop: asked now and then.

    Raises:
        DataProblem: the records cannot be read.
        Stopped: ``should_stop`` said so.
    """
    total = 2 * known.images
    labels: list[int] = []
    for number, example in enumerate(_examples(known, folder)):
        _breathe(number, total, tell, should_stop)
        labels.append(int(example[1]))
    chosen = choose(np.array(labels, dtype=np.int64), each, seed)
    names = _names(known, folder)
    written = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for number, (split, label, data) in enumerate(_examples(known, folder)):
            _breathe(len(labels) + number, total, tell, should_stop)
            if number in chosen:
                ending = "jpg" if data[:2] == b"\xff\xd8" else "png"
                place = f"{split}/" if len(known.splits) > 1 else ""
                name = f"{place}{names[label]}/{number:06d}.{ending}"
                archive.writestr(name, data)
                written += 1
    tell(total, total)
    return written


def choose(labels: np.ndarray[Any, np.dtype[np.int64]], each: int, seed: int) -> set[int]:
    """Positions in ``labels`` of ``each`` images a class at most, drawn without replacement."""
    rng = np.random.default_rng(seed)
    chosen: set[int] = set()
    for label in np.unique(labels):
        places = np.flatnonzero(labels == label)
        chosen.update(rng.permutation(places)[:each].tolist())
    return chosen


def _examples(known: KnownSet, folder: Path) -> Iterator[tuple[str, int, bytes]]:
    """Split, label and encoded image of every example, always in the same order."""
    import tensorflow_datasets as tfds

    builder = _builder(known, folder)
    skip = {"image": tfds.decode.SkipDecoding()}
    try:
        for split in known.splits:
            records = builder.as_dataset(split=split, decoders=skip, shuffle_files=False)
            for record in records.as_numpy_iterator():
                yield split, int(record["label"]), bytes(record["image"])
    except (KeyError, ValueError, OSError) as error:
        raise _damaged(known, error) from error


def _names(known: KnownSet, folder: Path) -> list[str]:
    """The classes by their numbers, as names of folders."""
    names = _builder(known, folder).info.features["label"].names
    return [_WORDNET.sub("", name).replace("/", " or ") for name in names]


def _builder(known: KnownSet, folder: Path) -> Any:
    try:
        import tensorflow_datasets as tfds

        with contextlib.redirect_stdout(io.StringIO()):
            return tfds.builder(known.name, data_dir=folder)
    except ImportError as error:
        raise _missing(error) from error
    except Exception as error:  # every set has a module of its own, with what it needs
        raise _damaged(known, error) from error


def prepare(known: KnownSet, folder: Path) -> None:
    """Download ``known`` and make records of it, here and now.

    Raises:
        DataProblem: see `fetch`.
    """
    builder = _builder(known, folder)
    try:
        import requests
        import tensorflow_datasets as tfds

        tfds.disable_progress_bar()
        _require_server(next(iter(builder.url_infos)))
        downloads = folder / "downloads" / _slug(known)
        builder.download_and_prepare(download_dir=downloads)
        shutil.rmtree(downloads, ignore_errors=True)  # the records hold all of it
    except DataProblem:
        raise
    except ImportError as error:
        raise _missing(error) from error
    except requests.RequestException as error:
        raise _no_network(error) from error
    except Exception as error:  # whatever a set's own code raises
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DataProblem(
                "The disk is full", f"'{known.title}' did not fit", "Free some space, then resume"
            ) from error
        raise DataProblem(
            f"'{known.title}' could not be downloaded",
            f"{type(error).__name__}: {' '.join(str(error).split())[:300]}",
            "Its server may be out of order: try again later, or choose another set",
        ) from error


def _require_server(url: str) -> None:
    """Find out soon whether there is a network; the package itself tries for minutes."""
    import requests

    try:
        with requests.get(url, stream=True, timeout=_PATIENCE):
            return
    except requests.RequestException as error:
        raise _no_network(error) from error


def _command(known: KnownSet, folder: Path) -> list[str]:
    return [sys.executable, "-m", "core.ml.known_sets", known.name, str(folder)]


def _wait(
    process: subprocess.Popen[bytes],
    known: KnownSet,
    folder: Path,
    tell: Progress,
    should_stop: Callable[[], bool],
) -> bytes:
    """What ``process`` had to say, once it has ended; tells how far the download is."""
    while True:
        try:
            return process.communicate(timeout=_POLL_SECONDS)[0]
        except subprocess.TimeoutExpired:
            if should_stop():
                raise Stopped from None
            here = _bytes_in(folder / "downloads" / _slug(known))
            tell(min(here, known.download_bytes), known.download_bytes)


def _bytes_in(folder: Path) -> int:
    """Bytes of what was downloaded; a file that is still on its way has a folder of its own."""
    found = 0
    for pattern in ("*/*", "*/*tmp*/*"):
        for path in folder.glob(pattern):
            with contextlib.suppress(OSError):
                found += path.stat().st_size if path.is_file() else 0
    return found


def _slug(known: KnownSet) -> str:
    return known.name.replace("/", "-")


def _breathe(
    number: int, total: int, tell: Progress, should_stop: Callable[[], bool], often: int = 64
) -> None:
    if number % often == 0:
        if should_stop():
            raise Stopped
        tell(min(number, total), total)


def _require_room(known: KnownSet, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if known.disk_bytes > free:
        raise DataProblem(
            "There is not enough room on the disk",
            f"'{known.title}' needs {readable(known.disk_bytes)} for a while, "
            f"{readable(free)} are free",
            "Free some space, choose a smaller set, or another folder with FIRSTLIGHT_CACHE",
        )


def _told(answer: bytes, known: KnownSet) -> DataProblem:
    """The problem that the other process wrote down."""
    try:
        told = json.loads(answer.decode().strip().splitlines()[-1])
        return DataProblem(str(told["title"]), str(told["detail"]), str(told["fix"]))
    except (ValueError, KeyError, IndexError, TypeError):
        return DataProblem(
            f"'{known.title}' could not be prepared",
            "The program that fetches it ended without a word",
            "Close other programs to have more memory, then try again",
        )


def _no_network(error: Exception) -> DataProblem:
    return DataProblem(
        "The network cannot be reached",
        f"The server of this set does not answer ({type(error).__name__})",
        "Connect this computer to the internet and try again, or use images of your own",
    )


def _missing(error: ImportError) -> DataProblem:
    return DataProblem(
        "Well-known sets need a package that is not installed",
        f"{error.name or 'tensorflow_datasets'} is missing",
        "Install it with: pip install -r requirements.txt",
    )


def _damaged(known: KnownSet, error: Exception) -> DataProblem:
    return DataProblem(
        f"'{known.title}' cannot be read",
        f"What was downloaded is damaged ({type(error).__name__})",
        "Delete the folder tfds in the cache of First Light and download it again",
    )


if __name__ == "__main__":
    try:
        with contextlib.redirect_stdout(sys.stderr):
            prepare(known_set(sys.argv[1]), Path(sys.argv[2]))
    except Problem as problem:
        said = {"title": problem.title, "detail": problem.detail, "fix": problem.fix}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.exit(1)
