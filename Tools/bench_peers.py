"""Times segsh beside PyTorch and ONNX Runtime: the same network, weights and input, in turns.

    Tools/bench-peers [--sizes 256x256 320x448 512x512] [--threads 2] [--rounds 5] [--repeats 10] [--width 64]
                      [--only rates forward shipped training latency growth] [--avx2]

With --avx2 nothing uses AVX-512: segsh by SEGSH_CPU, PyTorch by its variables, and ONNX Runtime, which has no such setting, in a copy whose test for
AVX-512 never succeeds.

Each program runs in a process of its own, one after the other, `rounds` times over; a row gives the median of all repeats, and the ratio as the
median over the rounds with its smallest and largest value. Prints Markdown tables.
"""
import argparse
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER / "fixtures"))
TORCH, CHANNELS_LAST, ONNX, OWN = "PyTorch", "PyTorch channels-last", "ONNX Runtime", "segsh"
PREPARE, EXPORT = "prepare", "export"


def side_by_side(text):
    height, _, width = text.partition("x")
    return int(height), int(width or height)


def memory(field):
    """A line of this process's memory status, in MiB."""
    for line in open("/proc/self/status"):
        if line.startswith(field):
            return int(line.split()[1]) / 1024
    return float("nan")


def clock(body, repeats):
    body()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        body()
        seconds.append(time.perf_counter() - start)
    return seconds


# MARK: what runs in a process of its own


def peer(options):
    """Times one peer on the inputs of the folder and prints seconds by size as JSON."""
    import numpy as np
    import torch

    from reference_unet import Unet

    torch.set_num_threads(options.threads)
    result = {}
    if options.peer == "training":
        net = Unet(1, 2, options.width).train()
        optimizer = torch.optim.AdamW(net.parameters(), 1e-4, weight_decay=1e-3)
        x, t = torch.randn(8, 1, options.side, options.side), torch.ones(8, 2, options.side, options.side)

        def step():
            z = net(x)[0]
            p = z.sigmoid()
            dice = (2 * (p * t).sum((2, 3)) + 1) / ((p + t).sum((2, 3)) + 1)
            loss = torch.nn.functional.binary_cross_entropy_with_logits(z, t) + 1 - dice.mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

        print(json.dumps(clock(step, options.repeats)))
        return
    net = None if options.peer == ONNX else load(options)
    for path in sorted(options.folder.glob("input-*.npy")):
        if options.size and path.stem != f"input-{options.size}":
            continue
        x = np.load(path)
        before = memory("VmRSS")
        if options.peer == ONNX:
            body = onnx_session(options.folder / f"{path.stem}.onnx", x, options.threads)
        else:
            tensor = torch.from_numpy(x)
            if options.peer == CHANNELS_LAST:
                net, tensor = net.to(memory_format=torch.channels_last), tensor.to(memory_format=torch.channels_last)
            body = lambda: net(tensor)
        with torch.inference_mode():
            result[path.stem[6:]] = clock(body, options.repeats)
        result["memory"] = memory("VmHWM") - before
    print(json.dumps(result))


def onnx_session(path, x, threads):
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads, settings.log_severity_level = threads, 3
    session = onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda: session.run(None, {name: x})


def load(options):
    from safetensors.torch import load_file

    from reference_unet import Unet

    net = Unet(1, 2, options.width)
    net.load_state_dict(load_file(options.folder / "weights.safetensors"), strict=False)
    return net.eval()


def prepare(options):
    """Writes weights, inputs, PyTorch's logits and networks for ONNX Runtime."""
    import warnings

    import numpy as np
    import torch
    from safetensors.torch import save_file

    from reference_unet import Unet, hashed

    torch.set_num_threads(options.threads)
    net = hashed(Unet(1, 2, options.width), 0).eval()
    state = {k: v for k, v in net.state_dict().items() if v.is_floating_point()}
    # So that activations stay about as large from layer to layer, as in a trained network.
    with torch.inference_mode():
        net.train()
        for _ in range(40):
            net(torch.rand(1, 1, 256, 256) * 2 - 1)
        net.eval()
    save_file(state, options.folder / "weights.safetensors")

    class Logits(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.net = net

        def forward(self, x):
            return self.net(x)[0]

    # The exporter runs the network itself and leaves it changed, so it comes last.
    inputs = {}
    for height, width in map(side_by_side, options.sizes):
        torch.manual_seed(height * width)
        x = inputs[f"{height}x{width}"] = torch.rand(1, 1, height, width) * 2 - 1
        np.save(options.folder / f"input-{height}x{width}.npy", x.numpy())
        with torch.inference_mode():
            np.save(options.folder / f"logits-{height}x{width}.npy", net(x)[0].numpy())
    if options.peer == EXPORT:
        warnings.simplefilter("ignore")
        for name, x in inputs.items():
            torch.onnx.export(
                Logits().eval(), (x,), str(options.folder / f"input-{name}.onnx"), input_names=["x"], opset_version=17, dynamo=False)


# MARK: the driver


def run(command, variables={}):
    """The output of a command, and the most memory that it held in MiB."""
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=os.environ | variables)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"failed: {' '.join(map(str, command))}")
    return output.decode(), usage.ru_maxrss / 1024


