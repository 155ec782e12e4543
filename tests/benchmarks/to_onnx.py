"""Write the converted backbone as ONNX: python -m tests.benchmarks.to_onnx FOLDER FILE."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import keras

from core.ml.convert import Converted

if __name__ == "__main__":
    warnings.simplefilter("ignore")  # Keras looks for np.object when it loads tf2onnx
    model = keras.saving.load_model(Converted(Path(sys.argv[1])).keras, compile=False)
    spec = keras.InputSpec(shape=model.input_shape, dtype="float32", name="image")
    model.export(sys.argv[2], format="onnx", verbose=False, input_signature=[spec])
