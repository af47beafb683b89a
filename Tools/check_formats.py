#!/usr/bin/env python3
"""Compares what segsh saves for ImageJ, QuPath, NIfTI, NRRD, 3D Slicer, YOLO and Pascal VOC with what independent readers find in the files.

Usage: check-formats [SEGSH]. Every mask has to come back pixel by pixel, every area exactly.
"""
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
import zipfile

import cv2
import nibabel
import nrrd
import numpy as np
import roifile
import shapely
import SimpleITK
import slicerio

SEGSH = sys.argv[1] if len(sys.argv) > 1 else ".build/release/segsh"
WIDTH, HEIGHT = 67, 43
SPACING = (0.25, 0.25)
rng = np.random.default_rng(7)
failures = 0


def check(name, isRight):
    global failures
    failures += not isRight
    print(("ok      " if isRight else "FAILED  ") + name)


def ring(height, width):
    """A region that touches itself at a corner, with a hole that does too."""
    mask = np.zeros((height, width), bool)
    mask[5:20, 5:25] = True
    mask[8:12, 8:12] = mask[12:15, 12:16] = False
    mask[5, 5] = mask[4, 25] = False
    mask[20, 25] = mask[30, 30] = True
    return mask


def filled(polygons, size=(HEIGHT, WIDTH)):
    """The pixels whose centers lie in polygons with holes; (0, 0) is the upper left corner of the image."""
    x, y = np.meshgrid(np.arange(size[1]) + 0.5, np.arange(size[0]) + 0.5)
    return shapely.contains_xy(polygons, x, y)


def even_odd(rings):
    area = shapely.Polygon()
    for points in rings:
        area = area.symmetric_difference(shapely.make_valid(shapely.Polygon(points)))
    return area


masks = [ring(HEIGHT, WIDTH), rng.random((HEIGHT, WIDTH)) < 0.5, np.ones((HEIGHT, WIDTH), bool)]
masks.append(cv2.GaussianBlur(rng.random((HEIGHT, WIDTH)), (0, 0), 3) > 0.5)
labels = np.zeros((HEIGHT, WIDTH), np.uint16)
for number, value in enumerate([1, 2, 3, 300]):
    labels[10 * number : 10 * number + 9, 3 * number : 40] = value
gray = rng.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32)

