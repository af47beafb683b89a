import Basics
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ImageOps
@testable import Network
@testable import SegModel

/// Trainings of structures on small phantoms, from an untrained network.
@Suite(.serialized) struct StructureTrainingTests {
  private let folder: TemporaryFolder
  private let base: TrainedNetwork

  init() throws {
    folder = try TemporaryFolder()
    let configuration = try UNetConfiguration(.resNet18, inChannels: 1, classes: 3, width: 8)
    let model = SegmentationModel(configuration: configuration, side: 32, weights: UNet(configuration, seed: 3).weights)
    try model.write(to: folder.file("base.safetensors"))
    base = try TrainedNetwork(path: folder.file("base.safetensors"))
    for part in ["data", "held-out"] {
      for name in ["images", "heart"] {
        try FileManager.default.createDirectory(at: folder.url.appendingPathComponent("\(part)/\(name)"), withIntermediateDirectories: true)
      }
      for seed in part == "data" ? UInt64(1)...4 : 11...12 {
        let phantom = try Phantom.make(seed: seed, size: Size(width: 64, height: 64))
        try phantom.image.write(to: folder.file("\(part)/images/p\(seed).png"))
        try phantom.heart.write(to: folder.file("\(part)/heart/p\(seed).png"))
      }
    }
  }

  private func job(_ names: [StructureName] = [.heart], epochs: Int = 15, phantoms: Int = 0, output: String = "heart") -> StructureTraining
  {
    var recipe = TrainingRecipe.structures(names, from: base, phantoms: phantoms).with(epochs: [epochs])
    (recipe.batch, recipe.seed, recipe.augmentation, recipe.encoderRate) = (4, 1, .none, 1)
    recipe.phases[0].peakRate = 1e-2
    return StructureTraining(
      data: [folder.file("data")], heldOutData: [folder.file("held-out")], recipe: recipe, output: folder.file("\(output).safetensors"),
      checkpointFolder: folder.file("\(output)-training"), base: base)
  }

  @Test func `learns the heart and segments it in unseen phantoms`() throws {
    let (model, dice) = try job().run()
    #expect(dice.count == 1 && dice[0].count == 2 && dice[0].allSatisfy { $0 > 0.4 }, "\(dice)")
    let read = try StructureModel(path: folder.file("heart.safetensors"))
    #expect(read.structures == [.heart] && read.learnedFrom.count == 4 && read.side == 32 && read.learnedFrom == model.learnedFrom)
    #expect(read.notes["held_out"]?.hasPrefix("heart: Dice 0.") == true)
    let segmenter = try StructureSegmenter(modelPath: folder.file("heart.safetensors"))
    let phantom = try Phantom.make(seed: 21, size: Size(width: 64, height: 64))
    let heart = try #require(try segmenter.segment(phantom.image)[.heart])
    #expect(try ImageOps.dice(of: heart, against: phantom.heart) > 0.4)
    #expect(try heart.fillingHoles() == heart)
    let records = try Dataset(paths: [folder.file("held-out")], structures: [.heart]).cases
    let untrained = try Segmenter(SegmentationModel(path: folder.file("base.safetensors")))
    let evaluation = try StructureEvaluation(of: segmenter, lungs: untrained, on: records)
    #expect(evaluation.cases.count == 2 && evaluation.cases.allSatisfy { ($0.dice[.heart] ?? 0) > 0.4 })
    #expect(evaluation.sections.first?.title == "Overlap with drawn structures")
  }

  @Test func `resumes exactly, and the checkpoint knows the structures`() throws {
    let whole = try job(epochs: 2).run().model
    let parts = job(epochs: 2, output: "parts")
    let isStopped = Mutex(false)
    #expect(throws: CancellationError.self) {
      try Cancellation.polling(Cancellation { isStopped.withLock { $0 } }) {
        try parts.run { event in if case .epoch = event { isStopped.withLock { $0 = true } } }
      }
    }
    var rest = parts
    rest.resumes = true
    #expect(try rest.run().model.weights == whole.weights)
    var other = job([.heart, try StructureName("aorta")], epochs: 2, output: "parts")
    other.resumes = true
    #expect(throws: DatasetError.self) { try other.run() }
  }

  @Test func `a structure that is not drawn is unknown`() throws {
    let aorta = try StructureName("aorta")
    #expect(throws: DatasetError.notDrawn(aorta, path: folder.file("data"))) { try job([.heart, aorta], epochs: 1).run() }
    let record = try #require(try Dataset(paths: [folder.file("data")], structures: [.heart]).cases.first)
    let sample = try TrainingSample(record, structures: [aorta, .heart], side: 32, normalization: .film)
    #expect(sample.isKnown == [false, true] && Set(sample.truth) == [0, 2])
    #expect(record.maskPath(of: aorta) == folder.file("data/aorta/p1.png"))
    let phantom = try TrainingSample(phantom: 0, structures: [aorta, .heart], side: 32, normalization: .film)
    #expect(phantom.isKnown == [false, true] && phantom.isPhantom)
  }

  @Test func `files of the two kinds are distinguished`() throws {
    let names = [StructureName.heart, try StructureName("effusion")]
    let configuration = try UNetConfiguration(.resNet18, inChannels: 1, classes: 2, width: 8)
    let model = StructureModel(
      structures: names, configuration: configuration, side: 64, normalization: .film, weights: UNet(configuration, seed: 1).weights)
    let path = folder.file("both.safetensors")
    try model.write(to: path)
    #expect(try StructureModel(path: path).structures == names)
    #expect(throws: ModelError.segmentsStructures(path: path, names)) { try SegmentationModel(path: path) }
    #expect(throws: ModelError.segmentsLungs(path: folder.file("base.safetensors"))) {
      try StructureModel(path: folder.file("base.safetensors"))
    }
    let again = try TrainedNetwork(path: path)
    #expect(again.classes == "heart, effusion" && !again.segmentsLungs && base.segmentsLungs)
    // The same outputs keep their head; others get a new one.
    let recipe = TrainingRecipe.structures(names, from: again)
    let stored = try StructureModel(path: path).weights
    #expect(try again.weights(for: recipe) == stored)
    let turned = TrainingRecipe.structures(names.reversed(), from: again)
    let head = try #require(configuration.headNames.first)
    for (name, tensor) in try again.weights(for: turned) where name != configuration.headNames.last {
      #expect((tensor == stored[name]) == (name != head), "\(name)")
    }
    #expect(
      try model.onnx(version: "1").count > 1000 && model.exchangeNotes.contains { $0.key == "classes" && $0.value == "heart, effusion" })
  }

  @Test func `mirror images keep a structure's channel`() throws {
    let sample = try TrainingSample(phantom: 1, structures: [.heart], side: 32, normalization: .film)
    var recipe = AugmentationRecipe.none
    recipe.mirror = 1
    var generator = SeededGenerator(seed: 1)
    var pixels = [Float](repeating: 0, count: 32 * 32)
    var truth = [UInt8](repeating: 0, count: 32 * 32)
    let isMirrored = pixels.withUnsafeMutableBufferPointer { pixels in
      truth.withUnsafeMutableBufferPointer { truth in
        Augmentation(recipe: recipe, exchangesLungs: false).draw(sample, using: &generator, pixels: pixels, truth: truth)
      }
    }
    #expect(isMirrored)
    let mirrored = (0..<32).flatMap { row in sample.truth[row * 32..<(row + 1) * 32].reversed() }
    #expect(truth == mirrored)
  }
}
