"""What a lesson needs beside the computer: samples, the browser's runtime, a way for others in."""

from __future__ import annotations

import hashlib
import socket
from typing import Final

import psutil

from core.errors import DataProblem
from core.ingest.samples import samples
from core.ready.line import Line, Verdict, tried
from core.share import web_runtime

PORT: Final = 8501
_AGAIN: Final = "Copy the folder `data` anew from where First Light came from"
_RUNTIME: Final = "Web page without a network"
_ADDRESS: Final = "Other computers"
_ALONE: Final = ("127.0.0.1", "localhost", "::1")
_ANYWHERE: Final = ("", "0.0.0.0", "::")  # noqa: S104 (recognised, not bound)


def built_in_samples() -> Line:
    """Whether every built-in sample is there, byte for byte."""

    def read() -> str:
        for sample in samples():
            try:
                found = hashlib.sha256(sample.path.read_bytes()).hexdigest()
            except OSError as error:
                raise DataProblem(
                    f"The sample '{sample.title}' cannot be read", str(error.strerror), _AGAIN
                ) from error
            if found != sample.sha256:
                raise DataProblem(f"The sample '{sample.title}' is damaged", "", _AGAIN)
        return f"{', '.join(sample.title for sample in samples())}: all there, as published."

    return tried("Samples", read)


def browser_runtime() -> Line:
    """Whether what runs a model in a browser lies here, for web pages that work offline."""
    folder = web_runtime.named()
    if folder is None:
        told = "Only a model that leaves as a web page, for a place without a network, needs it."
        fix = (
            "To have it, once with a network: `python -m core.share.web_runtime FOLDER`, then "
            f"let `{web_runtime.VARIABLE}` name that folder"
        )
        return Line(_RUNTIME, Verdict.NOT_NEEDED, told, fix)

    def find() -> str:
        web_runtime.find(folder)
        return f"{web_runtime.PACKAGE} {web_runtime.VERSION} is here, and is laid into every page."

    return tried(_RUNTIME, find)


def address(port: int = PORT, served: str | None = None) -> Line:
    """Where other computers find First Light.

    Args:
        port: that it listens on, or will.
        served: the address that it listens at; None where it is not running here yet.
    """
    if served in _ALONE:
        told = "Only this computer reaches First Light. That is right where each works alone."
        fix = "To serve others too, start it with `make run ADDRESS=0.0.0.0`"
        return Line(_ADDRESS, Verdict.NOT_NEEDED, told, fix)
    if served is None and not _is_free(port):
        told = f"Port {port} is taken: First Light runs already, or another program has it."
        fix = f"End that, or take another: `make run PORT={port + 1}` and `--port {port + 1}` here"
        return Line(_ADDRESS, Verdict.NOT_READY, told, fix)
    hosts = own_addresses() if served is None or served in _ANYWHERE else [served]
    if not hosts:
        told = "This computer is in no network, and needs none to work alone."
        fix = "To serve others, join the network in which they are"
        return Line(_ADDRESS, Verdict.NOT_NEEDED, told, fix)
    places = ", ".join(f"http://{host}:{port}" for host in hosts)
    start = "" if served is not None else "After `make run ADDRESS=0.0.0.0`, "
    told = (
        f"{start}{'others' if start else 'Others'} in the same network open {places}. Try that "
        "from one of them: a firewall may stand between."
    )
    return Line(_ADDRESS, Verdict.READY, told)


def own_addresses() -> list[str]:
    """The IPv4 addresses by which others in the network may reach this computer."""
    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    return [
        each.address
        for name, found in sorted(psutil.net_if_addrs().items())
        if name in up
        for each in found
        if each.family == socket.AF_INET and not each.address.startswith(("127.", "169.254."))
    ]


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("", port)).close()
    except OSError:
        return False
    return True
