"""Fill the cache of FIRSTLIGHT_HOME with the default backbone, and print its folder."""

from __future__ import annotations

from core.ml.convert import converted
from core.settings import TrainSettings

if __name__ == "__main__":
    backbone = TrainSettings().backbone
    print(converted(backbone, backbone.image_size).folder)
