"""What `segsh bench --json` prints, for the tools that compare times."""
import json
import subprocess


def rows(segsh, names=(), size=None, threads=None):
    """One dictionary for each benchmark: name, size, threads, cpu, median_s, min_s, repeats. Without names, all run."""
    command = [str(segsh), "bench", *names, "--json"]
    if size: command += ["--size", str(size)]
    if threads: command += ["--threads", str(threads)]
    return [json.loads(line) for line in subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()]