def prepared(options, sizes, part):
    """Has a process of its own prepare the folder: what a process holds when it starts another counts as that one's memory."""
    run([sys.executable, __file__, "--peer", part, "--width", options.width, "--threads", options.threads, "--folder", options.folder, "--sizes", *sizes])


def run_peer(options, name, **more):
    own = {"width": options.width, "threads": options.threads, "repeats": options.repeats, "folder": options.folder, "side": options.side} | more
    return json.loads(run([sys.executable, __file__, "--peer", name] + [a for k, v in own.items() for a in (f"--{k}", v)])[0])


def run_own(options, size, repeats, threads, batch_input=None, model=None):
    name = batch_input or options.folder / f"input-{size}.npy"
    text, peak = run([
        options.segsh, "model", "run", model or options.folder / "weights.safetensors", "--input", name, "--output", options.folder / "own.npy",
        "--repeats", repeats, "--threads", threads])
    timing = json.loads(text)
    return timing["median_s"], peak


def milliseconds(seconds):
    return f"{seconds * 1e3:.1f} ms"


def ratio(pairs):
    """How many times as long the peer takes: median over the rounds, smallest and largest."""
    ratios = [peer / own for own, peer in pairs]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"


def forward(options):
    import numpy as np

    names = ["%dx%d" % side_by_side(size) for size in options.sizes]
    prepared(options, names, EXPORT)
    peers = [ONNX, CHANNELS_LAST, TORCH]
    rounds = {name: {program: [] for program in [OWN] + peers} for name in names}
    difference = {}
    for _ in range(options.rounds):
        for program in peers:
            for name in names:
                rounds[name][OWN].append(run_own(options, name, options.repeats, options.threads)[0])
                found, expected = np.load(options.folder / "own.npy"), np.load(options.folder / f"logits-{name}.npy")
                difference[name] = (np.abs(found - expected).max(), np.abs(expected).max())
            times = run_peer(options, program)
            for name in names:
                rounds[name][program].append(statistics.median(times[name]))
    print(f"Forward pass, batch 1, {options.threads} threads, width {options.width}; ratio: peer / segsh, median (least-most) over {options.rounds} rounds.\n")
    print("| input | segsh | " + " | ".join(f"{p} | ratio" for p in peers) + " | largest difference of a logit |")
    print("| --- " * (3 + 2 * len(peers)) + "|")
    for name in names:
        own = rounds[name][OWN]
        cells = [name, milliseconds(statistics.median(own))]
        for index, program in enumerate(peers):
            # The run of segsh just before this peer's, in each round.
            cells += [milliseconds(statistics.median(rounds[name][program])), ratio(zip(own[index :: len(peers)], rounds[name][program]))]
        cells.append(f"{difference[name][0]:.1e} (logits up to {difference[name][1]:.1f})")
        print("| " + " | ".join(cells) + " |", flush=True)
    print()


def shipped(options):
    """The shipped model as `segment` runs it, on an image and its mirror image, beside its own export in ONNX Runtime."""
    import numpy as np
    import onnx

    model, exported = FOLDER.parent / "Models" / "default.safetensors", options.folder / "shipped.onnx"
    run([options.segsh, "model", "export", model, "--onnx", exported])
    graph = onnx.load(exported)
    names = ["%dx%d" % side_by_side(size) for size in options.sizes]
    for name in names:
        height, width = side_by_side(name)
        for value in list(graph.graph.input) + list(graph.graph.output):
            value.type.tensor_type.shape.dim[2].dim_value, value.type.tensor_type.shape.dim[3].dim_value = height, width
        onnx.save(graph, options.folder / f"input-{name}.onnx")
        x = np.random.default_rng(height * width).random((1, 1, height, width), np.float32) * 2 - 1
        np.save(options.folder / f"input-{name}.npy", x)
        np.save(options.folder / f"both-{name}.npy", np.concatenate([x, x[..., ::-1]]))
    own, other = {name: [] for name in names}, {name: [] for name in names}
    for _ in range(options.rounds):
        for name in names:
            own[name].append(run_own(options, name, options.repeats, options.threads, options.folder / f"both-{name}.npy", model)[0])
        times = run_peer(options, ONNX)
        for name in names:
            other[name].append(statistics.median(times[name]))
    print(f"The shipped model on an image and its mirror image, {options.threads} threads; ratio: ONNX Runtime / segsh, median (least-most) "
          f"over {options.rounds} rounds.\n\n| input | segsh | ONNX Runtime | ratio |\n| --- | --- | --- | --- |")
    for name in names:
        seconds = map(statistics.median, (own[name], other[name]))
        print("| " + " | ".join([name, *map(milliseconds, seconds), ratio(zip(own[name], other[name]))]) + " |", flush=True)
    print()


