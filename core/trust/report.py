"""The trust report as plain data, and as Markdown to take away."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.project import now
from core.trust import limits, tested
from core.trust.known import Known
from core.trust.section import Missing, Section

_MARKDOWN = re.compile(r"([\\`*_\[\]#|<>$~])")
_MISSING = "Not tested yet"


@dataclass(frozen=True)
class Report:
    """All that is known of a run, in plain words.

    Attributes:
        title: with the name of the run.
        made: when it was written, ISO 8601 in UTC.
        sections: in their order.
    """

    title: str
    made: str
    sections: tuple[Section, ...]

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What nobody has tested yet."""
        return tuple(gap for section in self.sections for gap in section.missing)


def write(known: Known) -> Report:
    """Everything that is known of a run, and honestly what is not, in plain words."""
    body = [*tested.sections(known), limits.section(known)]
    gaps = sum(len(section.missing) for section in body)
    return Report(f"Trust report: {known.run}", now(), (tested.in_short(known, gaps), *body))


def markdown(report: Report) -> str:
    """The report as a Markdown file; names are escaped, so that they show letter by letter."""
    lines = [f"# {escaped(report.title)}", "", f"Written {report.made[:10]} by First Light.", ""]
    for section in report.sections:
        lines += [f"## {escaped(section.title)}", ""]
        lines += [f"- {escaped(line)}" for line in section.lines]
        lines += [f"- **{_MISSING}:** {escaped(gap.what)}" for gap in section.missing]
        lines.append("")
    return "\n".join(lines)


def escaped(text: str) -> str:
    """``text`` on one line, so that Markdown shows it as it is."""
    return _MARKDOWN.sub(r"\\\1", text.replace("\n", " "))
