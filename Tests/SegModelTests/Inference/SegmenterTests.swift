import Basics
import Foundation
import TestSupport
import Testing

@testable import ImageOps
@testable import Network
@testable import SegModel

@Suite struct SegmenterTests {
  private func noise(_ count: Int, seed: UInt64) -> [Float] {
    var generator = NormalGenerator(seed: seed)
    return (0..<count).map { _ in Float(generator.next()) }
  }

  private func smoothPlanes(side: Int, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    var planes: [Float] = []
    for _ in 0..<3 {
      let field = SmoothField(deviation: 0.6, using: &generator)
      var line = [Float](repeating: 0, count: side)
      for row in 0..<side {
        field.fill(&line, row: row, side: side)
        planes += line.map { min(max($0 + 0.5, 0), 1) }
      }
    }
    return planes
  }

  @Test(arguments: [Size(width: 61, height: 40), Size(width: 200, height: 130), Size(width: 32, height: 32), Size(width: 65, height: 33)])
  func `cuts what interpolation would give`(size: Size) throws {
    let side = 32
    for seed in 0..<4 as Range<UInt64> {
      let planes = smoothPlanes(side: side, seed: seed)
      let cut = try ProbabilityThreshold(side: side, planes: planes, thresholds: .init()).masks(at: size)
      let maps = try (0..<3).map { channel in
        try ProbabilityMap(size: Size(width: side, height: side), pixels: Array(planes[channel * 1024..<(channel + 1) * 1024]))
          .resampled(to: size, using: .bilinear).pixels
      }
      let opacity = Mask(size: size, words: cut.opacity)
      for index in 0..<size.count {
        let (right, left, opaque) = (maps[0][index], maps[1][index], maps[2][index])
        // Rounding may decide a pixel that lies on a boundary.
        guard abs(right - 0.5) > 1e-4, abs(left - 0.5) > 1e-4, abs(right - left) > 1e-4, abs(opaque - 0.5) > 1e-4 else { continue }
        let label: UInt32 = max(right, left) < 0.5 ? 0 : right > left ? 1 : 2
        #expect(cut.labels[index] == label, "seed \(seed), pixel \(index)")
        #expect(opacity[index / size.width, index % size.width] == (label != 0 && opaque > 0.5), "seed \(seed), pixel \(index)")
      }
    }
  }

  @Test func `keeps one piece of each lung and fills its holes`() throws {
    let side = 32
    var planes = [Float](repeating: 0.1, count: 3 * side * side)
    func set(_ channel: Int, rows: Range<Int>, columns: Range<Int>, _ value: Float) {
      for row in rows { for column in columns { planes[channel * side * side + row * side + column] = value } }
    }
    set(0, rows: 4..<20, columns: 3..<12, 0.9)
    set(0, rows: 8..<12, columns: 5..<8, 0.2)
    set(0, rows: 26..<28, columns: 5..<8, 0.8)
    set(1, rows: 4..<20, columns: 18..<28, 0.9)
    set(1, rows: 9..<11, columns: 6..<7, 0.9)
    let cleaned = try LungCleaning.cleaned(planes, side: side, threshold: 0.5)
    let size = Size(width: side, height: side)
    let cut = try ProbabilityThreshold(side: side, planes: cleaned, thresholds: .init()).masks(at: size)
    let lungs = LabelImage(size: size, labels: cut.labels)
    #expect(lungs.mask(of: 1).count == 16 * 9 && lungs.mask(of: 2).count == 16 * 10)
    #expect(try lungs.mask(of: 1).componentCount() == 1)
  }

  private func model(seed: UInt64 = 3) throws -> SegmentationModel {
    let configuration = try UNetConfiguration(classes: 3, width: 8)
    return SegmentationModel(
      configuration: configuration, side: 64, weights: UNet(configuration, seed: seed).weights, notes: ["licence": "none"])
  }

