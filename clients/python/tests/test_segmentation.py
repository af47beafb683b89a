"""What the package returns is what the program computes, and errors say what to do."""

import json
import logging
import os
import subprocess
from pathlib import Path

import numpy
import pytest

import segsh


@pytest.fixture(scope="module")
def xray() -> numpy.ndarray:
    return segsh.phantom(seed=7)


@pytest.fixture(scope="module")
def case(xray: numpy.ndarray) -> segsh.Segmentation:
    return segsh.segment(xray)


def test_percentages_are_those_of_the_masks(case: segsh.Segmentation) -> None:
    assert case.severity.percent == pytest.approx(100 * case.opacity[case.lungs].mean(), abs=1e-9)
    assert case.severity.right == pytest.approx(100 * case.opacity[case.right].mean(), abs=1e-9)
    assert case.severity.left == pytest.approx(100 * case.opacity[case.left].mean(), abs=1e-9)
    assert not (case.right & case.left).any()


def test_the_patients_right_lung_is_on_the_left_of_the_image(case: segsh.Segmentation) -> None:
    columns = numpy.arange(case.right.shape[1])
    assert (case.right * columns).sum() / case.right.sum() < (case.left * columns).sum() / case.left.sum()


def test_an_array_and_its_file_give_the_numbers_of_the_command_line(xray: numpy.ndarray, tmp_path: Path) -> None:
    file = tmp_path / 'a{b}"c $d.npy'
    numpy.save(file, xray)
    from_file, from_array = segsh.segment(file), segsh.segment(xray)
    numpy.save(tmp_path / "plain.npy", xray)
    line = f"load {json.dumps(str(tmp_path / 'plain.npy'))} | segment | severity"
    program = subprocess.run([segsh.find_program(), "-c", line, "--json"], check=True, capture_output=True, text=True)
    assert json.loads(program.stdout) == dict(from_file.severity.record) == dict(from_array.severity.record)
    assert (from_file.opacity == from_array.opacity).all()


def test_arrays_of_integers_in_either_byte_order_and_layout_are_the_same_image(xray: numpy.ndarray) -> None:
    whole = numpy.round(xray)
    percents = {
        segsh.segment(image).severity.percent
        for image in (whole.astype(numpy.uint8), whole.astype(">u2"), numpy.asfortranarray(whole.astype("<i4")), whole[::1].astype("f8"))
    }
    assert len(percents) == 1


def test_thresholds_and_mirror_reach_the_program(xray: numpy.ndarray, case: segsh.Segmentation) -> None:
    lower = segsh.segment(xray, opacity_threshold=0.3)
    assert lower.opacity.sum() > case.opacity.sum()
    assert not (segsh.segment(xray, mirror=False).probability == case.probability).all()


@pytest.mark.parametrize("image", [numpy.zeros((4, 4, 3)), numpy.zeros(5), numpy.zeros((4, 4), complex), numpy.array([["a"]])])
def test_an_array_that_is_no_gray_image_is_refused(image: numpy.ndarray) -> None:
    with pytest.raises(ValueError, match="the image has"):
        segsh.segment(image)


def test_a_number_that_is_not_finite_is_refused(xray: numpy.ndarray) -> None:
    with pytest.raises(ValueError, match="spacing is nan"):
        segsh.segment(xray, spacing=float("nan"))


def test_a_file_that_is_no_image_keeps_the_programs_message(tmp_path: Path) -> None:
    file = tmp_path / "broken.png"
    file.write_bytes(b"not an image")
    with pytest.raises(segsh.SegshError, match="cannot read") as caught:
        segsh.segment(file)
    assert caught.value.status == 1 and caught.value.code == "E301"


def test_an_image_that_is_no_chest_is_doubted_or_refused() -> None:
    noise = numpy.random.default_rng(1).integers(0, 255, (256, 256), dtype=numpy.uint8)
    assert segsh.segment(noise).severity.doubt
    with pytest.raises(segsh.SegshError):
        segsh.segment(noise, strict=True)


def test_warnings_reach_the_logger(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "segsh"):
        segsh.segment(numpy.random.default_rng(1).integers(0, 255, (256, 256), dtype=numpy.uint8))
    assert "unlike a frontal chest X-ray" in caplog.text


def test_a_missing_program_says_how_to_name_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGSH", "/nowhere/segsh")
    with pytest.raises(FileNotFoundError, match="set SEGSH"):
        segsh.version()


def test_scripts_take_texts_paths_numbers_and_booleans(tmp_path: Path) -> None:
    source = "param a: Text\nparam b: Number\nparam c: Bool\nparam d: Path\n[a, b, c, d]"
    got = segsh.run(source, a="x y", b=numpy.float64(-0.1), c=False, d=Path("p.png")).value
    assert got[:3] == ["x y", -0.1, False] and os.path.basename(str(got[3])) == "p.png"
    with pytest.raises(TypeError, match="parameter `a`"):
        segsh.run("param a: Text\na", a=[1])


def test_a_script_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        segsh.run("for k in 1..1000 { phantom seed=k size=1024 }", timeout=0.3)