def rates(options):
    """What the machine itself can do, and the share of it that a forward pass reaches."""
    names = ["%dx%d" % side_by_side(size) for size in options.sizes]
    prepared(options, names, PREPARE)
    machine = json.loads(run([sys.executable, __file__, "--peer", "rates", "--threads", options.threads, "--width", options.width, "--sizes", *names],
                             {"OPENBLAS_NUM_THREADS": str(options.threads), "OMP_NUM_THREADS": str(options.threads)})[0])
    print(f"This machine, {options.threads} threads, best of several: sgemm (OpenBLAS, 2048³) {machine['sgemm'] / 1e9:.0f} GFLOP/s; "
          f"memory, copying 512 MiB {machine['copy'] / 1e9:.1f} GB/s (read and written).\n")
    print(f"Forward pass, width {options.width}, best of {options.rounds} runs: rate by direct convolution's operations, and by those that Winograd leaves.\n")
    print("| input | time | operations | rate | operations left | rate | share of sgemm's |\n| --- | --- | --- | --- | --- | --- | --- |")
    for name in names:
        seconds = min(run_own(options, name, options.repeats, options.threads)[0] for _ in range(options.rounds))
        direct, left = machine["operations"][name]
        print(f"| {name} | {milliseconds(seconds)} | {direct / 1e9:.1f} GFLOP | {direct / seconds / 1e9:.0f} GFLOP/s | {left / 1e9:.1f} GFLOP "
              f"| {left / seconds / 1e9:.0f} GFLOP/s | {left / seconds / machine['sgemm']:.0%} |", flush=True)
    print()


