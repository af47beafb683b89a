import Foundation
import SegModel
import TestSupport
import Testing

/// `segsh train` and `segsh evaluate` on phantoms.
@Suite(.serialized) struct TrainingTranscripts {
  private let program = Program()
  private let folder: TemporaryFolder
  private let settings = ["--data", "data", "--epochs", "12,1,1,0", "--width", "8", "--size", "32", "--batch", "2", "--seed", "1"]

  init() throws {
    folder = try TemporaryFolder()
    for name in ["images", "lungs", "opacity"] {
      try FileManager.default.createDirectory(at: folder.url.appendingPathComponent("data/\(name)"), withIntermediateDirectories: true)
    }
    for seed in 1...4 {
      let arguments = [
        "phantom", "data/images/p\(seed).png", "--seed", "\(seed)", "--size", "64", "--lungs", "data/lungs/p\(seed).png", "--opacity",
        "data/opacity/p\(seed).png",
      ]
      #expect(try program.run(arguments, in: folder.url) == .init(status: 0, output: "", errors: ""))
    }
  }

  private func bytes(_ name: String) throws -> Data { try Data(contentsOf: folder.url.appendingPathComponent(name)) }

  @Test func `a training that was stopped and resumed ends with the bits of one that was not`() throws {
    let whole = try program.run(["train", "--output", "whole.safetensors"] + settings, in: folder.url)
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(whole.output.isEmpty)
    #expect(whole.errors.contains("epoch 13 (opacity)"))
    #expect(try folder.text(of: "whole-training/curves.jsonl").split(separator: "\n").count == 14)

    let terminal = try PseudoTerminal(program, ["train", "--output", "parts.safetensors"] + settings, in: folder.url, columns: 200)
    try terminal.wait(for: "epoch 2 ")
    terminal.type("\u{3}")
    #expect(try terminal.waitForExit() == 130)
    let resume = "segsh train --output parts.safetensors \(settings.joined(separator: " ")) --resume"
    #expect(terminal.screen.text.hasSuffix("The training state is saved in parts-training; to continue:\n  \(resume)"))
    #expect(!FileManager.default.fileExists(atPath: folder.url.appendingPathComponent("parts.safetensors").path))

    let rest = try program.run(Array(resume.split(separator: " ").dropFirst().map(String.init)), in: folder.url)
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(try bytes("parts.safetensors") == bytes("whole.safetensors"))

    let evaluation = try program.run(["evaluate", "--data", "data", "--model", "whole.safetensors", "--set", "opacity"], in: folder.url)
    #expect(evaluation.status == 0)
    #expect(evaluation.output.hasPrefix("# opacity: 4 cases\n\nOverlap with reference masks"))
    #expect(evaluation.errors.hasPrefix("warning: the model learned from 4 of these 4 images"))
    #expect(evaluation.errors.hasSuffix("\nresearch use, not a diagnosis\n"))
    #expect(evaluation.errors.contains("hold a fold out: --fold N in train and in evaluate"))
    var calibrated = try SegmentationModel(path: folder.url.appendingPathComponent("whole.safetensors").path)
    calibrated.heldOut = [
      Evaluation.Section(
        title: "Overlap", figures: [Evaluation.Figure(name: "opacity Dice, mean", count: 74, value: 0.625, interval: 0.5...0.75)])
    ]
    try calibrated.write(to: folder.url.appendingPathComponent("calibrated.safetensors").path)
    let honest = try program.run(["evaluate", "--data", "data", "--model", "calibrated.safetensors", "--set", "opacity"], in: folder.url)
    #expect(honest.errors.contains("opacity Dice, mean     74    0.625   0.500 to 0.750"), "\(honest.errors)")
    let described = try program.run(["model", "info", "calibrated.safetensors"], in: folder.url)
    #expect(described.output.contains("opacity Dice, mean     74    0.625   0.500 to 0.750"))
    let more = try program.run(
      ["train", "--data", "data", "--from", "whole.safetensors", "--output", "more.safetensors", "--epochs", "1"], in: folder.url)
    #expect(more.errors.contains("before    after\ngiven cases: lungs Dice, mean"), "\(more.errors)")
    #expect(more.errors.contains("phantoms: percent: mean absolute error"))
    let json = try program.run(["evaluate", "--data", "data", "--model", "whole.safetensors", "--json"], in: folder.url)
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect((object?["opacity"] as? [String: Any])?["cases"] is [Any])

    let twice = try program.run(
      ["evaluate", "--data", "data", "--model", "whole.safetensors", "--model", "parts.safetensors"], in: folder.url)
    #expect(twice.status == 1)
    #expect(twice.errors.contains("whole.safetensors held no fold out"), "\(twice.errors)")
    let robustness = try program.run(
      ["evaluate", "--data", "data", "--model", "whole.safetensors", "--set", "opacity", "--robustness"], in: folder.url)
    #expect(robustness.output.contains("rotated 10 degrees counterclockwise"))

    let info = try program.run(["model", "info", "whole.safetensors"], in: folder.url)
    #expect(info.output.contains("network: unet-resnet18, width 8, 1 in, 3 out"))
    #expect(info.output.contains("seed: 1"))
  }

  @Test(arguments: [
    (["train", "--data", "nowhere"], 1, "nowhere"), (["train"], 2, "--data"),
    (["train", "--data", "data", "--epochs", "ten"], 2, "--epochs is `ten`"),
    (["train", "--data", "data", "--licence", "x"], 2, "the option `--licence` is now called `--license`"),
    (["evaluate", "--data", "data", "--opacity-level=0.4"], 2, "the option `--opacity-level` is now called `--opacity-threshold`"),
    (["train", "--data", "data", "--size", "33"], 1, "multiple of 32"), (["train", "--data", "data", "--resume"], 1, "no checkpoint"),
    (["train", "--data", "data", "--architecture", "unet"], 2, "unet-efficientnet-lite0"),
    (["train", "--data", "data", "--encoder", "nowhere.safetensors"], 1, "nowhere.safetensors"),
    (["train", "--data", "data", "--encoder", "e.safetensors", "--width", "32"], 2, "--width cannot be combined with --encoder"),
    (["train", "--data", "data", "--from", "default", "--architecture", "unet-resnet18"], 2, "--from fine-tunes a trained model"),
    (["evaluate", "--data", "data", "--set", "lung"], 2, "unknown set `lung`"),
    (["evaluate", "--data", "data", "--model", "nowhere.safetensors"], 1, "nowhere.safetensors"),
  ])
  func `what cannot be done is said`(arguments: [String], status: Int32, message: String) throws {
    let outcome = try program.run(arguments, in: folder.url)
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }
}