  @Test func `models survive their file`() throws {
    let folder = try TemporaryFolder()
    var model = try model()
    model.thresholds.opacity = 0.4
    try model.write(to: folder.file("m.safetensors"))
    let read = try SegmentationModel(path: folder.file("m.safetensors"))
    #expect(read.side == 64 && read.configuration == model.configuration && read.thresholds == model.thresholds)
    #expect(read.notes == model.notes && read.weights.keys.sorted() == model.weights.keys.sorted())
    for (name, tensor) in model.weights {
      expectClose(try #require(read.weights[name]).values, tensor.values, relative: 1e-3, absolute: 1e-6)
    }
  }

  @Test func `a model read layer by layer gives the same bits`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("m.safetensors")
    try model().write(to: path)
    let image = try Phantom.make(seed: 4, size: Size(width: 80, height: 70)).image
    let direct = try Segmenter(modelPath: path)
    let whole = try Segmenter(SegmentationModel(path: path))
    for _ in 0..<2 {
      let (found, expected) = (try #require(direct.segment(image).prediction), try #require(whole.segment(image).prediction))
      #expect(found.planes == expected.planes && found.features == expected.features)
    }
    let network = try InferenceNetwork(
      UNetConfiguration(classes: 3, width: 8), reading: Safetensors(path: path), for: (height: 64, width: 64))
    let taken = network.allocations
    _ = try network.predict(Tensor(shape: [1, 1, 64, 64]))
    #expect(network.allocations > taken, "feature maps")
    #expect(throws: NetworkError.wrongInputShape(expected: "1×1×64×64", found: [1, 1, 96, 64])) {
      try network.predict(Tensor(shape: [1, 1, 96, 64]))
    }
  }

