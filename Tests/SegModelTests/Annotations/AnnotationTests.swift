import Basics
import Foundation
import ImageOps
import Synchronization
import TestSupport
import Testing

@testable import Network
@testable import SegModel

/// Files of annotations against pycocotools, pydicom and highdicom, and back again.
@Suite struct AnnotationTests {
  struct Fixture: Decodable {
    struct Packed: Decodable {
      let width: Int
      let height: Int
      let bits: Data

      /// Rows of whole bytes, the first pixel in the lowest bit.
      var mask: Mask {
        let bytesPerRow = (width + 7) / 8
        return Mask(size: Size(width: width, height: height)) {
          bits[$0 / width * bytesPerRow + $0 % width / 8] >> ($0 % width % 8) & 1 == 1
        }
      }
    }
    struct Runs: Decodable {
      let mask: Packed
      let text: String
      let counts: [Int]
    }
    struct Polygon: Decodable {
      let flat: [Double]
      let mask: Packed
    }
    let runs: [Runs]
    let polygons: [Polygon]
    let xray: Data
    let layers: [String: Packed]
    let segmentations: [String: Data]
    let labelMap: Data
    let labelLayers: [String: Packed]
  }

  let fixture: Fixture

  init() throws {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/annotations", withExtension: "json"))
    fixture = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: url))
  }

  static let size = Size(width: 37, height: 29)

  /// Blocks and specks with holes, in three layers whose lungs do not overlap.
  static func random(seed: UInt64) throws -> Annotation {
    var generator = SeededGenerator(seed: seed)
    func blocks(_ columns: Range<Int>) -> Mask {
      var mask = Mask(size: size)
      for _ in 0..<5 {
        let rows = [Int.random(in: 0..<size.height, using: &generator), Int.random(in: 0..<size.height, using: &generator)].sorted()
        let span = [Int.random(in: columns, using: &generator), Int.random(in: columns, using: &generator)].sorted()
        for row in rows[0]...rows[1] { for column in span[0]...span[1] { mask[row, column].toggle() } }
      }
      for _ in 0..<20 { mask[Int.random(in: 0..<size.height, using: &generator), Int.random(in: columns, using: &generator)].toggle() }
      return mask
    }
    return Annotation(size: size, rightLung: blocks(0..<18), leftLung: blocks(18..<37), opacity: blocks(0..<37))
  }

  /// Without the image that is meant.
  static func regions(_ annotation: Annotation) -> Annotation {
    var annotation = annotation
    annotation.remarks.imageName = nil
    annotation.remarks.instances = []
    return annotation
  }

  @Test func `run lengths are those of pycocotools`() throws {
    for (index, entry) in fixture.runs.enumerated() {
      let mask = entry.mask.mask
      #expect(RunLengthCode.counts(of: mask) == entry.counts, "mask \(index)")
      #expect(RunLengthCode.text(of: entry.counts) == entry.text, "mask \(index)")
      #expect(try RunLengthCode.counts(of: entry.text) == entry.counts, "mask \(index)")
      #expect(try RunLengthCode.mask(entry.counts, size: mask.size) == mask, "mask \(index)")
    }
    for text in ["", "0", "P", "~", "oooooooooo", "\u{e9}"] {
      #expect(throws: AnnotationError.self, "\(text)") { try RunLengthCode.mask(RunLengthCode.counts(of: text), size: Self.size) }
    }
    for counts in [[-1, 10], [Int.max, 1], [3], [Self.size.count + 1]] {
      #expect(throws: AnnotationError.self, "\(counts)") { try RunLengthCode.mask(counts, size: Self.size) }
    }
  }

  @Test func `polygons along edges are those of pycocotools`() throws {
    for entry in fixture.polygons {
      let mask = entry.mask.mask
      #expect(try Mask(size: mask.size, polygons: [AnnotationNumbers.points(entry.flat)]) == mask)
    }
  }

  @Test func `every form gives every pixel again`() throws {
    for seed in 0..<12 as Range<UInt64> {
      let drawn = try Self.random(seed: seed)
      var files = [("LabelMe", try LabelMeFile.encoded(drawn, imagePath: "p.png"))]
      for coding in COCOFile.Coding.allCases {
        files.append((coding.rawValue, try COCOFile.encoded(drawn, fileName: "p.png", coding: coding)))
      }
      files.append(("labels", try LabelImageFile.encoded(drawn).encoded(as: .png)))
      files.append(("DICOM", try DICOMSegmentationFile.encoded(drawn, over: [UInt8](fixture.xray), named: "x", namesPatient: false)))
      for (name, bytes) in files {
        let read = try Self.regions(AnnotationFile.decode(bytes, name: name, image: "p.png", size: Self.size))
        #expect(read == drawn, "\(name), seed \(seed)")
      }
    }
  }

  @Test func `what is absent is told from what was not drawn`() throws {
    var drawn = try Self.random(seed: 3)
    drawn.opacity = Mask(size: Self.size)
    drawn.leftLung = nil
    let xray = [UInt8](fixture.xray)
    for bytes in [
      try LabelMeFile.encoded(drawn, imagePath: "p.png"), try COCOFile.encoded(drawn, fileName: "p.png"),
      try DICOMSegmentationFile.encoded(drawn, over: xray, named: "x", namesPatient: false),
    ] {
      #expect(try Self.regions(AnnotationFile.decode(bytes, name: "a")) == drawn)
    }
    // Gray levels cannot say that somebody looked and found none.
    #expect(try AnnotationFile.decode(LabelImageFile.encoded(drawn).encoded(as: .png), name: "a").opacity == nil)
    drawn.opacity = nil
    for bytes in [try LabelMeFile.encoded(drawn, imagePath: "p.png"), try COCOFile.encoded(drawn, fileName: "p.png")] {
      #expect(try AnnotationFile.decode(bytes, name: "a").opacity == nil)
    }
  }

  @Test func `segmentations of highdicom are read`() throws {
    for (name, data) in fixture.segmentations {
      let read = try AnnotationFile.decode([UInt8](data), name: name, size: Size(width: 35, height: 21))
      for layer in SegmentationChannel.allCases { #expect(read[layer] == fixture.layers[layer.label]?.mask, "\(name) \(layer)") }
    }
  }

  @Test func `a DICOM segmentation keeps the patient to itself`() throws {
    let drawn = try Self.random(seed: 5)
    let plain = try DICOMSegmentationFile.encoded(drawn, over: [UInt8](fixture.xray), named: "x", namesPatient: false)
    let named = try DICOMSegmentationFile.encoded(drawn, over: [UInt8](fixture.xray), named: "x", namesPatient: true)
    func holds(_ bytes: [UInt8], _ text: String) -> Bool { Data(bytes).range(of: Data(text.utf8)) != nil }
    #expect(!holds(plain, "Phantom^Ann") && !holds(plain, "PH-1") && holds(named, "Phantom^Ann") && holds(named, "PH-1"))
    #expect(holds(plain, "1.2.826.0.1.3680043.8.498.2"), "the study")
    #expect(holds(plain, "\u{20}\0\u{20}\0CS"), "how the picture lies, known or not")
    #expect(plain == (try DICOMSegmentationFile.encoded(drawn, over: [UInt8](fixture.xray), named: "x", namesPatient: false)))
    #expect(throws: CodecError.self) {
      try DICOMSegmentationFile.encoded(drawn, over: [UInt8](repeating: 0, count: 200), named: "x", namesPatient: false)
    }
  }

  static func labelMe(_ shapes: String, more: String = "") -> [UInt8] {
    Array("{\"shapes\": [\(shapes)], \"imageWidth\": 37, \"imageHeight\": 29\(more)}".utf8)
  }

  @Test func `LabelMe shapes of every kind are read`() throws {
    let file = Self.labelMe(
      """
      {"label": "Right lung", "points": [[1, 1], [11, 1], [11, 6], [1, 6]], "shape_type": "polygon"},
      {"label": "left-lung", "points": [[20, 2], [30, 12]], "shape_type": "rectangle"},
      {"label": "ground glass", "points": [[10, 10], [13, 14]], "shape_type": "circle"},
      {"label": "opacity", "points": [[-5, 20], [2, 20], [2, 99], [-5, 99]]},
      {"label": "opacty", "points": [[1, 1], [2, 2], [3, 1]]},
      {"label": "opacity", "points": [[1, 1]], "shape_type": "point"}
      """)
    let read = try AnnotationFile.decode(file, name: "a")
    #expect(read.rightLung?.count == 50 && read.leftLung?.count == 100)
    let opacity = try #require(read.opacity)
    #expect(opacity[9, 9] && opacity[28, 0] && !opacity[28, 2] && abs(opacity.count - 79 - 18) < 6, "\(opacity.count)")
    #expect(read.remarks.unknownLabels == ["opacty"] && read.remarks.clipped == 1 && read.remarks.notRegions == 1)
    let lungs = try AnnotationFile.decode(
      Self.labelMe(
        "{\"label\": \"lungs\", \"points\": [[2, 2], [10, 25]], \"shape_type\": \"rectangle\"}, {\"label\": \"lungs\", \"points\": [[25, 2], [33, 25]], \"shape_type\": \"rectangle\"}"
      ),
      name: "a")
    #expect(lungs.rightLung?.count == 8 * 23 && lungs.leftLung?.count == 8 * 23)
  }

  @Test func `what does not fit is told`() throws {
    let drawn = try Self.random(seed: 1)
    let file = try COCOFile.encoded(drawn, fileName: "p.png")
    #expect(throws: AnnotationError.sizeDiffers(file: Self.size, image: Size(width: 5, height: 5))) {
      try AnnotationFile.decode(file, name: "a", size: Size(width: 5, height: 5))
    }
    #expect(throws: AnnotationError.unknownForm) { try AnnotationFile.decode(Array("{}".utf8), name: "a") }
    let heart = Self.labelMe("{\"label\": \"heart\", \"points\": [[1, 1], [2, 2], [3, 1]]}")
    let unknown = #expect(throws: AnnotationError.self) { try AnnotationFile.decode(heart, name: "a") }
    #expect(unknown.map { "\($0)" }?.contains("it has only unknown labels (heart)") == true)
    for shapes in [
      "{\"points\": []}", "{\"label\": \"opacity\"}", "{\"label\": \"opacity\", \"points\": [[1]]}",
      "{\"label\": \"opacity\", \"points\": [[1, 1e300]]}",
      "{\"label\": \"opacity\", \"points\": [[1, 1]], \"shape_type\": \"rectangle\"}",
      "{\"label\": \"opacity\", \"points\": [[1, 1]], \"shape_type\": \"mask\", \"mask\": \"****\"}",
    ] {
      #expect(throws: (any Error).self, "\(shapes)") { try AnnotationFile.decode(Self.labelMe(shapes), name: "a") }
    }
    let deep = Array((String(repeating: "[", count: 100_000)).utf8)
    #expect(throws: AnnotationError.self) { try AnnotationFile.decode(Array("{\"shapes\": ".utf8) + deep, name: "a") }
    let label = LabelImage(size: Size(width: 2, height: 1), labels: [3, 0])
    #expect(throws: AnnotationError.self) { try AnnotationFile.decode(label.encoded(as: .png), name: "a") }
  }

  @Test func `damaged files end in an error`() throws {
    let drawn = try Self.random(seed: 7)
    let files = [
      try LabelMeFile.encoded(drawn, imagePath: "p.png"), try COCOFile.encoded(drawn, fileName: "p.png", coding: .rle),
      try DICOMSegmentationFile.encoded(drawn, over: [UInt8](fixture.xray), named: "x", namesPatient: false),
    ]
    var generator = SeededGenerator(seed: 11)
    for file in files {
      for round in 0..<150 {
        var bytes = file
        if round % 3 == 0 { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &generator)) }
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
          bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
        // Read or refused, but never a trap; what is read has the size it says.
        if let read = try? AnnotationFile.decode(bytes, name: "a") { #expect(read.opacity.map { $0.size == read.size } ?? true) }
      }
    }
  }
}

