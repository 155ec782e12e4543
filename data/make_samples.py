"""Make the built-in samples: ``python data/make_samples.py [--out FOLDER] [--only NAME]``.

Writes ``prints.zip``, ``leaves.zip`` and ``digits.zip``, and what is to be known about them into
``samples.json``. The same versions of Pillow, NumPy and scikit-learn on the same kind of
processor give the same bytes again.
"""

import argparse
import hashlib
import io
import json
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from data.generators import digits, leaves, prints

HERE = Path(__file__).resolve().parent
"""Where the samples belong."""

LARGEST = 5_000_000
"""No sample may be larger than this, in bytes."""


@dataclass(frozen=True)
class Subject:
    """What a sample shows, and how its images are made."""

    name: str
    title: str
    description: str
    synthetic: bool
    source: str
    licence: str
    classes: tuple[str, ...]
    count: int
    photo: Callable[[str, int], bytes]


SUBJECTS = (
    Subject(
        name="prints",
        title="3D-print defects",
        description="Close-ups of printed walls: good ones, and three things that go wrong.",
        synthetic=True,
        source="Drawn by data/make_samples.py; no photo was used.",
        licence="Apache-2.0",
        classes=prints.CLASSES,
        count=prints.COUNT,
        photo=prints.photo,
    ),
    Subject(
        name="leaves",
        title="Leaf diseases",
        description="Single leaves out of doors: healthy ones, and three common diseases.",
        synthetic=True,
        source="Drawn by data/make_samples.py; no photo was used.",
        licence="Apache-2.0",
        classes=leaves.CLASSES,
        count=leaves.COUNT,
        photo=leaves.photo,
    ),
    Subject(
        name="digits",
        title="Handwritten digits",
        description="The digits 0 to 9 as 13 people wrote them: tiny scans, enlarged on paper.",
        synthetic=False,
        source=(
            "E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI "
            "Machine Learning Repository, https://doi.org/10.24432/C50P49, as scikit-learn "
            "carries it; enlarged, turned, moved and put on paper by data/make_samples.py."
        ),
        licence="CC-BY-4.0",
        classes=digits.CLASSES,
        count=digits.COUNT,
        photo=digits.photo,
    ),
)


def packed(subject: Subject, count: int | None = None) -> bytes:
    """A zip of class folders, always with the same bytes.

    Args:
        subject: what to make.
        count: images a class; by default as many as the sample has.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for label in subject.classes:
            for index in range(subject.count if count is None else count):
                entry = zipfile.ZipInfo(f"{label}/{label}_{index:03d}.jpg", (1980, 1, 1, 0, 0, 0))
                entry.create_system = 3
                entry.external_attr = 0o100644 << 16
                archive.writestr(entry, subject.photo(label, index))
    return out.getvalue()


def facts(subject: Subject, archive: bytes) -> dict[str, object]:
    """What ``samples.json`` says about a finished sample."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        images = len(opened.namelist())
    return {
        "name": subject.name,
        "title": subject.title,
        "description": subject.description,
        "synthetic": subject.synthetic,
        "source": subject.source,
        "licence": subject.licence,
        "classes": list(subject.classes),
        "images": images,
        "bytes": len(archive),
        "sha256": hashlib.sha256(archive).hexdigest(),
    }


def main(arguments: list[str] | None = None) -> None:
    """Make one sample or all, and renew their entries in ``samples.json``."""
    parser = argparse.ArgumentParser(description="Make the built-in samples.")
    parser.add_argument("--out", type=Path, default=HERE, help="the folder to write to")
    names = [subject.name for subject in SUBJECTS]
    parser.add_argument("--only", choices=names, help="make this one and leave the others")
    chosen = parser.parse_args(arguments)

    chosen.out.mkdir(parents=True, exist_ok=True)
    table = chosen.out / "samples.json"
    known = json.loads(table.read_text(encoding="utf-8")) if table.exists() else []
    entries = {entry["name"]: entry for entry in known}
    for subject in SUBJECTS:
        if chosen.only not in (None, subject.name):
            continue
        archive = packed(subject)
        if len(archive) > LARGEST:
            raise SystemExit(f"{subject.name}.zip would have {len(archive)} bytes, too many.")
        (chosen.out / f"{subject.name}.zip").write_bytes(archive)
        entries[subject.name] = facts(subject, archive)
        print(f"{subject.name}.zip: {entries[subject.name]['images']} images, {len(archive)} bytes")
    ordered = [entries[name] for name in names if name in entries]
    table.write_text(json.dumps(ordered, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