def machine_rates(options):
    """Prints the machine's rates, and the floating-point operations of a forward pass: by direct convolution, and where F(4×4, 3×3) takes its place."""
    import numpy as np
    import torch

    from reference_unet import Unet

    a, b = np.random.rand(2, 2048, 2048).astype(np.float32)
    result = {"sgemm": 2 * 2048**3 / min(clock(lambda: a @ b, 8))}
    source, target = np.ones(1 << 27, np.float32), np.empty(1 << 27, np.float32)
    result["copy"] = 2 * source.nbytes / min(clock(lambda: np.copyto(target, source), 5))
    net, operations = Unet(1, 2, options.width).eval(), {}

    def count(layer, inputs, output):
        taps = layer.kernel_size[0] ** 2
        own = 2 * output.numel() * layer.in_channels * taps
        tiles = -(-output.shape[2] // 4) * -(-output.shape[3] // 4)
        is_transformed = taps == 9 and layer.stride[0] == 1 and tiles >= 12
        total[0] += own
        total[1] += 2 * tiles * 36 * layer.in_channels * layer.out_channels if is_transformed else own

    for layer in net.modules():
        if isinstance(layer, torch.nn.Conv2d):
            layer.register_forward_hook(count)
    with torch.inference_mode():
        for name in options.sizes:
            total = [0, 0]
            net(torch.zeros(1, 1, *side_by_side(name)))
            operations[name] = total
    print(json.dumps(result | {"operations": operations}))


def latency(options):
    """The whole line from a file to a severity, process start included, beside the forward pass of the shipped model."""
    models = FOLDER.parent / "Models"
    picture = options.folder / "chest.png"
    run([options.segsh, "-c", f'(phantom size=1024 seed=1).image | save "{picture}"'])
    line = [options.segsh, "-c", f'load "{picture}" | segment | severity', "--threads", options.threads]
    run(line)
    import numpy as np

    np.save(options.folder / "input-square.npy", np.random.default_rng(0).random((1, 1, 256, 256), np.float32))
    starts, whole, forward = [], [], []
    for _ in range(max(10, options.rounds * 3)):
        for command, times in (([options.segsh, "--version"], starts), (line, whole)):
            begin = time.perf_counter()
            _, peak = run(command)
            times.append(time.perf_counter() - begin)
    for _ in range(options.rounds):
        forward.append(run_own(options, "square", 20, options.threads, model=models / "default.safetensors")[0])
    start, total, once = map(statistics.median, (starts, whole, forward))
    print(f"`load | segment | severity`, 1024x1024, {options.threads} threads, process start included: {milliseconds(total)} (least {milliseconds(min(whole))}), "
          f"{peak:.0f} MiB; `--version` {milliseconds(start)}. The shipped model's forward pass: {milliseconds(once)}, of which `segment` makes two "
          f"(the picture and its mirror image): {total / once:.1f} forward passes, {total / (2 * once):.1f} pairs.\n", flush=True)


def training(options):
    own, other = [], []
    for _ in range(options.rounds):
        text, _ = run([options.segsh, "bench", "unet-resnet18-train-step", "--size", options.side, "--threads", options.threads, "--json"])
        own.append(json.loads(text)["median_s"])
        other.append(statistics.median(run_peer(options, "training", repeats=3, width=64)))
    print(f"Training step (forward, loss, backward, AdamW), batch 8, {options.side}x{options.side}, {options.threads} threads, width 64.\n")
    print("| segsh | PyTorch | ratio |\n| --- | --- | --- |")
    print(f"| {milliseconds(statistics.median(own))} | {milliseconds(statistics.median(other))} | {ratio(zip(own, other))} |\n", flush=True)


def growth(options):
    import numpy as np

    sides = options.growth
    prepared(options, [f"{s}x{s}" for s in sides], PREPARE)
    print(f"Forward pass by size, batch and threads, width {options.width}: time a pass, and the most memory that the process held.\n")
    print("| input | batch | 1 thread | 2 threads | memory | PyTorch's memory (activations alone) |\n| --- | --- | --- | --- | --- | --- |")
    for side in sides:
        x = np.load(options.folder / f"input-{side}x{side}.npy")
        for batch in options.batches:
            many = options.folder / "many.npy"
            np.save(many, np.repeat(x, batch, axis=0))
            times = [run_own(options, None, 3, threads, many) for threads in (1, 2)]
            peer = "" if batch > 1 else f"{run_peer(options, TORCH, size=f'{side}x{side}', repeats=1)['memory']:.0f} MiB"
            print(f"| {side}x{side} | {batch} | {milliseconds(times[0][0])} | {milliseconds(times[1][0])} | {times[1][1]:.0f} MiB | {peer} |", flush=True)
    print()


def without_avx512(folder):
    """Limits every program that is started from here on to AVX2; `folder` receives a copy of ONNX Runtime."""
    import onnxruntime

    # Where the library chooses its kernels: test $0x10000 (AVX512F), %r10d; je over that branch. The second form jumps always.
    tested, skipped = bytes.fromhex("41f7c200000100740e"), bytes.fromhex("41f7c200000100eb0e")
    shutil.copytree(pathlib.Path(onnxruntime.__file__).parent, folder / "onnxruntime")
    library = next((folder / "onnxruntime" / "capi").glob("onnxruntime_pybind11_state*.so"))
    code = library.read_bytes()
    if code.count(tested) != 1:
        sys.exit(f"ONNX Runtime {onnxruntime.__version__} tests for AVX-512 in another way than version 1.32.0; --avx2 must be adapted to it.")
    library.write_bytes(code.replace(tested, skipped))
    os.environ |= {
        "SEGSH_CPU": "avx2", "ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))}


def machine():
    from importlib.metadata import version

    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    print(f"{model}, {os.cpu_count()} cores; PyTorch {version('torch')}, ONNX Runtime {version('onnxruntime')}; load {os.getloadavg()[0]:.1f}.\n", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segsh", type=pathlib.Path, default="segsh")
    parser.add_argument("--sizes", nargs="*", default=["256x256", "320x448", "512x512"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--side", type=int, default=256, help="side of the training step's pictures")
    parser.add_argument("--growth", type=int, nargs="*", default=[256, 512, 768, 1024])
    parser.add_argument("--batches", type=int, nargs="*", default=[1, 4, 8])
    parts = {"rates": rates, "forward": forward, "shipped": shipped, "training": training, "latency": latency, "growth": growth}
    parser.add_argument("--only", nargs="*", choices=parts, default=list(parts))
    parser.add_argument("--avx2", action="store_true", help="no program uses AVX-512")
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    parser.add_argument("--size", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=pathlib.Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer in (PREPARE, EXPORT):
        return prepare(options)
    if options.peer == "rates":
        return machine_rates(options)
    if options.peer:
        return peer(options)
    machine()
    with tempfile.TemporaryDirectory() as limited:
        if options.avx2:
            without_avx512(pathlib.Path(limited))
            print("Every program limited to AVX2.\n")
        for part in options.only:
            with tempfile.TemporaryDirectory() as folder:
                options.folder = pathlib.Path(folder)
                parts[part](options)


main()