/// Folders of X-rays with annotations, as training reads them.
@Suite struct AnnotationFolderTests {
  static func picture(_ seed: UInt64) -> GrayImage {
    var generator = SeededGenerator(seed: seed)
    let size = AnnotationTests.size
    return GrayImage(size: size, pixels: (0..<size.count).map { _ in Float(Int.random(in: 0...255, using: &generator)) })
  }

  @Test func `layouts are found`() throws {
    let drawn = try AnnotationTests.random(seed: 1)
    let picture = try Self.picture(1).encoded(as: .png)
    let flat = try TemporaryFolder()
    _ = try flat.write(picture, to: "a.png")
    _ = try flat.write(try LabelMeFile.encoded(drawn, imagePath: "a.png"), to: "a.json")
    _ = try flat.write(picture, to: "b.png")
    _ = try flat.write(try LabelImageFile.encoded(drawn).encoded(as: .png), to: "b.labels.png")
    _ = try flat.write(picture, to: "alone.png")
    _ = try flat.write(try LabelMeFile.encoded(drawn, imagePath: "c.png", imageData: picture), to: "c.json")
    let records = try Dataset(path: flat.path).cases
    #expect(records.map(\.id) == ["a.png", "b.png", "c.json"])
    for record in records {
      let sample = try TrainingSample(record, side: 32)
      #expect(sample.isKnown == [true, true, true] && sample.truth.contains(4) && sample.kind == .opacity, "\(record.id)")
    }
    let separate = try TemporaryFolder()
    _ = try separate.write(picture, to: "images/a.png")
    _ = try separate.write(picture, to: "images/b.png")
    _ = try separate.write(picture, to: "images/d.png")
    _ = try separate.write(try LabelImageFile.encoded(drawn).encoded(as: .png), to: "annotations/a.png")
    _ = try separate.write(try COCOFile.encoded(drawn, fileName: "b.png"), to: "annotations/b.coco.json")
    _ = try separate.write(try COCOFile.encoded(drawn, fileName: "x/d.jpg"), to: "annotations.coco.json")
    #expect(try Dataset(path: separate.path).cases.map(\.id) == ["a.png", "b.png", "d.png"])
  }

