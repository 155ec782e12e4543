"""The only place that touches the session and the address line; both hold ids only.

The address names the project and the run, so that a reload, a bookmark or another browser
comes back to the same place. The session holds what is not worth a place in the address:
which uploader is in use, which cell of a table was opened.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from core import hosting
from core.hosting import GuestWorkspace, Visitor
from core.project import Project, Workspace

_PROJECT = "project"
_RUN = "run"
_TERM = "term"
_VISITOR = "visitor"
COOKIE = "firstlight_visitor"


def workspace() -> Workspace:
    """The projects of this visitor: on a hosted server one's own, else all that there are."""
    who = guest()
    return Workspace() if who is None else GuestWorkspace(who)


def guest() -> Visitor | None:
    """Who looks at this page; None where it is no hosted server.

    The browser keeps the secret in a cookie, see `core.ui.guests`; a new one stands in the session
    until the cookie does.
    """
    return hosting.visitor(token()) if hosting.is_hosted() else None


def token() -> str:
    """The visitor's secret: the session's, else the cookie's, else a new one."""
    known = st.session_state.get(_VISITOR) or st.context.cookies.get(COOKIE)
    if not isinstance(known, str) or hosting.visitor(known) is None:
        known = hosting.new_token()
    st.session_state[_VISITOR] = known
    return known


def forget_token() -> str:
    """Be a new visitor from now on; returns the new secret."""
    st.session_state[_VISITOR] = hosting.new_token()
    return str(st.session_state[_VISITOR])


def open_project() -> Project | None:
    """The project that the address names; None where it names none.

    Raises:
        ProjectProblem: there is no such project, or it cannot be read.
    """
    project_id = st.query_params.get(_PROJECT)
    return workspace().open(project_id) if project_id else None


def run_id() -> str | None:
    """The id of the run that the address names; it need not exist."""
    return st.query_params.get(_RUN) or None


def term() -> str | None:
    """The key of the term that the address asks the glossary for; it need not exist."""
    return st.query_params.get(_TERM) or None


def cookie(name: str) -> str | None:
    """What the browser kept under ``name`` when this session began."""
    value = st.context.cookies.get(name)
    return value if isinstance(value, str) else None


def choose_run(chosen: str | None) -> None:
    """Put a run into the address, or take it out."""
    if chosen:
        st.query_params[_RUN] = chosen
    else:
        st.query_params.pop(_RUN, None)


def close_project() -> None:
    """Take the project and the run out of the address."""
    st.query_params.pop(_PROJECT, None)
    choose_run(None)


def address(project: Project | None, run: str | None = None) -> dict[str, str]:
    """The parameters of a link that keeps the project, and the run where one is given."""
    found = {_PROJECT: project.id if project else None, _RUN: run}
    return {name: value for name, value in found.items() if value}


def uploader_key(name: str) -> str:
    """The key of the uploader ``name``; it changes with `renew_uploader`."""
    return f"{name}-{st.session_state.get(_generation(name), 0)}"


def renew_uploader(name: str) -> None:
    """Give the uploader ``name`` a new key, so that it forgets the file it holds."""
    st.session_state[_generation(name)] = st.session_state.get(_generation(name), 0) + 1


def _generation(name: str) -> str:
    return f"uploader-{name}"


def recall(name: str) -> str | None:
    """The id that was kept under ``name`` in this session."""
    value = st.session_state.get(f"kept-{name}")
    return value if isinstance(value, str) else None


def keep(name: str, value: str | None) -> None:
    """Keep an id under ``name`` for this session; None forgets it."""
    st.session_state[f"kept-{name}"] = value


def choose_widget(key: str, value: Any) -> None:
    """Set the choice of the widget under ``key``; to be called before it is drawn.

    What it holds already is not set again: the browser would take that for an order, and put the
    old value over what somebody has just typed.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def key_of(name: str, value: Any) -> str:
    """The key of a widget that shows a ``value`` which is kept elsewhere: pass both to it.

    It stays while the widget holds that value, and is another once the value came from elsewhere:
    a new widget begins with it. The state of the old one could be set as well, but that is an order
    to the browser, which is lost where the page runs again before the browser heard of it; the
    browser then shows the widget's least value, and sends that as if somebody had chosen it.
    """
    generation = int(st.session_state.get(f"generation-{name}", 0))
    key = f"{name}-{generation}"
    if key in st.session_state and st.session_state[key] != value:
        st.session_state[f"generation-{name}"] = generation + 1
        key = f"{name}-{generation + 1}"
    return key


def is_shown(key: str) -> bool:
    """Whether ``key``, of `key_of`, is that of the widget that was drawn last.

    A click that was under way while another one changed the value still tells of the widget before:
    what that says is no wish, and a callback should pass it over.
    """
    name, _, generation = key.rpartition("-")
    return str(st.session_state.get(f"generation-{name}", 0)) == generation


def widget_value(key: str) -> Any:
    """What the widget under ``key`` says; None where it is not drawn."""
    return st.session_state.get(key)
