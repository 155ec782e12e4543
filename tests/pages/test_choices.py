"""What was chosen stays chosen, whatever comes in between."""

from __future__ import annotations

from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest


def box() -> None:
    import streamlit as st

    from core.ui.choice import from_box

    number = st.session_state.get("number", 12)
    options = {"blue": "blue (3)", "red": f"red ({number})"}
    st.markdown(from_box("Show the images", options, "colour"))


def shown(app: AppTest) -> tuple[str, bool]:
    """What is chosen, and whether the browser is told so."""
    return str(app.markdown[0].value), bool(app.selectbox[0].proto.set_value)


def test_a_choice_whose_name_changes_is_told_to_the_browser() -> None:
    app = AppTest.from_function(box, default_timeout=30).run()
    app.selectbox[0].set_value("red").run()
    assert shown(app) == ("red", False)
    app.session_state["number"] = 10
    app.run()
    assert shown(app) == ("red", True)
    assert app.selectbox[0].proto.raw_value == "red (10)"
    app.run()
    assert shown(app) == ("red", False)


def slider() -> None:
    import streamlit as st

    from core.ui import state

    stored = st.session_state.setdefault("stored", 0.3)
    key = state.key_of("strength", stored)

    def take() -> None:
        if state.is_shown(key):
            st.session_state["stored"] = state.widget_value(key)

    st.slider("Strength", 0.0, 1.0, stored, key=key, on_change=take)


def test_a_widget_that_another_click_replaced_has_no_say_any_more() -> None:
    app = AppTest.from_function(slider, default_timeout=30).run()
    app.slider[0].set_value(0.4).run()
    assert app.session_state["stored"] == 0.4
    before = app.slider[0].id
    app.session_state["stored"] = 0.05  # by a preset, say
    app.run()
    assert app.slider[0].id != before
    late = WidgetState(id=before)
    late.double_array_value.data.append(0.4)
    told = app._tree.get_widget_states()
    told.widgets.append(late)
    app._run(told)
    assert app.session_state["stored"] == 0.05
    assert app.slider[0].value == 0.05
