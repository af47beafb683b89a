import Basics
import Foundation
import ImageOps
import SegLang
import Synchronization
import TestSupport
import Testing

@testable import SegCommands

/// What holds for every command that takes an image, a mask or labels, today's and tomorrow's.
@Suite("Every command on pictures")
struct ImageContractTests {
  static let names = ImageLines.signatures.map(\.name)

  @Test(arguments: names) func `gives a result or says why not, for any size and any content`(name: String) throws {
    for (height, width) in [(1, 1), (1, 40), (40, 1), (2, 3), (33, 21)] {
      let shell = try Shell()
      try ImageLines.prepare(shell, height: height, width: width)
      for line in try ImageLines.of(name) {
        let outcome = try shell.execute(line)
        let errors = outcome.diagnostics.filter { $0.severity == .error }.map(\.message)
        #expect(errors.allSatisfy { $0.count > 10 }, "\(line)")
        if !ImageLines.mayRefuse.contains(name) { #expect(errors.isEmpty, "\(line), \(height) rows of \(width): \(errors)") }
        switch outcome.last {
        case let image as GrayImage:
          #expect(image.pixels.allSatisfy { $0.isFinite }, "\(line), \(height) rows of \(width)")
        case let map as ProbabilityMap: #expect(map.pixels.allSatisfy { (0...1).contains($0) }, "\(line), \(height) rows of \(width)")
        default: break
        }
      }
    }
  }

  @Test(arguments: names) func `takes the greatest and least numbers, infinities and what is no number`(name: String) throws {
    for (content, values) in ImageLines.extremes {
      for (height, width) in [(1, 1), (1, 40), (40, 1), (9, 13)] {
        let shell = try Shell()
        try ImageLines.prepare(shell, height: height, width: width) { index, ordinary in
          values[index % values.count] ?? ordinary
        }
        for line in try ImageLines.of(name) {
          let outcome = try shell.execute(line)
          let place = "\(line), \(content), \(height) rows of \(width)"
          let errors = outcome.diagnostics.filter { $0.severity == .error }.map(\.message)
          #expect(errors.allSatisfy { $0.count > 10 }, "\(place)")
          guard content == "65535", let image = outcome.last as? GrayImage else { continue }
          #expect(image.pixels.allSatisfy { $0.isFinite }, "\(place)")
        }
      }
    }
  }

  @Test(arguments: names) func `asks whether to stop the more often the larger the picture is, and stops`(name: String) throws {
    guard !ImageLines.takesNoTime.contains(name) else { return }
    let polls = Atomic<Int>(0)
    let limit = Atomic<Int>(.max)
    func count(_ line: String, height: Int, stoppingAfter stop: Int? = nil) throws -> (count: Int, outcome: Session.Outcome) {
      limit.store(.max, ordering: .relaxed)
      let shell = try Shell(isCancelled: {
        polls.wrappingAdd(1, ordering: .relaxed).newValue >= limit.load(ordering: .relaxed)
      })
      try ImageLines.prepare(shell, height: height, width: 1100)
      polls.store(0, ordering: .relaxed)
      limit.store(stop ?? .max, ordering: .relaxed)
      let outcome = try shell.execute(line)
      return (polls.load(ordering: .relaxed), outcome)
    }
    // Of the masks the one with grain.
    for line in try ImageLines.of(name) where !["c ", "e ", "f "].contains(String(line.prefix(2))) {
      let (small, outcome) = try count(line, height: 600)
      if outcome.hasErrors, ImageLines.mayRefuse.contains(name) { continue }
      let large = try count(line, height: 1200).count
      // At least once in 165 000 pixels; masks hold 64 pixels a word, so that a poll may stand for more of them.
      if !line.hasPrefix("m ") { #expect(large - small >= 4, "\(line): asked \(small) and \(large) times") }
      for stop in [small / 3, small - small / 8] where stop > 1 {
        #expect(try count(line, height: 600, stoppingAfter: stop).outcome.wasCancelled, "\(line): poll \(stop) of \(small)")
      }
    }
  }
}

/// Lines that run each command on images of a given size.
enum ImageLines {
  /// Commands with an image, a mask or labels as their input.
  static let signatures = Registry.segsh.signatures.filter { signature in
    guard let input = signature.input, signature.category != .files, signature.category != .lessons else { return false }
    return !variables(for: input.type).isEmpty
  }

  /// Those that say so when an image holds nothing for them: no lungs, nothing outside of a full mask, fewer values than classes, no pixel beneath a shape, no Tesseract, a contrast that is a share of
  /// no range at all.
  static let mayRefuse: Set<String> = [
    "bilateral-filter", "cardiothoracic-ratio", "compare-images", "anisotropic-diffusion", "distance-transform", "exclude", "find-text",
    "region-growing", "guided-filter",
    "include",
    "lung-symmetry",
    "non-local-means", "h-maxima", "severity", "superpixels", "threshold-multiotsu", "watershed",
  ]

  /// Those that look at few pixels, or give back what they were given.
  static let takesNoTime: Set<String> = [
    "calibrate", "exclude", "find-text", "include", "info", "measure-angle", "paint", "profile", "measure-distance",
  ]

  /// What a command cannot do without, of the size of its input, and what makes it fast enough for a test.
  static let arguments: [String: String] = [
    "active-contour": "m iterations=2", "area-open": "9px", "calibrate": "0.2mm", "compare": "f", "clip": "low=20",
    "compare-images": "(x + 3)", "redact": "row=0 column=0 height=9 width=9", "crop": "row=0 column=0",
    "anisotropic-diffusion": "iterations=2", "exclude": "ellipse \"0,0 9,9\"", "gamma": "0.7", "region-growing": "row=0 column=0",
    "hit-or-miss": "\"1 1 0\"",
    "include": "ellipse \"0,0 9,9\"", "match-histogram": "x",
    "measure-angle": "row=0 column=0 from_row=0 from_column=5 to_row=5 to_column=0",
    "non-local-means": "patch_radius=1px search_radius=2px", "overlay": "background=x", "pad": "3px", "paint": "\"0,0 9,9\" radius=3px",
    "profile": "row=0 column=0 to_row=9 to_column=9", "reconstruct": "MARKER", "register": "x transform=translation", "resize": "scale=0.7",
    "rotate": "7deg", "measure-distance": "row=0 column=0 to_row=9 to_column=9", "superpixels": "count=20 iterations=2",
    "threshold": "otsu",
  ]

  /// Intensities by turns; nil for an ordinary one.
  static let extremes: [(content: String, [Float?])] = [
    ("65535", [65535]), ("NaN", [.nan]), ("NaN and infinities", [nil, .nan, .infinity, -.infinity]),
    ("3e38", [3e38, nil, -3e38]), ("least", [.leastNonzeroMagnitude, -.greatestFiniteMagnitude]),
  ]

  static func of(_ name: String) throws -> [String] {
    let signature = try #require(Registry.segsh[name])
    let input = try #require(signature.input)
    let required = signature.parameters.filter { $0.role != .input && !$0.isOptional && $0.declaration.defaultLiteral == nil }
    try #require(required.isEmpty || arguments[name] != nil, "\(name) wants arguments for this test: \(required.map(\.name))")
    return variables(for: input.type).map { variable in
      // A marker is of its image's kind.
      let marker = ["x", "c"].contains(variable) ? "(x - 30)" : "e"
      return "\(variable) | \(name) " + (arguments[name] ?? "").replacing("MARKER", with: marker)
    }
  }

  /// x grain, c one intensity; m, e, f a mixed, an empty and a full mask; l labels, n none; s a segmentation.
  static func prepare(
    _ shell: Shell, height: Int, width: Int, intensity: (_ index: Int, _ ordinary: Float) -> Float = { $1 }
  ) throws {
    var generator = SeededGenerator(seed: 3)
    let size = Size(width: width, height: height)
    let pixels: [Float] = (0..<size.count).map { index in
      let (row, column) = (index / width, index % width)
      let wave = (row / 9 + column / 7) % 5 * 45
      return intensity(index, Float(wave + Int(generator.next() % 40)))
    }
    try npy(GrayImage(size: size, pixels: pixels)).write(to: URL(fileURLWithPath: shell.path("x.npy")))
    try shell.run(
      "x = load x.npy; c = x * 0 + 42; m = x > 127; e = x > 1000; f = x < 1000; l = m | connected-components; n = e | connected-components")
  }

  private static func variables(for type: ValueType) -> [String] {
    let members: [ValueType] = if case .union(let members) = type { members } else { [type] }
    let known: [(any Value.Type, [String])] = [
      (GrayImage.self, ["x", "c"]), (Mask.self, ["m", "e", "f"]), (LabelImage.self, ["l", "n"]),
    ]
    return known.flatMap { kind, variables in members.contains(.of(kind)) ? variables : [] }
  }

  private static func npy(_ image: GrayImage) -> Data {
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(image.size.height), \(image.size.width)), }"
    let padding = String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n"
    var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0])
    withUnsafeBytes(of: UInt16(text.utf8.count + padding.utf8.count).littleEndian) { data.append(contentsOf: $0) }
    data.append(contentsOf: (text + padding).utf8)
    image.pixels.withUnsafeBytes { data.append(contentsOf: $0) }
    return data
  }
}
