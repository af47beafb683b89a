"""Runs jupyter_kernel_test, the test kit of the Jupyter project, on the installed kernel."""

import unittest

import jupyter_kernel_test


class Kit(jupyter_kernel_test.KernelTests):
    kernel_name = "segsh"
    language_name = "segsh"
    file_extension = ".seg"
    code_hello_world = 'print "hello, world"'
    # `case-2.png` is no image: a case that fails in a batch is a warning.
    code_stderr = 'load-cases "case-*.png" | each errors=keep { it.mean }'
    completion_samples = [
        {"text": "phantom | morph-op", "matches": {"morph-open"}},
        {"text": "x = phantom | threshold ots", "matches": {"otsu"}},
        {"text": ":und", "matches": {":undo"}},
    ]
    complete_code_samples = ["x = 1", "phantom | segment", "?threshold", ":undo", "fn f(a) { a + 1 }"]
    incomplete_code_samples = ["fn f(a) {", "y = phantom |", "z = (1 +", "for i in 1..3 {\n  print i"]
    invalid_code_samples = ["x = = 1", "phantom | | segment"]
    code_generate_error = "phantom | threshold otsoo"
    code_execute_result = [
        {"code": "1 + 2"},
        {"code": "phantom | threshold otsu", "mime": "image/png"},
        {"code": "phantom | histogram bins=8", "mime": "image/svg+xml"},
        {"code": "phantom | threshold otsu | regions", "mime": "text/html"},
    ]
    code_display_data = [
        {"code": "phantom | show", "mime": "image/png"},
        {"code": "phantom | histogram | show", "mime": "image/svg+xml"},
    ]
    code_history_pattern = "1 ? 2"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "morph-open"


if __name__ == "__main__":
    unittest.main()
