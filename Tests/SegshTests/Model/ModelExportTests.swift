import Foundation
import Network
import SegModel
import TestSupport
import Testing

/// `segsh model export`, its files run by ONNX Runtime.
@Suite struct ModelExportTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..").standardized
  private let folder: TemporaryFolder
  private let environment = ["SEGSH_MODELS": Self.root.appendingPathComponent("Models").path]

  init() throws { folder = try TemporaryFolder() }

  private func segsh(_ arguments: String...) throws -> Program.Outcome {
    try Program().run(arguments, in: folder.url, environment: environment)
  }

  private func check(_ arguments: String...) throws -> Program.Outcome? {
    guard let python = TestPython.path(importing: "onnx", "onnxruntime", "numpy") else { return nil }
    let script = Self.root.appendingPathComponent("Tools/exchange-tests/check_onnx.py").path
    return try Program(executable: python).run([script] + arguments, in: folder.url, environment: environment)
  }

  @Test func `the shipped model gives segsh's probabilities in ONNX Runtime, prepared as the file says`() throws {
    let export = try segsh("model", "export", "--onnx", "default.onnx")
    #expect(export.status == 0, "\(export.errors)")
    #expect(export.output.hasPrefix("wrote default.onnx: ONNX operator set 17\ninput: image, N×1×256×256, float32\n"))
    #expect(export.output.contains("\npostprocessing: The channels are 0 right lung, 1 left lung"))
    let phantom = try segsh("-c", "img = phantom size=256 seed=3; img | save image.npy; (img | segment).probability | save probability.npy")
    #expect(phantom.status == 0, "\(phantom.errors)")
    let weights = Self.root.appendingPathComponent("Models/default.safetensors").path
    guard let run = try check("default.onnx", Program().path, weights, "image.npy", "probability.npy") else { return }
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    #expect(run.output.contains("image: largest difference"), "\(run.output)")
  }

  @Test(arguments: Architecture.allCases) func `each architecture gives segsh's probabilities in ONNX Runtime`(architecture: Architecture)
    throws
  {
    let configuration = try UNetConfiguration(architecture, inChannels: 1, classes: 3, width: 8)
    var weights = UNet(configuration, seed: 5).weights
    // New norms are the identity, which would hide one that is left out.
    for (name, tensor) in weights where tensor.shape.count == 1 {
      let isPositive = name.hasSuffix("running_var") || name.hasSuffix("weight")
      let values = tensor.values.indices.map { index in (isPositive ? 1 : 0) + 0.3 * Float(sin(Double(index * 7 + name.count))) }
      weights[name] = Tensor(shape: tensor.shape, values: values)
    }
    try SegmentationModel(configuration: configuration, side: 64, weights: weights).write(to: folder.file("small.safetensors"))
    #expect(try segsh("model", "export", "small.safetensors", "--onnx", "small.onnx").status == 0)
    guard let run = try check("small.onnx", Program().path, folder.file("small.safetensors")) else { return }
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    #expect(run.output.contains("noise: largest difference"), "\(run.output)")
  }

  @Test func `what cannot be exported is an error, and nothing is written`() throws {
    let ending = try segsh("model", "export", "--onnx", "model.pt")
    #expect(ending.status == 2)
    #expect(ending.errors.contains("--onnx is `model.pt` but must end in .onnx"))
    try folder.write("no model", to: "bad.safetensors")
    let bad = try segsh("model", "export", "bad.safetensors", "--onnx", "bad.onnx")
    #expect(bad.status == 1)
    #expect(bad.errors.hasPrefix("error: bad.safetensors is damaged or not a safetensors file"))
    #expect(try segsh("model", "export", "unheard-of", "--onnx", "bad.onnx").errors.hasPrefix("error: there is no model `unheard-of`"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("bad.onnx")))
  }
}
