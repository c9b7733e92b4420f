"""Frame encoders: pictures to vectors of unit length."""

import numpy as np
import onnxruntime
from PIL import Image


class Network:
    """An ONNX model that takes the whole frame squeezed into its input, as the pipeline does it."""

    def __init__(self, model, mean=128.0, deviation=128.0):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0]
        self.mean, self.deviation = mean, deviation

    def values(self, picture):
        height, width = self.input.shape[2:]
        small = Image.fromarray(picture).resize((width, height), Image.Resampling.BILINEAR)
        return ((np.asarray(small, np.float32) - self.mean) / self.deviation).transpose(2, 0, 1)[None]

    def run(self, values):
        return self.session.run(None, {self.input.name: values})[0].ravel()

    def __call__(self, picture):
        return self.run(self.values(picture))


def colour_histogram(picture):
    """64 colours by the square roots of their shares, so that distances are Hellinger's."""
    levels = (picture.reshape(-1, 3) // 64).astype(int)
    return np.sqrt(np.bincount(levels @ [16, 4, 1], minlength=64))


def thumbnail(picture):
    """8x8 mean colours, less their mean."""
    small = np.asarray(Image.fromarray(picture).resize((8, 8), Image.Resampling.BOX), float)
    return (small - small.mean((0, 1))).ravel()


def embedded(encoder, pictures):
    vectors = np.array([encoder(picture) for picture in pictures], float)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