  @Test(arguments: Architecture.allCases) func `kept weights give the same bits`(_ architecture: Architecture) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("m.safetensors")
    let configuration = try UNetConfiguration(architecture, classes: 3, width: 8)
    try SegmentationModel(configuration: configuration, side: 64, weights: UNet(configuration, seed: 3).weights).write(to: path)
    let file = try Safetensors(path: path)
    let size = (height: 64, width: 64)
    let input = Tensor(shape: [1, 1, 64, 64], values: noise(64 * 64, seed: 2))
    let expected = try InferenceNetwork(configuration, weights: SegmentationModel(path: path).weights).predict(input)
    let cache = try #require(PackedWeightsCache(of: file, for: size, on: Workspace().instructionSet, in: folder.file("cache")))
    for isKept in [false, true] {
      #expect((cache.open() != nil) == isKept)
      let found = try InferenceNetwork(configuration, reading: file, for: size, cacheFolder: folder.file("cache")).predict(input)
      #expect(found.logits == expected.logits && found.features == expected.features)
    }
  }

  @Test func `packed weights are kept and only used when whole`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("m.safetensors")
    try model().write(to: path)
    let file = try Safetensors(path: path)
    let caches = folder.file("cache")
    let size = (height: 64, width: 64)
    let cache = try #require(PackedWeightsCache(of: file, for: size, on: Workspace().instructionSet, in: caches))
    let input = Tensor(shape: [1, 1, 64, 64], values: noise(64 * 64, seed: 2))
    func logits() throws -> [Float] {
      try InferenceNetwork(UNetConfiguration(classes: 3, width: 8), reading: file, for: size, cacheFolder: caches).predict(input).logits
        .values
    }
    #expect(cache.open() == nil)
    let expected = try logits()
    let entry = try #require(cache.open())
    #expect(try logits() == expected)

    // An entry that is used shows in what comes out.
    var contents = try entry.names.map { name in
      Safetensors.Content(name: name, shape: try #require(entry.entries[name]).shape, values: try entry.floats(name))
    }
    contents[0].values[0] += 1
    cache.write(contents)
    #expect(try logits() != expected)

    var bytes = try Data(contentsOf: URL(fileURLWithPath: cache.path))
    bytes[bytes.count - 5] ^= 4
    try bytes.write(to: URL(fileURLWithPath: cache.path))
    #expect(cache.open() == nil, "a changed bit")
    #expect(try logits() == expected)
    #expect(cache.open() != nil, "and it has been replaced")
    try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: cache.path)
    #expect(cache.open() == nil, "others could write to it")
    try Data(bytes.prefix(1000)).write(to: URL(fileURLWithPath: cache.path))
    #expect(cache.open() == nil, "cut off")
    #expect(PackedWeightsCache(of: file, for: (height: 64, width: 96), on: .portable, in: caches)?.open() == nil)
    #expect(PackedWeightsCache(of: file, for: size, on: .portable, in: nil) == nil)
  }

  @Test func `percentiles are those of the sorted values`() {
    var generator = SeededGenerator(seed: 8)
    for count in [1, 2, 99, 5000] {
      let values = (0..<count).map { index in index % 7 == 3 ? -1 : Float(generator.uniform(-300...4000)) }
      let sorted = values.sorted()
      func quantile(_ q: Double) -> Float {
        let position = q * Double(count - 1)
        let (lower, upper) = (sorted[Int(position)], sorted[min(Int(position) + 1, count - 1)])
        return lower + (upper - lower) * Float(position - Double(Int(position)))
      }
      let found = InputNormalization.percentiles(of: values + [.nan, .infinity, -.infinity])
      #expect(found.low == quantile(0.01) && found.high == quantile(0.99), "\(count) values")
    }
    #expect(InputNormalization.percentiles(of: [.nan]) == (0, 0))
  }

  @Test func `refuses weights that are no model`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("m.safetensors")
    let content = Safetensors.Content(name: "x", shape: [1], values: [1])
    try Safetensors.write([content], metadata: [:], to: path)
    #expect(throws: ModelError.missingMetadata(path: path, key: "architecture")) { try SegmentationModel(path: path) }
    let model = try model()
    try model.write(to: path)
    let metadata = try Safetensors(path: path).metadata
    for (key, value) in [
      ("architecture", "vgg"), ("input_size", "100"), ("input_size", "1e9"), ("width", "x"), ("threshold_opacity", "2"), ("classes", "a"),
    ] {
      var wrong = metadata
      wrong[key] = value
      try Safetensors.write([content], metadata: wrong, to: path)
      #expect(throws: ModelError.self, "\(key) = \(value)") { try SegmentationModel(path: path) }
    }
    try Safetensors.write([content], metadata: metadata, to: path)
    #expect(throws: NetworkError.self, "no weights") { try Segmenter(modelPath: path) }
  }

  @Test func `segments pictures of any size the same with any threads`() throws {
    let segmenter = try Segmenter(model())
    for size in [Size(width: 1, height: 1), Size(width: 3, height: 500), Size(width: 130, height: 90)] {
      var generator = SeededGenerator(seed: 1)
      let image = GrayImage(size: size, pixels: (0..<size.count).map { _ in Float(generator.uniform(0...255)) })
      let before = Parallel.threadCount
      defer { Parallel.threadCount = before }
      Parallel.threadCount = 1
      let one = try segmenter.segment(image)
      Parallel.threadCount = 3
      let three = try segmenter.segment(image)
      #expect(one.lungs == three.lungs && one.opacity == three.opacity && one.prediction?.planes == three.prediction?.planes)
      #expect(one.lungs.size == size && one.opacity.size == size)
      #expect(try one.opacity.subtracting(one.lungs.foreground).isEmpty, "opacity lies inside the lungs")
      #expect(try one.probability().size == size)
      let severity = try Severity(one)
      #expect(severity.figures.allSatisfy { $0.figure.map { $0.interval.contains($0.value) } ?? true })
      _ = try JSON(parsing: severity.json.description)
    }
  }

  @Test func `mirroring the picture mirrors the answer`() throws {
    let segmenter = try Segmenter(model())
    let image = try Phantom.make(seed: 2, size: Size(width: 64, height: 64)).image
    let straight = try #require(segmenter.segment(image).prediction)
    let mirrored = try #require(segmenter.segment(image.flipped(.horizontal)).prediction)
    let plane = 64 * 64
    for row in 0..<64 {
      for column in 0..<64 {
        let (here, there) = (row * 64 + column, row * 64 + 63 - column)
        #expect(abs(straight.planes[2 * plane + here] - mirrored.planes[2 * plane + there]) < 1e-5)
      }
    }
  }

  @Test func `pictures that are not numbers or have one intensity are defined`() throws {
    let segmenter = try Segmenter(model())
    for value in [Float.nan, .infinity, 7] {
      let image = GrayImage(size: Size(width: 20, height: 20), filledWith: value)
      let prediction = try #require(segmenter.segment(image).prediction)
      #expect(prediction.planes.allSatisfy { (0...1).contains($0) }, "\(value)")
    }
  }

  @Test func `stops when cancelled`() throws {
    let segmenter = try Segmenter(model())
    let image = GrayImage(size: Size(width: 300, height: 300))
    #expect(throws: CancellationError.self) { try Cancellation.polling(Cancellation { true }) { try segmenter.segment(image) } }
  }

  @Test func `says where it looked for a model`() throws {
    let error = #expect(throws: ModelError.self) { try ModelLibrary.path(of: "no-such-model") }
    #expect(error.map { "\($0)".contains("Models/no-such-model.safetensors") } == true)
    #expect(throws: ModelError.notFound(name: "a/b.safetensors", searched: ["a/b.safetensors"])) {
      try ModelLibrary.path(of: "a/b.safetensors")
    }
  }
}
