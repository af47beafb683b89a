import Basics
import Foundation
import ImageOps
import Testing

@testable import SegModel

/// Which image of a file is meant, what of a file is not used, and what is compared before anything is drawn.
@Suite struct UnusedAnnotationTests {
  private static let size = Size(width: 40, height: 30)

  private static func coco(_ images: String, _ annotations: String, categories: String? = nil) -> [UInt8] {
    let known = #"{"id": 1, "name": "right_lung"}, {"id": 2, "name": "left_lung"}, {"id": 3, "name": "opacity"}"#
    return Array(#"{"images": [\#(images)], "categories": [\#(categories ?? known)], "annotations": [\#(annotations)]}"#.utf8)
  }

  private static func image(_ id: Int, _ name: String) -> String { #"{"id": \#(id), "file_name": "\#(name)", "width": 40, "height": 30}"# }

  private static func square(_ image: Int, _ side: Int, category: Int = 1, more: String = "") -> String {
    #"{"image_id": \#(image), "category_id": \#(category), "segmentation": [[0, 0, \#(side), 0, \#(side), \#(side), 0, \#(side)]]\#(more)}"#
  }

  @Test func `images of one name are told apart by their folders`() throws {
    let names = ["a/view1.png", "b/view1.png", "x/b/view1.png", "single.png", "deep/other.jpg"]
    for (path, index) in [
      ("a/view1.png", 0), ("./b/view1.png", 1), ("x/b/view1.png", 2), ("/disk/x/b/view1.png", 2), ("/data/b/view1.png", 1),
      ("single.png", 3),
      ("single.dcm", 3), ("any/single.png", 3), ("deep/other.png", 4), ("/elsewhere/other.png", 4), ("b\\view1.png", 1),
    ] { #expect(try ImagePath.index(of: path, among: names) == index, "\(path)") }
    for path in ["c/view1.png", "elsewhere/other.png", "none.png"] {
      #expect(try ImagePath.index(of: path, among: names) == nil, "\(path)")
    }
    for path in ["view1.png", "/c/view1.png"] {
      #expect(throws: AnnotationError.self, "\(path)") { try ImagePath.index(of: path, among: names) }
    }
    #expect(throws: AnnotationError.ambiguousImage("p.png", names: ["p.png", "p.png"])) {
      try ImagePath.index(of: "p.png", among: ["p.png", "p.png"])
    }
    #expect(try ImagePath.index(of: "p.png", among: ["p.jpg", "p.png"]) == 1)
    #expect(ImagePath("../images/p.png").mayBe(ImagePath("/data/images/p.png")))
    #expect(!ImagePath("a/p.png").mayBe(ImagePath("b/p.png")))
  }

  @Test func `the image at the path is taken`() throws {
    let file = Self.coco("\(Self.image(1, "a/v.png")), \(Self.image(2, "b/v.png"))", "\(Self.square(1, 20)), \(Self.square(2, 5))")
    #expect(try AnnotationFile.decode(file, name: "f", image: "a/v.png", size: Self.size).rightLung?.count == 400)
    let read = try AnnotationFile.decode(file, name: "f", image: "b/v.png", size: Self.size)
    #expect(read.rightLung?.count == 25 && read.remarks.ofOtherImages == 1)
    let ambiguous = #expect(throws: AnnotationError.self) { try AnnotationFile.decode(file, name: "f", image: "v.png", size: Self.size) }
    #expect(ambiguous.map { "\($0)" }?.contains("a/v.png, b/v.png") == true)
    let missing = #expect(throws: AnnotationError.self) { try AnnotationFile.decode(file, name: "f", image: "c/v.png", size: Self.size) }
    #expect(missing.map { "\($0)" }?.contains("but not `c/v.png`; it has a/v.png, b/v.png") == true)
  }

  @Test func `everything that is not used is counted`() throws {
    let file = Self.coco(
      "\(Self.image(1, "p.png")), \(Self.image(2, "q.png"))",
      [
        Self.square(1, 10), Self.square(1, 10, category: 9), Self.square(1, 4, category: 9), Self.square(2, 3), Self.square(7, 3),
        #"{"image_id": 1, "category_id": 1, "segmentation": [[0, 0, 5, 5]]}"#,
        #"{"image_id": 1, "category_id": 1, "segmentation": [], "bbox": [0, 0, 5, 5]}"#, #"{"image_id": 1, "category_id": 3}"#,
        #"{"image_id": 1, "category_id": 3, "segmentation": [[100, 100, 105, 100, 105, 105]]}"#,
        #"{"image_id": 1, "category_id": 3, "segmentation": [[35, 25, 45, 25, 45, 28, 35, 28]]}"#,
        Self.square(1, 6, category: 2, more: #", "iscrowd": 1"#),
      ].joined(separator: ","))
    let read = try AnnotationFile.decode(file, name: "f", image: "p.png", size: Self.size)
    let remarks = read.remarks
    #expect(remarks.unknownLabels == ["category 9"] && remarks.unknownShapes == ["category 9": 2])
    #expect(remarks.ofOtherImages == 1 && remarks.ofUnlistedImages == 1 && remarks.notRegions == 3 && remarks.withoutPixels == 1)
    #expect(remarks.clipped == 1 && remarks.crowds == 1)
    #expect(read.rightLung?.count == 100 && read.leftLung?.count == 36 && read.opacity?.count == 15)
  }

  @Test func `shapes that are no regions are no masks`() throws {
    let lung = #"{"label": "right_lung", "points": [[0, 0], [10, 0], [10, 10], [0, 10]]}"#
    let line = #"{"label": "opacity", "points": [[1, 1], [5, 5]], "shape_type": "polygon"}"#
    let outside = #"{"label": "opacity", "points": [[100, 1], [105, 5], [101, 9]]}"#
    let read = try AnnotationFile.decode(
      AnnotationTests.labelMe("\(lung), \(line), \(outside)", more: #", "flags": {"blurred": true, "checked": false}"#), name: "f")
    #expect(read.opacity == nil && read.rightLung?.count == 100)
    #expect(read.remarks.notRegions == 1 && read.remarks.withoutPixels == 1 && read.remarks.unknownFlags == ["blurred"])
    let nothing = #expect(throws: AnnotationError.self) { try AnnotationFile.decode(AnnotationTests.labelMe(line), name: "f") }
    #expect(
      nothing.map { "\($0)" } == "it has no regions for this X-ray: 1 shape is not a region (a point, a line, or a polygon of two points)")
  }

  @Test func `a byte order mark is ignored`() throws {
    let lung = #"{"label": "right_lung", "points": [[0, 0], [10, 0], [10, 10], [0, 10]]}"#
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    #expect(try AnnotationFile.decode(mark + AnnotationTests.labelMe(lung), name: "f").rightLung?.count == 100)
    let file = Self.coco(Self.image(1, "p.png"), Self.square(1, 10))
    #expect(try AnnotationFile.decode(mark + file, name: "f.json", image: "p.png").rightLung?.count == 100)
    #expect(try JSON(parsing: mark + Array("[1]".utf8)) == .array([1]))
    #expect(throws: JSONError.self) { try JSON(parsing: mark + mark + Array("[1]".utf8)) }
  }

  /// 16,384 pixels a side would be drawn for seconds.
  @Test(.timeLimit(.minutes(1))) func `sizes are compared before anything is drawn`() throws {
    let large = #"{"id": 1, "file_name": "p.png", "width": 16384, "height": 16384}"#
    let counts = (0..<60_000).map { _ in "1" }.joined(separator: ",")
    let runs = #"{"image_id": 1, "category_id": 1, "segmentation": {"size": [16384, 16384], "counts": [\#(counts),268375456]}}"#
    let file = Self.coco(large, [String](repeating: runs, count: 8).joined(separator: ","))
    let clock = ContinuousClock()
    let time = clock.measure {
      #expect(throws: AnnotationError.sizeDiffers(file: Size(width: 16384, height: 16384), image: Self.size)) {
        try AnnotationFile.decode(file, name: "f", image: "p.png", size: Self.size)
      }
    }
    #expect(time < .seconds(20), "only the JSON is read")
    let labelMe = Array(
      #"{"imageWidth": 16384, "imageHeight": 16384, "shapes": [{"label": "opacity", "points": [[0, 0], [16384, 0], [16384, 16384]]}]}"#.utf8
    )
    #expect(throws: AnnotationError.sizeDiffers(file: Size(width: 16384, height: 16384), image: Self.size)) {
      try AnnotationFile.decode(labelMe, name: "f", size: Self.size)
    }
  }

  @Test func `run lengths that do not fill are refused before a pixel is set`() throws {
    #expect(throws: AnnotationError.self) { try RunLengthCode.mask([0, 10_000_000, 1], size: Size(width: 4000, height: 4000)) }
  }

  // MARK: DICOM

  private let fixture = try? AnnotationTests().fixture

  @Test func `label maps of highdicom are read`() throws {
    let fixture = try #require(fixture)
    let size = Size(width: 35, height: 21)
    let read = try AnnotationFile.decode([UInt8](fixture.labelMap), name: "map", size: size)
    for layer in SegmentationChannel.allCases { #expect(read[layer] == fixture.labelLayers[layer.label]?.mask, "\(layer)") }
    #expect(!read.remarks.isFractional && read.remarks.undescribedFrames == 0 && read.remarks.unknownLabels.isEmpty)
    #expect(read.remarks.instances == [DICOMSegmentation.instance(of: [UInt8](fixture.xray))])
    #expect(throws: AnnotationError.sizeDiffers(file: size, image: Self.size)) {
      try AnnotationFile.decode([UInt8](fixture.labelMap), name: "map", size: Self.size)
    }
  }

  @Test func `fractions are reported`() throws {
    let fixture = try #require(fixture)
    let bytes = [UInt8](try #require(fixture.segmentations["fractional"]))
    #expect(try AnnotationFile.decode(bytes, name: "f").remarks.isFractional)
    #expect(try !AnnotationFile.decode([UInt8](#require(fixture.segmentations["binary"])), name: "b").remarks.isFractional)
  }
}
