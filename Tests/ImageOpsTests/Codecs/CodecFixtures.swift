import Foundation

@testable import ImageOps

/// The files that `Tools/fixtures/codecs.py` wrote, and what they hold.
struct CodecFixtures: Decodable {
  struct Picture: Decodable, Sendable {
    var width: Int
    var height: Int
    var bitDepth: Int
    var low: Float
    var high: Float
    /// Levels by which another decoder may differ.
    var tolerance: Float
    var pixels: [Float]
    var labels: [UInt32]?
    var text: [[String]]?
    var spacing: [Double]?
  }
  struct Array: Decodable, Sendable {
    var shape: [Int]
    var values: [Float]
  }
  var pictures: [String: Picture]
  var arrays: [String: Array]
  /// Names of the problems that may be found, separated by `|`.
  var broken: [String: String]

  static let folder = Bundle.module.bundleURL.appendingPathComponent("Fixtures/codecs")

  static let all: CodecFixtures = {
    do {
      return try JSONDecoder().decode(CodecFixtures.self, from: Data(contentsOf: folder.appendingPathComponent("expected.json")))
    } catch { fatalError("expected.json: \(error)") }
  }()

  static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  static func bytes(_ name: String) throws -> [UInt8] { try FileBytes.read(path(name)) }
}
