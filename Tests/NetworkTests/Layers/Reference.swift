import Basics
import Foundation
import Testing

@testable import Network

/// Stored PyTorch results (`Tools/fixtures/layers.py`).
struct Reference {
  let file: Safetensors

  init(_ name: String) throws {
    let url = try #require(Bundle.module.url(forResource: name, withExtension: "safetensors", subdirectory: "Fixtures"))
    file = try Safetensors(path: url.path)
  }

  func tensor(_ name: String) throws -> Tensor {
    let entry = try #require(file.entries[name], "the fixture lacks \(name)")
    return Tensor(shape: entry.shape, values: try file.floats(name))
  }

  func floats(_ name: String) throws -> [Float] { try file.floats(name) }

  func has(_ name: String) -> Bool { file.entries[name] != nil }

  /// The middle parts of names like `convolution.stem.x`.
  func cases(of prefix: String) -> [String] {
    Set(file.names.filter { $0.hasPrefix(prefix + ".") }.map { String($0.split(separator: ".")[1]) }).sorted()
  }
}

/// Whether two arrays agree: |a − b| ≤ rtol · max|b|, element by element. Records the largest difference where not.
func expectClose(
  _ found: [Float], _ expected: [Float], rtol: Float = 1e-4, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  guard found.count == expected.count else {
    Issue.record("\(what): \(found.count) elements, not \(expected.count)", sourceLocation: sourceLocation)
    return
  }
  let scale = expected.reduce(0) { max($0, abs($1)) }
  var largest: Float = 0
  for (a, b) in zip(found, expected) {
    let difference = abs(a - b)
    largest = difference.isNaN ? .infinity : max(largest, difference)
  }
  #expect(largest <= rtol * max(scale, 1e-6), "\(what): differs by \(largest) at a scale of \(scale)", sourceLocation: sourceLocation)
}

extension FeatureMap {
  /// A map with a tensor's contents.
  convenience init(_ tensor: Tensor, _ workspace: Workspace) {
    self.init(Shape(images: tensor.shape[0], channels: tensor.shape[1], height: tensor.shape[2], width: tensor.shape[3]))
    load(tensor, workspace)
  }

  /// A map whose every lane is not a number, to show what an operation leaves unwritten.
  static func unwritten(_ shape: Shape) -> FeatureMap {
    let map = FeatureMap(shape)
    map.buffer.fill(with: .nan)
    return map
  }

  var arePaddingLanesZero: Bool {
    (0..<shape.images).allSatisfy { image in
      (shape.channels..<shape.blocks * Self.lanes).allSatisfy { lane in
        (0..<shape.pixels).allSatisfy { plane(image, lane / Self.lanes)[$0 * Self.lanes + lane % Self.lanes] == 0 }
      }
    }
  }
}

/// Seeded numbers for property tests.
func noise(_ count: Int, seed: UInt64) -> [Float] {
  var generator = NormalGenerator(seed: seed)
  return (0..<count).map { _ in Float(generator.next()) }
}
