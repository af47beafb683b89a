"""Runs the notebooks that are given, as `jupyter execute` does, and prints what each cell shows: MIME types, and the first line of its text."""

import sys

import nbformat
from nbclient import NotebookClient

for path in sys.argv[1:]:
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=600, kernel_name="segsh").execute()
    nbformat.validate(notebook)
    print(path)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            text = output["text"] if output["output_type"] == "stream" else output["data"]["text/plain"]
            line = next((line for line in text.split("\n") if line.strip()), "")
            print(f"  {' '.join(sorted(output.get('data', {output.get('name', ''): ''})))}: {line}")
