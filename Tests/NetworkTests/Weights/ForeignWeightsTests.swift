import Foundation
import TestSupport
import Testing

@testable import Network

/// Files of other programs, whole and damaged.
@Suite struct ForeignWeightsTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private static func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

  /// A ZIP archive of stored files.
  private static func archive(_ files: [(name: String, content: [UInt8])]) -> [UInt8] {
    var (bytes, directory) = ([UInt8](), [UInt8]())
    for (name, content) in files {
      let sizes = little(content.count, 4) + little(content.count, 4) + little(name.utf8.count, 2) + little(0, 2)
      let offset = bytes.count
      bytes += [0x50, 0x4B, 3, 4] + little(20, 2) + [UInt8](repeating: 0, count: 12) + sizes + Array(name.utf8) + content
      directory += [0x50, 0x4B, 1, 2] + little(20, 2) + little(20, 2) + [UInt8](repeating: 0, count: 12) + sizes
      directory += [UInt8](repeating: 0, count: 10) + little(offset, 4) + Array(name.utf8)
    }
    let start = bytes.count
    bytes += directory
    return bytes + [0x50, 0x4B, 5, 6] + little(0, 4) + little(files.count, 2) + little(files.count, 2) + little(directory.count, 4)
      + little(start, 4) + little(0, 2)
  }

  /// `{"w": tensor of 2×2}` as torch.save writes it.
  private static let pickle: [UInt8] = {
    func text(_ text: String) -> [UInt8] { [UInt8(ascii: "X")] + little(text.utf8.count, 4) + Array(text.utf8) }
    func number(_ value: Int) -> [UInt8] { [UInt8(ascii: "K"), UInt8(value)] }
    let storage = [UInt8(ascii: "(")] + text("storage") + Array("ctorch\nFloatStorage\n".utf8) + text("0") + text("cpu") + number(4)
    let identity = storage + Array("tQ".utf8)
    let shape = number(2) + number(2) + [0x86] + number(2) + number(1) + [0x86]
    let arguments = [UInt8(ascii: "(")] + identity + number(0) + shape + [0x89] + Array("ccollections\nOrderedDict\n)Rt".utf8)
    return [0x80, 2] + Array("}q\u{0}".utf8) + text("w") + Array("ctorch._utils\n_rebuild_tensor_v2\n".utf8) + arguments + Array("Rs.".utf8)
  }()

  private static let numbers: [UInt8] = [1, 2, 3, 4].flatMap { (value: Float) in little(Int(value.bitPattern), 4) }
  private static let checkpoint = archive([("w/data.pkl", pickle), ("w/data/0", numbers)])

  private func read(_ bytes: [UInt8], as name: String) throws -> [String: Tensor] {
    try folder.write(bytes, to: name)
    return try ForeignWeights(path: folder.file(name)).tensors
  }

  @Test func `a checkpoint gives its tensors`() throws {
    let tensors = try read(Self.checkpoint, as: "w.pt")
    #expect(tensors == ["w": Tensor(shape: [2, 2], values: [1, 2, 3, 4])])
  }

  @Test func `numbers that are not there are an error`() throws {
    let short = Self.archive([("w/data.pkl", Self.pickle), ("w/data/0", Array(Self.numbers.dropLast()))])
    #expect(throws: ForeignWeights.Problem.damaged(folder.file("s.pt"), "a tensor reaches beyond its data")) { try read(short, as: "s.pt") }
    let none = Self.archive([("w/data.pkl", Self.pickle)])
    #expect(throws: ForeignWeights.Problem.damaged(folder.file("n.pt"), "the numbers of `w` are missing or compressed")) {
      try read(none, as: "n.pt")
    }
  }

  @Test func `a pickle that refers to itself, or nests deeply, does no harm`() throws {
    // d = {}; d["model"] = d, and a million tuples one inside the other.
    let selfish: [UInt8] = [0x80, 2] + Array("}q\u{0}X\u{5}\u{0}\u{0}\u{0}modelh\u{0}s.".utf8)
    #expect(throws: ForeignWeights.Problem.self) { try read(Self.archive([("w/data.pkl", selfish)]), as: "a.pt") }
    let deep: [UInt8] = [0x80, 2] + Array(")".utf8) + [UInt8](repeating: 0x85, count: 1_000_000) + Array(".".utf8)
    #expect(throws: ForeignWeights.Problem.self) { try read(Self.archive([("w/data.pkl", deep)]), as: "b.pt") }
  }

  @Test func `damaged files are errors, wherever the damage is`() throws {
    var graph = ONNXGraph()
    _ = graph.constant("w", [1, 2, 3, 4], shape: [2, 2])
    let onnx = graph.model(
      named: "g", input: ("x", [.fixed(1)]), output: ("y", [.fixed(1)]), summary: "", producer: ("p", "1"), notes: [("key", "value")])
    #expect(try read(onnx, as: "w.onnx") == ["w": Tensor(shape: [2, 2], values: [1, 2, 3, 4])])
    var seed: UInt64 = 28
    func draw(_ count: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(seed >> 33) % count
    }
    for (name, whole) in [("d.pt", Self.checkpoint), ("d.onnx", onnx)] {
      var errors = 0
      for _ in 0..<3000 {
        var bytes = whole
        for _ in 0...draw(3) { bytes[draw(bytes.count)] = UInt8(draw(256)) }
        if draw(4) == 0 { bytes = Array(bytes.prefix(draw(bytes.count))) }
        do { _ = try read(bytes, as: name) } catch is ForeignWeights.Problem { errors += 1 }
      }
      #expect(errors > 300, "\(name)")
    }
  }
}
