import Foundation
import ImageOps
import Testing

@testable import SegModel

/// Structures in files of annotations.
@Suite struct StructureAnnotationTests {
  private static let size = CorrectionTests.size
  private static let mapping = LabelMapping([:], structures: .all)

  private var drawn: Annotation {
    var annotation = Annotation(CorrectionTests.drawn())
    annotation.structures = [.heart: CorrectionTests.box(10...22, 12...27)]
    return annotation
  }

  @Test(arguments: ["a.json", "a.coco.json", "a.zip", "a.geojson", "a.seg.nrrd", "a.txt"])
  func `a file keeps structures`(_ name: String) throws {
    let masks = LabeledMasks(drawn, spacing: .unknown)
    let bytes: [UInt8] =
      switch name {
      case "a.json": try LabelMeFile.encoded(drawn, imagePath: "x.png")
      case "a.coco.json": try COCOFile.encoded(drawn, fileName: "x.png")
      case "a.zip": try ImageJROIFile.encoded(masks)
      case "a.geojson": try GeoJSONFile.encoded(masks)
      case "a.seg.nrrd": try masks.slicerSegmentation.encoded()
      default: try YOLOFile.encoded(masks, asBoxes: false)
      }
    let read = try AnnotationFile.decode(bytes, name: name, classes: masks.labels, size: Self.size, labels: Self.mapping)
    #expect(read.structures == drawn.structures && read.rightLung == drawn.rightLung && read.opacity == drawn.opacity)
    let other = try AnnotationFile.decode(bytes, name: name, classes: masks.labels, size: Self.size)
    #expect(other.structures.isEmpty && other.remarks.unknownLabels == ["heart"], "lungs and opacity alone are wanted")
    let named = LabelMapping([:], structures: .named([try StructureName("effusion")]))
    #expect(try AnnotationFile.decode(bytes, name: name, classes: masks.labels, size: Self.size, labels: named).structures.isEmpty)
  }

  @Test func `an absent structure is empty, and one that is not mentioned is unknown`() throws {
    var annotation = drawn
    annotation.structures = [.heart: Mask(size: Self.size)]
    for bytes in [
      try LabelMeFile.encoded(annotation, imagePath: "x.png"), try COCOFile.encoded(annotation, fileName: "x.png"),
      try GeoJSONFile.encoded(LabeledMasks(annotation, spacing: .unknown)),
    ] {
      let read = try AnnotationFile.decode(bytes, name: "a.json", size: Self.size, labels: Self.mapping)
      #expect(read.structures[.heart]?.isEmpty == true)
    }
    annotation.structures = [:]
    let read = try AnnotationFile.decode(
      LabelMeFile.encoded(annotation, imagePath: "x.png"), name: "a.json", size: Self.size, labels: Self.mapping)
    #expect(read.structures.isEmpty)
  }

  @Test func `a label is mapped to a structure`() throws {
    let file = Array(
      #"{"shapes": [{"label": "Herz", "points": [[1, 1], [9, 1], [9, 9]]}], "imageWidth": 40, "imageHeight": 30}"#.utf8)
    let mapping = LabelMapping(["Herz": [.structure(.heart)]], structures: .all)
    #expect(try AnnotationFile.decode(file, name: "a.json", labels: mapping).structures[.heart]?.isEmpty == false)
    #expect(try AnnotationFile.decode(file, name: "a.json", labels: Self.mapping).structures.keys.map(\.description) == ["herz"])
  }
}
