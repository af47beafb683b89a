"""Talks to the kernel as a client does, and as a client must not: prints a line per check and ends with an error at the first that fails."""

import hashlib
import hmac
import json
import os
import signal
import struct
import sys
import time
import zlib
import base64

import zmq
from jupyter_client.manager import KernelManager

WAIT = 120
# A test runner's threads may block the signal, and children inherit that.
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def check(name, condition, found=None):
    if not condition:
        sys.exit(f"FAILED {name}: {found!r}")
    print("ok", name)


class Kernel:
    """A kernel with its client."""

    def __init__(self):
        self.manager = KernelManager(kernel_name="segsh")
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=WAIT)

    def reply(self, request):
        while True:
            message = self.client.get_shell_msg(timeout=WAIT)
            if message["parent_header"].get("msg_id") == request:
                return message["content"]

    def outputs(self, request):
        """What was published for a request, until the kernel was idle."""
        messages = []
        while True:
            message = self.client.get_iopub_msg(timeout=WAIT)
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return messages
            if message["msg_type"] not in ("status", "execute_input"):
                messages.append((message["msg_type"], message["content"]))

    def run(self, code, **options):
        request = self.client.execute(code, **options)
        reply = self.reply(request)
        return reply, self.outputs(request)

    def text(self, code):
        """What a cell wrote and showed, as text."""
        reply, outputs = self.run(code)
        check(f"`{code}` runs", reply["status"] == "ok", reply)
        return "".join(content["text"] if kind == "stream" else content["data"]["text/plain"] + "\n" for kind, content in outputs)


kernel = Kernel()
run, text = kernel.run, kernel.text

# Results

check("a result has the prompt's line", text("1 + 2") == "_1 Number 3\n")
check("a name has the prompt's line, and only the value without one is the result", text("x = 4; x * 2") == "x = _2 Number 4\n_3 Number 8\n")
check("printed text is a stream", run('print "a"')[1] == [("stream", {"name": "stdout", "text": "a\n"})])

data, metadata = (run("phantom seed=3 | threshold otsu")[1][-1][1][part] for part in ("data", "metadata"))
png = base64.b64decode(data["image/png"])
check("an image is a PNG of its size", png[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">II", png[16:24]) == (512, 512))
alt = metadata["image/png"]["alt"]
check("its alternative text says what it shows", alt.startswith("Mask ") and "largest region" in alt, alt)

svg = run("phantom | histogram bins=8")[1][-1][1]["data"]["image/svg+xml"]
check("a curve is an SVG with a label", svg.startswith("<svg ") and 'role="img"' in svg and "aria-label" in svg, svg[:200])

html = run('load-table "names.csv"')[1][-1][1]["data"]["text/html"]
check("a table is HTML, and cells are text", "<caption>" in html and "&lt;script&gt;" in html and "<script" not in html, html)

# Errors

reply, outputs = run("y = 1\nphantom | threshold otsoo")
check("an error has code and message", (reply["status"], reply["ename"]) == ("error", "E204") and "otsoo" in reply["evalue"], reply)
lines = "".join(character for character in "\n".join(reply["traceback"])).replace("\x1b[", "\0").split("\0")
plain = "".join(part.split("m", 1)[-1] if index else part for index, part in enumerate(lines))
caret = plain.split("\n")
check("carets stand below the word", caret[2].index("^") == caret[1].index("otsoo"), caret)
check("a cell that fails changes nothing", run("y")[0]["ename"] == "E102")
reply, outputs = run('"\x1b[2J\x07" | load')
check("what a cell says of itself is harmless", all("\x1b[2J" not in line and "\x07" not in line for line in reply["traceback"]), reply)

# Cells that wait after an error are not run, later ones are.
requests = [kernel.client.execute(code) for code in ("nothing", "print 1", "print 2")]
statuses = [kernel.reply(request)["status"] for request in requests]
check("cells that wait after an error are aborted", statuses == ["error", "aborted", "aborted"], statuses)
check("aborted cells end as others", kernel.outputs(requests[2]) == [])
check("the next cell runs", text("print 3") == "3\n")
requests = [kernel.client.execute(code, stop_on_error=False) for code in ("nothing", "print 1")]
statuses = [kernel.reply(request)["status"] for request in requests]
check("unless the client wants them run", statuses == ["error", "ok"], statuses)

# Interrupts

for way in ("message", "signal"):
    started = time.monotonic()
    request = kernel.client.execute("spare = 7; 1..1000000 | each { phantom seed=it | segment | severity }" if way == "message" else "while true { z = phantom seed=1 }")
    time.sleep(1)
    asked = time.monotonic()
    if way == "message":
        kernel.manager.interrupt_kernel()
    else:
        os.kill(kernel.manager.provisioner.pid, signal.SIGINT)
    reply = kernel.reply(request)
    print(f"stopped {1000 * (time.monotonic() - asked):.0f} ms after the {way}")
    check(f"a {way} stops a cell", reply["status"] == "error" and reply["ename"] == "KeyboardInterrupt", reply)
    kernel.outputs(request)
    check("and keeps the values", "Number 8" in text("x * 2"))
    check("not those of the cell", run("spare")[0]["status"] == "error")
for _ in range(5):
    os.kill(kernel.manager.provisioner.pid, signal.SIGINT)
check("signals between cells change nothing", "Number 9" in text("4 + 5"))

# Completion, positions in Unicode characters