with tempfile.TemporaryDirectory() as scratch:
    folder = pathlib.Path(scratch)

    def run(script):
        subprocess.run([SEGSH, "-c", script], cwd=folder, check=True, capture_output=True, text=True)

    def saved(name, script):
        run(script)
        return folder / name

    np.save(folder / "labels.npy", labels)
    np.save(folder / "gray.npy", gray)
    for index, mask in enumerate(masks):
        np.save(folder / "mask.npy", mask)
        load = "m = load-mask mask.npy; "
        # ImageJ
        regions = roifile.roiread(saved("m.zip", load + "m | save m.zip"))
        regions = regions if isinstance(regions, list) else [regions]
        areas = [
            even_odd(roi.coordinates(multi=True)) if roi.composite else shapely.make_valid(shapely.Polygon(roi.coordinates()))
            for roi in regions
        ]
        found = np.any([filled(area) for area in areas], axis=0)
        check(f"mask {index}: ROI set, {len(regions)} regions", (found == mask).all() and sum(a.area for a in areas) == mask.sum())
        check(f"mask {index}: ROI names", all(roi.name.startswith("opacity") for roi in regions))
        count = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)[0] - 1
        check(f"mask {index}: one ROI per region", len(regions) == count)
        # QuPath
        collection = json.loads(saved("m.geojson", load + "m | save m.geojson").read_text())
        shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in collection["features"]]
        check(f"mask {index}: GeoJSON geometry is valid", all(shape.is_valid for shape in shapes))
        check(f"mask {index}: GeoJSON pixels", (filled(shapely.union_all(shapes)) == mask).all())
        check(f"mask {index}: GeoJSON area", sum(shape.area for shape in shapes) == mask.sum())
        names = [feature["properties"]["classification"]["name"] for feature in collection["features"]]
        check(f"mask {index}: GeoJSON classification", names == ["opacity"])
        # YOLO: class x1 y1 x2 y2 … and class x y width height, divided by width and height
        lines = saved("m.txt", load + "m | save m.txt").read_text().splitlines()
        found = np.zeros_like(mask)
        for line in lines:
            points = np.array(line.split()[1:], float).reshape(-1, 2) * [WIDTH, HEIGHT]
            found ^= filled(even_odd([points.round(4)]))
        check(f"mask {index}: YOLO polygons", (found == mask).all() and len(lines) == count and all(line[0] == "2" for line in lines))
        statistics = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)[2][1:, :4]
        lines = saved("m.txt", load + "m | save m.txt encoding=boxes").read_text().splitlines()
        boxes = []
        for line in lines:
            x, y, width, height = np.array(line.split()[1:], float) * [WIDTH, HEIGHT, WIDTH, HEIGHT]
            boxes.append(np.round([x - width / 2, y - height / 2, width, height], 4))
        check(f"mask {index}: YOLO boxes", sorted(map(tuple, boxes)) == sorted(map(tuple, statistics.astype(float))))
        # Pascal VOC: 1-based and inclusive
        tree = xml.parse(saved("m.xml", load + "m | save m.xml")).getroot()
        boxes = []
        for entry in tree.iter("bndbox"):
            left, top, right, bottom = (int(entry.find(name).text) for name in ("xmin", "ymin", "xmax", "ymax"))
            boxes.append((left - 1, top - 1, right - left + 1, bottom - top + 1))
        check(f"mask {index}: VOC boxes", sorted(boxes) == sorted(map(tuple, statistics.tolist())))
        # Volumes
        image = nibabel.load(saved("m.nii.gz", load + "m | save m.nii.gz"))
        check(f"mask {index}: NIfTI", (np.asarray(image.dataobj)[:, :, 0].T == mask).all())
        pixels, header = nrrd.read(str(saved("m.nrrd", load + "m | save m.nrrd")))
        check(f"mask {index}: NRRD", (pixels[:, :, 0].T == mask).all())

    # Geometry: an image with spacing, by nibabel, pynrrd and ITK
    run("g = load gray.npy spacing=0.25mm; g | save g.nii; g | save g.nii.gz; g | save g.nrrd; l = load-labels labels.npy; l | save l.nii.gz; l | save l.nrrd")
    for name in ("g.nii", "g.nii.gz"):
        image = nibabel.load(folder / name)
        check(f"{name}: nibabel's pixels", (np.asarray(image.dataobj)[:, :, 0].T == gray).all())
        check(f"{name}: nibabel's affine", np.allclose(image.affine, np.diag([-0.25, -0.25, 1, 1]), atol=0))
        check(f"{name}: both forms of the affine agree", np.allclose(image.get_qform(), image.get_sform(), atol=0))
        check(f"{name}: units", image.header.get_xyzt_units()[0] == "mm")
    check("g.nii.gz is g.nii", gzip.decompress((folder / "g.nii.gz").read_bytes()) == (folder / "g.nii").read_bytes())
    for name in ("g.nii.gz", "g.nrrd"):
        image = SimpleITK.ReadImage(str(folder / name))
        check(f"{name}: ITK's pixels", (SimpleITK.GetArrayFromImage(image)[0] == gray).all())
        check(f"{name}: ITK's spacing", np.allclose(image.GetSpacing()[:2], SPACING, atol=0))
        check(f"{name}: ITK's direction and origin", np.allclose(image.GetDirection(), np.eye(3).flat) and not any(image.GetOrigin()))
    for name in ("l.nii.gz", "l.nrrd"):
        image = SimpleITK.ReadImage(str(folder / name))
        check(f"{name}: ITK's labels", (SimpleITK.GetArrayFromImage(image)[0] == labels).all())
    check("l.nii.gz states that it holds labels", nibabel.load(folder / "l.nii.gz").header.get_intent()[0] == "label")

    # 3D Slicer: segments that overlap, by slicerio
    run(
        "p = phantom size=96 seed=3 opacity=40%; s = p | segment; s | save s.seg.nrrd; s | save s.zip; s | save s.npy; p | save p.png; p | save p.nii.gz;"
        " load-labels labels.npy | save l.seg.nrrd"
    )
    for name, stored in (("s.seg.nrrd", np.load(folder / "s.npy")), ("l.seg.nrrd", labels)):
        segmentation = slicerio.read_segmentation(str(folder / name))
        voxels = segmentation["voxels"]
        for segment in segmentation["segments"]:
            layer = voxels[segment.get("layer", 0)] if voxels.ndim == 4 else voxels
            found = (layer[:, :, 0] == segment["labelValue"]).T
            meaning = {"right_lung": stored & 3 == 1, "left_lung": stored & 3 == 2, "opacity": stored & 4 != 0}
            expected = meaning[segment["name"]] if name[0] == "s" else stored == int(segment["name"].removeprefix("label_"))
            check(f"{name}: segment {segment['name']}", found.any() and (found == expected).all())
    # The image and its segmentation lie over one another in ITK, as an X-ray that Slicer reads from a PNG does.
    flat, volume = SimpleITK.ReadImage(str(folder / "p.png")), SimpleITK.ReadImage(str(folder / "p.nii.gz"))
    check("p.nii.gz is oriented as ITK orients a PNG", np.allclose(np.array(volume.GetDirection()).reshape(3, 3)[:2, :2].flat, flat.GetDirection()))
    with zipfile.ZipFile(folder / "s.zip") as archive:
        check("s.zip passes the test of its checksums", archive.testzip() is None)
sys.exit(failures > 0)
