import Basics
import Foundation
import ImageOps
import TestSupport
import Testing

@testable import SegModel

/// Files of ImageJ, QuPath, YOLO, NIfTI, NRRD and 3D Slicer: against roifile, nibabel, pynrrd and slicerio, and back again.
@Suite struct ExchangeFormatTests {
  struct Fixture: Decodable {
    struct Volume: Decodable {
      let name: String
      let file: Data
      let values: [Float]
      /// Row and column in mm; nil if unknown.
      let spacing: [Double]?
    }
    struct Slicer: Decodable {
      let file: Data
      let layers: [String: AnnotationTests.Fixture.Packed]
    }
    let width: Int
    let height: Int
    let rois: Data
    let layers: [String: AnnotationTests.Fixture.Packed]
    let volumes: [Volume]
    let slicer: Slicer

    var size: Size { Size(width: width, height: height) }
  }

  let fixture: Fixture

  init() throws {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/formats", withExtension: "json"))
    fixture = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: url))
  }

  @Test func `a ROI set of roifile is read`() throws {
    let annotation = try AnnotationFile.decode([UInt8](fixture.rois), name: "r.zip", size: fixture.size)
    for layer in SegmentationChannel.allCases { #expect(annotation[layer] == fixture.layers[layer.label]?.mask, "\(layer)") }
    #expect(annotation.remarks.unknownLabels == ["Heart", "line"])
    let asOpacity = LabelMapping(["line": [.opacity]])
    #expect(try AnnotationFile.decode([UInt8](fixture.rois), name: "r.zip", size: fixture.size, labels: asOpacity).remarks.notRegions == 1)
  }

  @Test func `volumes of nibabel and pynrrd are upright, with their spacing`() throws {
    for volume in fixture.volumes {
      let bytes = [UInt8](volume.file)
      let image = try GrayImage.decode(bytes, name: volume.name)
      #expect(image.size == fixture.size, "\(volume.name)")
      #expect(image.pixels == volume.values, "\(volume.name)")
      let spacing = volume.spacing.map { Spacing.detectorPlane(row: $0[0], column: $0[1]) } ?? .unknown
      #expect(image.spacing == spacing, "\(volume.name)")
      let isTurned = image.remarks.contains { if case .mirrored = $0 { true } else { false } }
      #expect(
        isTurned == ["identity of nibabel", "coronal, rows to the head", "quaternion", "NRRD, RAS, raw"].contains(volume.name),
        "\(volume.name)")
      #expect(image.remarks.contains(.otherPlane) == (volume.name == "sagittal"), "\(volume.name)")
      guard volume.name != "scaled" else {
        #expect(throws: CodecError.self) { try LabelImage.decode(bytes, name: volume.name) }
        continue
      }
      #expect(try LabelImage.decode(bytes, name: volume.name).labels == volume.values.map { UInt32($0) }, "\(volume.name)")
    }
  }

  @Test func `a segmentation of Slicer is read by the names of its segments`() throws {
    let annotation = try AnnotationFile.decode([UInt8](fixture.slicer.file), name: "s.seg.nrrd", size: fixture.size)
    #expect(annotation.rightLung == fixture.slicer.layers["Right lung"]?.mask)
    #expect(annotation.opacity == fixture.slicer.layers["opacity"]?.mask)
    #expect(annotation.leftLung == nil)
  }

  private static func files(_ drawn: Annotation) throws -> [(name: String, bytes: [UInt8])] {
    let masks = LabeledMasks(drawn, spacing: .unknown)
    return [
      ("a.zip", try ImageJROIFile.encoded(masks)), ("a.geojson", try GeoJSONFile.encoded(masks)),
      ("a.seg.nrrd", try masks.slicerSegmentation.encoded()), ("a.txt", try YOLOFile.encoded(masks, asBoxes: false)),
      ("a.nii", try LabelImageFile.encoded(drawn).encoded(as: .nifti)), ("a.nrrd", try LabelImageFile.encoded(drawn).encoded(as: .nrrd)),
    ]
  }

  @Test func `every form gives every pixel again`() throws {
    for seed in 0..<12 as Range<UInt64> {
      let drawn = try AnnotationTests.random(seed: seed)
      for (name, bytes) in try Self.files(drawn) {
        let read = try AnnotationFile.decode(bytes, name: name, classes: SegmentationChannel.labels, size: AnnotationTests.size)
        #expect(read == drawn, "\(name), seed \(seed)")
      }
      #expect(try Self.files(drawn).map(\.bytes) == Self.files(drawn).map(\.bytes))
    }
  }

  @Test func `absent opacity is stated in GeoJSON and by a segment of Slicer`() throws {
    var drawn = try AnnotationTests.random(seed: 3)
    drawn.opacity = Mask(size: drawn.size)
    for (name, bytes) in try Self.files(drawn) where name == "a.geojson" || name == "a.seg.nrrd" {
      #expect(try AnnotationFile.decode(bytes, name: name, size: drawn.size).opacity?.isEmpty == true, "\(name)")
    }
    let nothing = LabeledMasks(Annotation(size: drawn.size, opacity: drawn.opacity), spacing: .unknown)
    #expect(throws: AnnotationError.nothingToWrite) { try ImageJROIFile.encoded(nothing) }
    #expect(try YOLOFile.encoded(nothing, asBoxes: false).isEmpty)
  }

  @Test func `polygons of a region have its area, and no ring passes a corner twice`() throws {
    for seed in 0..<12 as Range<UInt64> {
      let mask = try #require(try AnnotationTests.random(seed: seed).opacity)
      var area = 0
      for polygon in try mask.regionPolygons() {
        for ring in [polygon.outline] + polygon.holes {
          #expect(Set(ring).count == ring.count)
          area += zip(ring, ring.dropFirst() + ring.prefix(1)).reduce(0) { $0 + $1.0.column * $1.1.row - $1.1.column * $1.0.row }
        }
      }
      #expect(area == 2 * mask.count, "seed \(seed)")
    }
  }

  @Test func `spacing and its provenance come back`() throws {
    let pixels = (0..<6).map(Float.init)
    for spacing in [Spacing.unknown, .detectorPlane(row: 0.14, column: 0.15), .calibrated(row: 1, column: 1)] {
      let image = GrayImage(size: Size(width: 3, height: 2), pixels: pixels, range: 0...5, bitDepth: 32, spacing: spacing)
      for format in [ImageFormat.nifti, .nrrd] {
        for isCompressed in [false, true] {
          var options = EncodingOptions(keepsValues: true)
          options.isCompressed = isCompressed
          let read = try GrayImage.decode(image.encoded(as: format, options: options), name: "x")
          #expect(read.pixels == pixels && read.spacing == spacing, "\(format) \(spacing)")
        }
      }
    }
  }

  @Test func `classes of a label image are its labels in order`() throws {
    let size = Size(width: 4, height: 2)
    let image = LabelImage(size: size, labels: [0, 7, 7, 0, 2, 2, 0, 0], names: [7: "Left lower zone"])
    let masks = try LabeledMasks(image)
    #expect(String(decoding: YOLOFile.classes(of: masks), as: UTF8.self) == "label_2\nleft_lower_zone\n")
    #expect(
      String(decoding: try YOLOFile.encoded(masks, asBoxes: true), as: UTF8.self) == "0 0.25 0.75 0.5 0.5\n1 0.5 0.25 0.5 0.5\n")
    let many = LabelImage(size: Size(width: 1001, height: 1), labels: (1...1001).map { UInt32($0) })
    #expect(throws: AnnotationError.tooManyLabels(1001)) { try LabeledMasks(many) }
  }

  @Test func `names are escaped in Pascal VOC, and its boxes are one-based and inclusive`() throws {
    var mask = Mask(size: Size(width: 9, height: 8))
    for row in 2...4 { for column in 3...7 { mask[row, column] = true } }
    let masks = LabeledMasks(Annotation(size: mask.size, opacity: mask), spacing: .unknown)
    let text = String(decoding: try PascalVOCFile.encoded(masks, fileName: "a<b>&.png"), as: UTF8.self)
    #expect(text.contains("<filename>a&lt;b&gt;&amp;.png</filename>"))
    let numbers = text.split { !$0.isNumber }.compactMap { Int($0) }
    #expect(numbers.suffix(4) == [4, 3, 8, 5])
    #expect(throws: AnnotationError.boxesOnly) { try AnnotationFile.decode(Array(text.utf8), name: "a.xml", size: mask.size) }
  }

  @Test func `no damaged file is read beyond its end`() throws {
    let files =
      try Self.files(AnnotationTests.random(seed: 1)) + [("r.zip", [UInt8](fixture.rois)), ("s.seg.nrrd", [UInt8](fixture.slicer.file))]
    var generator = SeededGenerator(seed: 5)
    var refused = 0
    for (name, bytes) in files {
      for _ in 0..<200 {
        var damaged = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))
        for _ in 0..<Int.random(in: 0...4, using: &generator) where !damaged.isEmpty {
          damaged[Int.random(in: 0..<damaged.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
        do { _ = try AnnotationFile.decode(damaged, name: name, size: AnnotationTests.size) } catch is AnnotationError {
          refused += 1
        } catch is CodecError { refused += 1 }
      }
    }
    #expect(refused > 500)
  }
}