content = kernel.reply(kernel.client.complete("t = \"🫁e\u0301\"; phantom | morph-ope", 30))
check("completion counts characters", content["matches"] == ["morph-open"] and content["cursor_start"] == 21, content)
content = kernel.reply(kernel.client.complete("load names.", 11))
check("completion of files", content["matches"] == [] or "names.csv" in content["matches"], content)
content = kernel.reply(kernel.client.inspect("phantom | morph-open radius=2px", 30))
check("inspection of an argument shows its command", content["found"] and "morph-open - " in content["data"]["text/plain"], content)
content = kernel.reply(kernel.client.inspect("x + 1", 1))
check("inspection of a variable shows its value", content["found"] and "x is Number: 4" in content["data"]["text/plain"], content)
content = kernel.reply(kernel.client.inspect("1 + 1", 2))
check("inspection of nothing finds nothing", not content["found"], content)
check("no comms", kernel.reply(kernel.client.comm_info())["comms"] == {})

# The prompt's own commands

check(":undo", text(":undo").startswith("undone: "))
check(":type", text(":type phantom") == "Phantom\n")
check("what only the prompt has is refused", "only at the prompt" in run(":cohort a")[0]["evalue"])
check("`quit` does not end the kernel", "only at the prompt" in run("quit")[0]["evalue"])
open("there.seg", "w").write("mine\n")
check(":save keeps what is not its own", "exists" in run(":save there.seg")[0]["evalue"] and open("there.seg").read() == "mine\n")
check(":save with --replace", "wrote there.seg" in text(":save there.seg --replace"))
check("a question amid a cell", "morph-open - " in text("w = 1\n?morph-open\nw"))

# What is not signed, or malformed, changes nothing. The kernel's input is its port; anyone on this machine can write there.

info = kernel.manager.get_connection_info()
key = info["key"]
raw = zmq.Context.instance().socket(zmq.DEALER)
raw.setsockopt(zmq.IDENTITY, b"intruder")
raw.connect(f"tcp://{info['ip']}:{info['shell_port']}")
header = {"msg_id": "1", "username": "u", "session": "s", "msg_type": "execute_request", "version": "5.3", "date": "2026-01-01T00:00:00Z"}
parts = [json.dumps(part).encode() for part in (header, {}, {}, {"code": "intruded = 1", "silent": False})]


def sign(parts, key=key):
    code = hmac.new(key, digestmod=hashlib.sha256)
    for part in parts:
        code.update(part)
    return code.hexdigest().encode()


DELIMITER = b"<IDS|MSG>"
raw.send_multipart([DELIMITER, b"", *parts])
raw.send_multipart([DELIMITER, b"0" * 64, *parts])
raw.send_multipart([DELIMITER, sign(parts, b"guess"), *parts])
raw.send_multipart([DELIMITER, sign(parts)[:63], *parts])
changed = [*parts[:3], parts[3].replace(b"intruded", b"intruder")]
raw.send_multipart([DELIMITER, sign(parts), *changed])
check("what is not signed is not run", all(run(name)[0]["status"] == "error" for name in ("intruded", "intruder")))

malformed = [
    [b""], [DELIMITER], [DELIMITER, b"x"], [b"a", b"b", b"c"], [DELIMITER, sign([]), b"{}"],
    *([DELIMITER, sign(four), *four] for four in (
        [b"{}"] * 4, [b"[]"] * 4, [b"null"] * 4, [b"{"] * 4, [b"\xff\xfe"] * 4, [b"[" * 100_000, b"{}", b"{}", b"{}"],
        [b'{"msg_type": 5}', b"{}", b"{}", b"{}"], [b'{"msg_type": "unheard_of_request"}', b"{}", b"{}", b"{}"],
        [b'{"msg_type": "execute_request"}', b"{}", b"{}", b"[]"], [b'{"msg_type": "execute_request"}', b"3", b"3", b'{"code": 3}'],
        [b'{"msg_type": "complete_request"}', b"{}", b"{}", b'{"code": "load", "cursor_pos": 1e300}'],
        [b'{"msg_type": "inspect_request"}', b"{}", b"{}", b'{"code": "load", "cursor_pos": -7}'],
        [b'{"msg_type": "history_request"}', b"{}", b"{}", b'{"hist_access_type": "tail", "n": -1}'],
        [b'{"msg_type": "history_request"}', b"{}", b"{}", b'{"hist_access_type": "range", "start": -1e15, "stop": 1e15}'],
        [b'{"msg_type": "history_request"}', b"{}", b"{}", b'{"hist_access_type": "search", "pattern": "' + b"*?" * 5000 + b'"}'],
        [b'{"msg_type": "comm_open"}', b"{}", b"{}", b"{}"], [b'{"msg_type": "is_complete_request"}', b"{}", b"{}", b'{"code": null}'],
    )),
    [DELIMITER, sign(parts), *parts[:3]], [DELIMITER] * 300,
]
for message in malformed:
    for port in ("shell_port", "control_port", "stdin_port"):
        other = zmq.Context.instance().socket(zmq.DEALER)
        other.connect(f"tcp://{info['ip']}:{info[port]}")
        other.send_multipart(message)
        other.close(linger=2000)
check("malformed messages change nothing", kernel.manager.is_alive() and "Number 11" in text("5 + 6"))

# Ports that speak no ZeroMQ.
import socket

for port in ("shell_port", "control_port", "iopub_port", "hb_port"):
    with socket.create_connection((info["ip"], info[port])) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\n\r\n" * 100)
check("other protocols change nothing", kernel.manager.is_alive() and "Number 12" in text("5 + 7"))

# The end

kernel.client.stop_channels()
process = kernel.manager.provisioner.process
kernel.manager.shutdown_kernel()
check("a shutdown ends the kernel with status 0", process.returncode == 0, process.returncode)
