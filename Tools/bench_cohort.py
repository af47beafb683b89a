"""Cases per second of `segsh cohort` beside a Python pipeline with the same model, on X-rays of the same size, in turns.

    Tools/bench-cohort [--cases 1000] [--size 1024] [--distinct 100] [--rounds 3] [--threads 1 2] [--growth 100 1000]

The pipeline is what a researcher writes: OpenCV reads the PNG and reduces it by area means, percentiles normalize it, the network runs on it and on its
mirror image, each lung is reduced to its largest component without holes, the probabilities are enlarged to the X-ray and thresholded, and a row goes
into a CSV file. It runs in three forms: ONNX Runtime with all cores in one process, ONNX Runtime in one process per core, and PyTorch with all cores.
Each form runs once per round, one after the other; a row of the table gives the median of the rounds. Prints Markdown.
"""
import argparse
import csv
import multiprocessing
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER / "fixtures"))
SIDE = 256
SCRIPT = 'seglang 1\nparam xray: Path "X-ray"\nload (xray) | segment | severity\n'


# MARK: the Python pipeline


def network(model):
    import torch
    from reference_lite0 import UnetLite0
    from safetensors.torch import load_file

    state = {name: tensor.float() for name, tensor in load_file(model).items() if not name.startswith("severity.")}
    net = UnetLite0(1, 3, 32)
    missing, unexpected = net.load_state_dict(state, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    assert not missing and not unexpected, (missing[:4], unexpected[:4])
    net.eval()

    class Logits(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.net = net

        def forward(self, x):
            out = self.net(x)
            return out[0] if isinstance(out, (tuple, list)) else out

    return Logits().eval()


def export(model, path):
    import warnings

    import torch

    warnings.simplefilter("ignore")
    torch.onnx.export(network(model), (torch.zeros(2, 1, SIDE, SIDE),), str(path), input_names=["x"], opset_version=17, dynamo=False)


def onnx_predictor(path, threads):
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads, settings.log_severity_level = threads, 3
    session = onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
    return lambda x: session.run(None, {"x": x})[0]


def torch_predictor(model, threads):
    import torch

    torch.set_num_threads(threads)
    net = network(model)

    def predict(x):
        with torch.inference_mode():
            return net(torch.from_numpy(x)).numpy()

    return predict


def measured(path, predict):
    """The share of the lungs that is opaque, in percent."""
    import cv2
    import numpy as np

    image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED).astype(np.float32)
    height, width = image.shape
    small = cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    low, high = np.percentile(small, [1, 99])
    x = np.clip((small - low) / max(high - low, 1e-6), 0, 1) * 2 - 1
    logits = predict(np.stack([x, x[:, ::-1]])[:, None].astype(np.float32))
    p = 1 / (1 + np.exp(-logits))
    flipped = p[1][:, :, ::-1]
    # In the mirror image the lungs change places.
    p = (p[0] + flipped[[1, 0, 2]]) / 2
    lungs = np.zeros((SIDE, SIDE), bool)
    for lung in range(2):
        mask = (p[lung] >= 0.5).astype(np.uint8)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
        if count < 2:
            continue
        mask = (labels == 1 + np.argmax(stats[1:, cv2.CC_STAT_AREA])).astype(np.uint8)
        contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(mask, contours, -1, 1, cv2.FILLED)
        lungs |= mask.astype(bool)
    field = cv2.resize(lungs.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR) >= 0.5
    opacity = (cv2.resize(p[2], (width, height), interpolation=cv2.INTER_LINEAR) >= 0.6) & field
    return 100 * opacity.sum() / max(field.sum(), 1)


PREDICT = None


def start_worker(path):
    global PREDICT
    import cv2

    cv2.setNumThreads(1)
    PREDICT = onnx_predictor(path, 1)


def worker(path):
    return measured(path, PREDICT)


def pipeline(options):
    """Measures the files of a folder and writes a CSV."""
    files = sorted(options.folder.glob("*.png"))
    if options.pipeline == "processes":
        with multiprocessing.get_context("spawn").Pool(options.cores, start_worker, [str(options.network)]) as pool:
            values = pool.map(worker, files, chunksize=4)
    else:
        onnx = options.pipeline == "onnx"
        predict = onnx_predictor(str(options.network), options.cores) if onnx else torch_predictor(options.model, options.cores)
        values = [measured(path, predict) for path in files]
    with open(options.out, "w", newline="") as file:
        csv.writer(file).writerows([["case", "percent"]] + [[path.name, value] for path, value in zip(files, values)])


# MARK: the driver


def timed(command, variables={}):
    start = time.perf_counter()
    done = subprocess.run(list(map(str, command)), env=os.environ | variables, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode not in (0, 4):
        sys.exit(f"failed: {' '.join(map(str, command))}\n{done.stderr}")
    return time.perf_counter() - start


def peak(command):
    """The most memory that a command held, in MiB."""
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    return usage.ru_maxrss / 1024


def make_xrays(options, folder):
    """`cases` files, of which `distinct` differ: the others are copies, which are read and computed like the rest."""
    folder.mkdir()
    distinct = min(options.distinct, options.cases)
    for seed in range(distinct):
        subprocess.run([options.segsh, "phantom", folder / f"p{seed:06d}.png", "--seed", str(seed + 1), "--size", str(options.size)], check=True)
    for number in range(distinct, options.cases):
        shutil.copy(folder / f"p{number % distinct:06d}.png", folder / f"p{number:06d}.png")


def part(xrays, folder, count):
    """The first files of a folder, as links."""
    folder.mkdir()
    for path in sorted(xrays.glob("*.png"))[:count]:
        os.link(path, folder / path.name)
    return folder


def own(options, xrays, out, threads):
    shutil.rmtree(out, ignore_errors=True)
    return [options.segsh, "cohort", out.parent / "measure.seg", "--cases", xrays, "--out", out, "--threads", threads, "--progress", "none", "--names"]


def percents(path):
    with open(path, newline="") as file:
        return {row["case"]: float(row["percent"]) for row in csv.DictReader(file)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segsh", type=pathlib.Path)
    parser.add_argument("--model", type=pathlib.Path, default=FOLDER.parent / "Models/default.safetensors")
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--distinct", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cores", type=int, default=os.cpu_count())
    parser.add_argument("--threads", type=int, nargs="+", default=sorted({1, os.cpu_count()}))
    parser.add_argument("--growth", type=int, nargs="*", default=[100, 1000])
    parser.add_argument("--pipeline", choices=["onnx", "processes", "torch"])
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--network", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path)
    options = parser.parse_args()
    if options.pipeline:
        return pipeline(options)
    options.segsh = options.segsh.resolve()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        make_xrays(options, scratch / "xrays")
        (scratch / "measure.seg").write_text(SCRIPT)
        onnx = scratch / "model.onnx"
        exporter = multiprocessing.get_context("spawn").Process(target=export, args=(options.model, onnx))
        exporter.start()
        exporter.join()
        assert exporter.exitcode == 0
        forms = {"ONNX Runtime, all cores": "onnx", "ONNX Runtime, one process per core": "processes", "PyTorch, all cores": "torch"}
        seconds = {f"segsh, {threads} thread{'s' if threads > 1 else ''}": [] for threads in options.threads} | {name: [] for name in forms}
        for _ in range(options.rounds):
            for threads in options.threads:
                name = f"segsh, {threads} thread{'s' if threads > 1 else ''}"
                seconds[name].append(timed(own(options, scratch / "xrays", scratch / "own", threads)))
            for name, form in forms.items():
                seconds[name].append(timed([
                    sys.executable, __file__, "--pipeline", form, "--folder", scratch / "xrays", "--network", onnx, "--model", options.model,
                    "--cores", options.cores, "--out", scratch / f"{form}.csv"]))
        best = f"segsh, {options.threads[-1]} thread{'s' if options.threads[-1] > 1 else ''}"
        print(f"{options.cases} X-rays of {options.size}x{options.size}, {options.cores} cores, {options.rounds} rounds\n")
        print(f"| program | cases/s | time as a multiple of {best} (least to most) |\n| --- | ---: | ---: |")
        for name, times in seconds.items():
            ratios = [time / reference for time, reference in zip(times, seconds[best])]
            print(f"| {name} | {options.cases / statistics.median(times):.1f} | {statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f}) |")
        mine, theirs = percents(scratch / "own/results.csv"), percents(scratch / "onnx.csv")
        differences = [abs(mine[case] - theirs[case]) for case in mine]
        print(f"\nPercent opaque, segsh and pipeline: mean absolute difference {statistics.mean(differences):.2f} points, most {max(differences):.2f}\n")
        print("| cases | cases/s | peak memory in MiB |\n| ---: | ---: | ---: |")
        for count in [count for count in options.growth if count <= options.cases]:
            folder = part(scratch / "xrays", scratch / f"first-{count}", count)
            elapsed = timed(own(options, folder, scratch / "own", options.threads[-1]))
            print(f"| {count} | {count / elapsed:.1f} | {peak(own(options, folder, scratch / 'own', options.threads[-1])):.0f} |")


if __name__ == "__main__":
    main()
