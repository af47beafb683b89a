"""check_onnx.py MODEL.onnx SEGSH WEIGHTS [IMAGE.npy PROBABILITY.npy]

Compares an exported model in ONNX Runtime with the probabilities of segsh: on noise through `segsh model run`, and, where an image of the model's size
and the opacity probability that `segment` computed for it are given, with the preparation that the file describes. Prints the largest differences and ends
with an error where one exceeds 1e-4.
"""

import os
import subprocess
import sys
import tempfile

import numpy
import onnx
import onnxruntime

path, segsh, weights, *pair = sys.argv[1:]
LIMIT = 1e-4
model = onnx.load(path)
onnx.checker.check_model(model, full_check=True)
notes = {entry.key: entry.value for entry in model.metadata_props}
side = int(notes["input_size"])
session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
print("operator set", model.opset_import[0].version, "inputs", [(i.name, i.shape, i.type) for i in session.get_inputs()])


def logits(array):
    """The plain network's output, by segsh."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "in.npy"), os.path.join(folder, "out.npy")
        numpy.save(source, numpy.ascontiguousarray(array))
        subprocess.run([segsh, "model", "run", weights, "--input", source, "--output", target], check=True)
        return numpy.load(target)


def sigmoid(values):
    return 1 / (1 + numpy.exp(-values.astype(numpy.float64)))


def compare(name, found, expected):
    difference = float(numpy.abs(found - expected).max())
    print(f"{name}: largest difference {difference:.2e}, probabilities {expected.min():.3f} to {expected.max():.3f}")
    if not difference < LIMIT or expected.max() - expected.min() < 0.01:
        sys.exit(f"{name}: {difference} is too much, or nothing was compared")


noise = numpy.random.default_rng(28).uniform(-1, 1, (2, 1, side, side)).astype(numpy.float32)
own = sigmoid(logits(noise))
other = sigmoid(logits(noise[..., ::-1]))[:, [1, 0, 2], :, ::-1]
compare("noise", session.run(["probabilities"], {"image": noise})[0], (own + other) / 2)

if pair:
    image, expected = (numpy.load(file) for file in pair)
    assert image.shape == (side, side), image.shape
    rows, columns = numpy.mgrid[:side, :side] + 0.5 - side / 2
    counted = image[rows**2 + columns**2 <= (side / 2) ** 2] if "ellipse" in notes["preprocessing"] else image.ravel()
    low, high = numpy.percentile(counted, [1, 99])
    prepared = (2 * numpy.clip((image - low) / (high - low), 0, 1) - 1).astype(numpy.float32)
    found = session.run(["probabilities"], {"image": prepared[None, None]})[0][0, 2]
    compare("image", found, expected)
