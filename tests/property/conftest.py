"""How hypothesis works here: few examples a test, and no clock, since machines may be busy."""

from hypothesis import settings

settings.register_profile("first-light", deadline=None, max_examples=60)
settings.load_profile("first-light")
