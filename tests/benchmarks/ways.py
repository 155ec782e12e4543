"""What each engine does with the images, in each of its ways: threads, streams, batches.

A way of one stream computes a batch on two threads. A way of two streams computes two batches
side by side on one thread each; there each stream decodes its own images. Every way gets
loaders, which decode an image when they are called, and returns the features in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from threading import local
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from core.ml.convert import Converted

THREADS = 2
Loader = Callable[[], NDArray[np.uint8]]
Batch = NDArray[np.float32]
Compute = Callable[[Batch], Batch]


class Engine:
    """An engine; ``ways`` names what it can be measured at, the index is the way."""

    ways: ClassVar[tuple[str, ...]] = ()

    def features(self, way: int, loaders: Sequence[Loader]) -> Batch:
        """The features of all images, in order: (images, width) float32."""
        raise NotImplementedError


def stacked(loaders: Sequence[Loader]) -> Batch:
    """Load images one after the other: (images, size, size, 3) float32."""
    return np.stack([load() for load in loaders]).astype(np.float32)


def batches(loaders: Sequence[Loader], size: int) -> list[Sequence[Loader]]:
    return [loaders[start : start + size] for start in range(0, len(loaders), size)]


def ahead(loaders: Sequence[Loader], size: int) -> Iterator[Batch]:
    """Batches for one stream; two threads load the next while the engine computes."""
    groups = batches(loaders, size)
    with ThreadPoolExecutor(THREADS) as pool:
        waiting = [pool.submit(load) for load in groups[0]]
        for following in [*groups[1:], []]:
            batch = np.stack([future.result() for future in waiting]).astype(np.float32)
            waiting = [pool.submit(load) for load in following]
            yield batch


def in_streams(compute: Compute, loaders: Sequence[Loader], size: int) -> Batch:
    """Two threads, each of which loads a batch and computes it."""
    with ThreadPoolExecutor(THREADS) as pool:
        parts = pool.map(lambda group: compute(stacked(group)), batches(loaders, size))
        return np.concatenate(list(parts))


def in_one(compute: Compute, loaders: Sequence[Loader], size: int) -> Batch:
    """One batch after the other."""
    return np.concatenate([compute(batch) for batch in ahead(loaders, size)])


class FirstLight(Engine):
    """What First Light itself runs."""

    ways = ("as it is",)

    def __init__(self, backbone: Path, onnx: Path) -> None:
        from core.ml.features import extractor

        self._extract = extractor(Converted(backbone), threads=THREADS)

    def features(self, way: int, loaders: Sequence[Loader]) -> Batch:
        return np.stack(list(self._extract(loaders)))


class KerasPredict(Engine):
    """``Model.predict`` in its usual batches."""

    ways = ("batch 32",)

    def __init__(self, backbone: Path, onnx: Path) -> None:
        self._model = _keras_model(backbone)

    def features(self, way: int, loaders: Sequence[Loader]) -> Batch:
        with ThreadPoolExecutor(THREADS) as pool:
            images = np.stack(list(pool.map(lambda load: load(), loaders))).astype(np.float32)
        return np.asarray(self._model.predict(images, batch_size=32, verbose=0))


class TensorFlowFunction(Engine):
    """The model traced once by ``tf.function``."""

    ways = ("batch 8", "batch 32")
    _sizes = (8, 32)

    def __init__(self, backbone: Path, onnx: Path) -> None:
        import tensorflow as tf

        model = _keras_model(backbone)
        spec = tf.TensorSpec((None, *model.input_shape[1:]), tf.float32)
        function = tf.function(lambda images: model(images, training=False), input_signature=[spec])
        self._compute: Compute = lambda batch: function(tf.constant(batch)).numpy()

    def features(self, way: int, loaders: Sequence[Loader]) -> Batch:
        return in_one(self._compute, loaders, self._sizes[way])


class OnnxRuntime(Engine):
    """ONNX Runtime, its CPU provider and all of its graph optimisations."""

    ways = (
        *("batch 1", "batch 8", "batch 32"),
        *("2 streams, batch 1", "2 streams, batch 4"),
    )
    _sizes = (1, 8, 32, 1, 4)
    _streams = (1, 1, 1, 2, 2)

    def __init__(self, backbone: Path, onnx: Path) -> None:
        import onnxruntime

        if not onnx.is_file():
            raise FileNotFoundError("the model could not be written as ONNX")
        self._onnx = onnx
        self._library = onnxruntime
        self._computes: dict[int, Compute] = {}

    def features(self, way: int, loaders: Sequence[Loader]) -> Batch:
        if way not in self._computes:
            self._computes[way] = self._session(self._streams[way])
        compute = in_one if self._streams[way] == 1 else in_streams
        return compute(self._computes[way], loaders, self._sizes[way])

    def _session(self, streams: int) -> Compute:
        options = self._library.SessionOptions()
        options.intra_op_num_threads = THREADS // streams
        options.graph_optimization_level = self._library.GraphOptimizationLevel.ORT_ENABLE_ALL
        # Waiting threads would go on spinning while other engines have their turn
        options.add_session_config_entry("session.intra_op.allow_spinning", "1")
        options.add_session_config_entry("session.force_spinning_stop", "1")
        session = self._library.InferenceSession(
            self._onnx, options, providers=["CPUExecutionProvider"]
        )
        name = session.get_inputs()[0].name
        return lambda batch: session.run(None, {name: batch})[0]


class LiteRT(Engine):
    """LiteRT with XNNPACK, in other ways than First Light uses it."""

    ways = (
        *("batch 1", "batch 4", "batch 8", "batch 32"),
        *("2 streams, batch 1", "2 streams, batch 4", "2 streams, batch 8"),
    )
    _sizes = (1, 4, 8, 32, 1, 4, 8)
    _streams = (1, 1, 1, 1, 2, 2, 2)

    def __init__(self, backbone: Path, onnx: Path) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._make = Interpreter
        self._content = Converted(backbone).litert.read_bytes()
        self._computes: dict[int, list[Compute]] = {}

    def features(self, way: int, loaders: Sequence[Loader]) -> Batch:
        size, streams = self._sizes[way], self._streams[way]
        if way not in self._computes:
            self._computes[way] = [self._interpreter(way) for _ in range(streams)]
        if streams == 1:
            return in_one(self._computes[way][0], loaders, size)
        free = SimpleQueue[Compute]()
        for each in self._computes[way]:
            free.put(each)
        own = local()

        def compute(batch: Batch) -> Batch:
            if not hasattr(own, "compute"):
                own.compute = free.get()
            found: Batch = own.compute(batch)
            return found

        return in_streams(compute, loaders, size)

    def _interpreter(self, way: int) -> Compute:
        interpreter = self._make(
            model_content=self._content, num_threads=THREADS // self._streams[way]
        )
        source = interpreter.get_input_details()[0]
        interpreter.resize_tensor_input(source["index"], [self._sizes[way], *source["shape"][1:]])
        interpreter.allocate_tensors()
        target = interpreter.get_output_details()[0]

        def compute(batch: Batch) -> Batch:
            interpreter.set_tensor(source["index"], batch)
            interpreter.invoke()
            found: Batch = interpreter.get_tensor(target["index"])
            return found

        return compute


class OpenVINO(Engine):
    """OpenVINO for latency (one stream) and for throughput (two), in true float32."""

    ways = (
        *("latency, batch 1", "latency, batch 8", "latency, batch 32"),
        *("throughput, 2 streams, batch 1", "throughput, 2 streams, batch 4"),
    )
    _sizes = (1, 8, 32, 1, 4)
    _streams = (1, 1, 1, 2, 2)
    _precision = "f32"

    def __init__(self, backbone: Path, onnx: Path) -> None:
        import openvino

        self._library = openvino
        self._core = openvino.Core()
        if self._precision == "bf16" and "BF16" not in self._core.get_property(
            "CPU", "OPTIMIZATION_CAPABILITIES"
        ):
            raise RuntimeError("this processor has no bfloat16")
        self._file = onnx if onnx.is_file() else Converted(backbone).litert  # it reads both
        self._compiled: dict[int, Any] = {}

    def features(self, way: int, loaders: Sequence[Loader]) -> Batch:
        if way not in self._compiled:
            self._compiled[way] = self._compile(way)
        model, size = self._compiled[way], self._sizes[way]
        if self._streams[way] == 1:
            request = model.create_infer_request()
            return in_one(lambda batch: request.infer([batch])[0].copy(), loaders, size)
        queue = self._library.AsyncInferQueue(model, self._streams[way])
        found: dict[int, Batch] = {}

        def take(request: Any, number: int) -> None:
            found[number] = request.get_output_tensor(0).data.copy()

        queue.set_callback(take)
        for number, batch in enumerate(ahead(loaders, size)):
            queue.start_async([batch], number)
        queue.wait_all()
        return np.concatenate([found[number] for number in sorted(found)])

    def _compile(self, way: int) -> Any:
        model = self._core.read_model(self._file)
        model.reshape([self._sizes[way], *list(model.inputs[0].partial_shape)[1:]])
        hint = "LATENCY" if self._streams[way] == 1 else "THROUGHPUT"
        settings = {
            "PERFORMANCE_HINT": hint,
            "INFERENCE_PRECISION_HINT": self._precision,
            "INFERENCE_NUM_THREADS": THREADS,
            "NUM_STREAMS": self._streams[way],
        }
        return self._core.compile_model(model, "CPU", settings)


class OpenVINOShort(OpenVINO):
    """OpenVINO as it chooses itself where the processor can: in bfloat16, other numbers."""

    _precision = "bf16"


def _keras_model(backbone: Path) -> Any:
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(THREADS)
    import keras

    return keras.saving.load_model(Converted(backbone).keras, compile=False)


ENGINES: dict[str, Callable[[Path, Path], Engine]] = {
    "First Light": FirstLight,
    "keras predict": KerasPredict,
    "tf.function": TensorFlowFunction,
    "ONNX Runtime": OnnxRuntime,
    "OpenVINO": OpenVINO,
    "LiteRT": LiteRT,
    "OpenVINO bf16": OpenVINOShort,
}
