import Foundation
import Network
import SegModel
import TestSupport
import Testing

/// `segsh model import`: weights of PyTorch, ONNX and safetensors.
@Suite struct ModelImportTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..").standardized
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func segsh(_ arguments: String...) throws -> Program.Outcome { try Program().run(arguments, in: folder.url) }

  /// A small model whose weights are exact as float16.
  @discardableResult private func model(_ architecture: Architecture, classes: Int = 3) throws -> [String: Tensor] {
    let configuration = try UNetConfiguration(architecture, inChannels: 1, classes: classes, width: 8)
    let weights = UNet(configuration, seed: 5).weights.mapValues { tensor in
      Tensor(shape: tensor.shape, values: tensor.values.map { Float(Float16($0)) })
    }
    let contents = weights.sorted { $0.key < $1.key }.map {
      Safetensors.Content(name: $0.key, shape: $0.value.shape, values: $0.value.values)
    }
    try Safetensors.write(contents, metadata: [:], to: folder.file("plain.safetensors"))
    return weights
  }

  private func expectSameWeights(_ weights: [String: Tensor], in name: String) throws {
    let model = try SegmentationModel(path: folder.file(name))
    #expect(model.weights == weights)
    #expect(model.side == 64)
    #expect(model.normalization == .film)
  }

  @Test(arguments: Architecture.allCases) func `safetensors without a description and our own ONNX give the same weights`(
    architecture: Architecture
  ) throws {
    let weights = try model(architecture)
    let plain = try segsh(
      "model", "import", "plain.safetensors", "--out", "a.safetensors", "--normalization", "film", "--size", "64", "--license", "CC0")
    #expect(
      plain.output.hasPrefix("wrote a.safetensors: \(architecture.rawValue), width 8, 64 px\nnot calibrated"),
      "\(plain.output) \(plain.errors)")
    try expectSameWeights(weights, in: "a.safetensors")
    #expect(try segsh("model", "info", "a.safetensors").output.contains("licence: CC0"))
    #expect(try segsh("model", "export", "a.safetensors", "--onnx", "a.onnx").status == 0)
    let onnx = try segsh("model", "import", "a.onnx", "--out", "b.safetensors", "--normalization", "film", "--size", "64")
    #expect(onnx.status == 0, "\(onnx.errors)")
    try expectSameWeights(weights, in: "b.safetensors")
  }

  @Test func `state dicts of PyTorch give the same weights, whatever they are wrapped in`() throws {
    guard let python = TestPython.path(importing: "torch", "safetensors") else { return }
    let weights = try model(.resNet18)
    let script = Self.root.appendingPathComponent("Tools/exchange-tests/save_checkpoints.py").path
    let run = try Program(executable: python).run([script, "plain.safetensors"], in: folder.url)
    try #require(run.status == 0, "\(run.errors)")
    let names = run.output.split(separator: "\n").map(String.init)
    #expect(names.count >= 6)
    for name in names {
      let result = try segsh("model", "import", name, "--out", "c.safetensors", "--normalization", "film", "--size", "64")
      #expect(result.status == 0, "\(name): \(result.errors)")
      try expectSameWeights(weights, in: "c.safetensors")
    }
  }

  @Test func `what is missing or different is an error that says how to give it, and nothing is written`() throws {
    let weights = try model(.resNet18)
    func write(_ weights: [String: Tensor], to name: String) throws {
      let contents = weights.sorted { $0.key < $1.key }.map {
        Safetensors.Content(name: $0.key, shape: $0.value.shape, values: $0.value.values)
      }
      try Safetensors.write(contents, metadata: [:], to: folder.file(name))
    }
    try write(weights.filter { !$0.key.contains(".bn") }, to: "folded.safetensors")
    try write(["fc.weight": Tensor(shape: [2, 2])], to: "other.safetensors")
    try folder.write("text", to: "weights.txt")
    try folder.write(Array([0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 100)), to: "zip.pt")
    try folder.write("text", to: "text.onnx")
    let cases = [
      ("folded.safetensors", "weights of unet-resnet18 are missing, such as `encoder.bn1.weight`"),
      ("other.safetensors", "none of the supported networks; its first weight is `fc.weight`"),
      ("weights.txt", "weights.txt is not a PyTorch checkpoint"), ("zip.pt", "zip.pt is damaged or not supported: its ZIP directory"),
      ("text.onnx", "text.onnx is damaged or not supported"), ("missing.pt", "there is no file `missing.pt`"),
    ]
    for (name, problem) in cases {
      let result = try segsh("model", "import", name, "--out", "out.safetensors", "--normalization", "image")
      #expect(result.status == 1 || result.status == 2)
      #expect(result.errors.contains(problem), "\(name): \(result.errors)")
    }
    try model(.resNet18, classes: 1)
    let classes = try segsh("model", "import", "plain.safetensors", "--out", "out.safetensors", "--normalization", "image")
    #expect(classes.errors.contains("the network has 1 output channel, but 3 are needed, in this order: right lung, left lung, opacity"))
    #expect(
      try segsh("model", "import", "plain.safetensors", "--out", "out.safetensors", "--normalization", "mean").errors.contains(
        "--normalization is `mean` but must be image, film or ellipse"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("out.safetensors")))
  }
}