  @Test func `a folder of damaged annotations names the file`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(try Self.picture(1).encoded(as: .png), to: "a.png")
    _ = try folder.write(Array("{\"shapes\": [{}]}".utf8), to: "a.json")
    let record = try #require(try Dataset(path: folder.path).cases.first)
    #expect(throws: DatasetError.badAnnotations(path: folder.file("a.json"), .damaged("shape 1: it has no label"))) {
      try TrainingSample(record, side: 32)
    }
    let shared = try TemporaryFolder()
    _ = try shared.write(try Self.picture(1).encoded(as: .png), to: "images/a.png")
    _ = try shared.write(Array("{\"images\": [".utf8), to: "annotations.coco.json")
    #expect(throws: DatasetError.self) { try Dataset(path: shared.path) }
  }
}

/// Training that starts from a model.
@Suite struct FineTuningTests {
  @Test func `starts from the model and resumes to the same bits`() throws {
    let folder = try TemporaryFolder()
    for seed in 0..<4 as Range<UInt64> {
      let phantom = try Phantom.make(seed: 50 + seed, size: Size(width: 64, height: 64), opacity: 0.2)
      let annotation = Annotation(Segmentation(lungs: phantom.lungs, opacity: phantom.opacity))
      _ = try folder.write(
        try LabelMeFile.encoded(annotation, imagePath: "p\(seed).png", imageData: phantom.image.encoded(as: .png)), to: "data/p\(seed).json"
      )
    }
    let configuration = try UNetConfiguration(inChannels: 1, classes: 3, width: 8)
    let base = SegmentationModel(configuration: configuration, side: 32, weights: UNet(configuration, seed: 9).weights)
    var recipe = TrainingRecipe.fineTuning(base)
    #expect(recipe.width == 8 && recipe.side == 32)
    recipe.phases[0].epochs = 2
    recipe.phases[0].phantoms = 0
    recipe.batch = 2
    func job(_ name: String, resumes: Bool = false) -> TrainingJob {
      TrainingJob(
        data: [folder.file("data")], recipe: recipe, output: folder.file("\(name).safetensors"), checkpointFolder: folder.file(name),
        resumes: resumes, base: base)
    }
    let whole = try job("whole").run()
    let moved = try #require(whole.weights.first { !$0.key.contains("running") && base.weights[$0.key]?.values != $0.value.values })
    let near = zip(moved.value.values, base.weights[moved.key]?.values ?? []).allSatisfy { abs($0 - $1) < 0.1 }
    #expect(near, "steps are small")
    #expect(whole.thresholds == base.thresholds)
    let steps = Atomic<Int>(0)
    #expect(throws: CancellationError.self) {
      try Cancellation.polling(Cancellation { steps.load(ordering: .relaxed) >= 3 }) {
        try job("parts").run { if case .step = $0 { steps.add(1, ordering: .relaxed) } }
      }
    }
    let resumed = try job("parts", resumes: true).run()
    for (name, tensor) in whole.weights { #expect(resumed.weights[name]?.values == tensor.values, "\(name)") }
    var other = job("parts", resumes: true)
    other.base = SegmentationModel(configuration: configuration, side: 32, weights: UNet(configuration, seed: 10).weights)
    #expect(throws: TrainingError.self) { try other.run() }
  }
}
