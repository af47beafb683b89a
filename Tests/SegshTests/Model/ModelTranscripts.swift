import Foundation
import ImageOps
import Network
import SegModel
import TestSupport
import Testing

/// `segsh model`, `bench` and `phantom`.
@Suite struct ModelTranscripts {
  private let program = Program()
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

  @Test func `a network is applied to an array as the library applies it`() throws {
    let configuration = try UNetConfiguration(classes: 3, width: 8)
    let weights = UNet(configuration, seed: 5).weights
    let contents = weights.sorted { $0.key < $1.key }.map {
      Safetensors.Content(name: $0.key, shape: $0.value.shape, values: $0.value.values)
    }
    try Safetensors.write(contents, metadata: [:], to: path("w.safetensors"))
    let shape = [2, 1, 40, 72]
    let values = (0..<shape.reduce(1, *)).map { Float($0 % 17) / 17 }
    try NPYArray(shape: shape, values: values).write(to: path("in.npy"))
    let outcome = try program.run(["model", "run", "w.safetensors", "--input", "in.npy", "--output", "out.npy"], in: folder.url)
    #expect(outcome == .init(status: 0, output: "", errors: ""))
    let expected = try InferenceNetwork(configuration, weights: weights).predict(Tensor(shape: shape, values: values)).logits
    let result = try NPYArray.read(from: path("out.npy"))
    #expect(result.shape == [2, 3, 40, 72])
    #expect(result.values == expected.values)
  }

  @Test func `a file that is no model is refused`() throws {
    try folder.write("not a model at all", to: "bad.safetensors")
    let outcome = try program.run(["model", "info", "bad.safetensors"], in: folder.url)
    #expect(outcome.status == 1)
    #expect(outcome.errors.hasPrefix("error: bad.safetensors is damaged or not a safetensors file"))
  }

  @Test func `a benchmark prints an object a line`() throws {
    let outcome = try program.run(["bench", "components", "threshold-otsu", "--size", "64", "--threads", "2", "--json"], in: folder.url)
    #expect(outcome.status == 0)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 2)
    for (line, name) in zip(lines, ["components", "threshold-otsu"]) {
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      #expect(Set(object.keys) == ["name", "size", "threads", "median_s", "min_s", "repeats", "cpu"])
      #expect(object["name"] as? String == name)
      #expect(object["size"] as? Int == 64)
      #expect(object["threads"] as? Int == 2)
    }
  }

  @Test func `the phantom and its truth are written`() throws {
    let arguments = ["phantom", "p.png", "--seed", "7", "--size", "96", "--lungs", "l.png", "--opacity", "o.png"]
    #expect(try program.run(arguments, in: folder.url) == .init(status: 0, output: "", errors: ""))
    let truth = try Phantom.make(seed: 7, size: Size(width: 96, height: 96))
    #expect(try GrayImage.read(from: path("p.png")).pixels == truth.image.pixels)
    #expect(try LabelImage.read(from: path("l.png")).labels == truth.lungs.labels)
    #expect(try Mask.read(from: path("o.png")).words == truth.opacity.words)
  }

  @Test func `a picture that cannot be written is said`() throws {
    let outcome = try program.run(["phantom", "nowhere/p.png", "--size", "64"], in: folder.url)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("nowhere/p.png"))
    #expect(try program.run(["phantom", "p.png", "--size", "9"], in: folder.url).status == 1)
  }
}
