import Basics
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ImageOps
@testable import Network
@testable import SegModel

@Suite(.serialized) struct TrainerTests {
  private var recipe: TrainingRecipe {
    var recipe = TrainingRecipe()
    (recipe.width, recipe.side, recipe.batch, recipe.seed) = (8, 32, 3, 5)
    recipe.phases = [
      .init(name: "all", epochs: 2, peakRate: 4e-3, opacityRepeats: 2),
      .init(name: "opacity", epochs: 2, peakRate: 2e-3, othersShare: 0.5, othersLungWeight: 0.3),
    ]
    return recipe
  }

  private var samples: [TrainingSample] {
    (0..<8).map { AugmentationTests.sample(side: 32, seed: $0, kind: $0 < 5 ? .opacity : .lungs) }
  }

  @Test func `the plan shows every opacity and spreads them`() {
    let plan = TrainingPlan(recipe: recipe, samples: samples)
    #expect(plan.batchCount(phase: 0) == 4 && plan.batchCount(phase: 1) == 2 && plan.stepCount == 12)
    let first = plan.batches(phase: 0, epoch: 0)
    #expect(first == plan.batches(phase: 0, epoch: 0), "a pure function")
    #expect(first != plan.batches(phase: 0, epoch: 1))
    #expect(first.allSatisfy { $0.count == 3 && $0.contains { $0 < 5 } })
    let empty = TrainingPlan(recipe: recipe, samples: [])
    #expect(empty.stepCount == 0 && empty.batches(phase: 0, epoch: 0).isEmpty)
  }

  @Test func `learns and does not depend on threads`() throws {
    var recipe = recipe
    recipe.phases[0].epochs = 12
    recipe.phases[0].peakRate = 2e-2
    recipe.augmentation = .none
    var losses: [Double] = []
    func weights(threads: Int) throws -> [String: Tensor] {
      let before = Parallel.threadCount
      Parallel.threadCount = threads
      defer { Parallel.threadCount = before }
      let trainer = try Trainer(recipe: recipe, samples: samples)
      let weights = try trainer.run()
      losses = trainer.curve.points.map(\.loss)
      return weights
    }
    let one = try weights(threads: 1)
    #expect(try weights(threads: 3) == one)
    #expect(try #require(losses.last) < 0.75 * losses[0], "\(losses)")
  }

  @Test func `resumes exactly after a kill and after an interruption`() throws {
    let folder = try TemporaryFolder()
    let whole = try Trainer(recipe: recipe, samples: samples).run()

    // A kill leaves the checkpoint of the last whole epoch, whatever was done since.
    struct Killed: Error {}
    let copy = folder.file("copy")
    try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
    var epochs = 0
    _ = try Trainer(recipe: recipe, samples: samples, checkpointFolder: folder.file("a")).run { event in
      guard case .epoch = event else { return }
      epochs += 1
      if epochs == 1 {
        try? FileManager.default.copyItem(atPath: folder.file("a/checkpoint.safetensors"), toPath: "\(copy)/checkpoint.safetensors")
      }
    }
    let resumed = try Trainer(recipe: recipe, samples: samples, checkpointFolder: copy)
    #expect(try resumed.run(resuming: true) == whole)
    #expect(resumed.curve.points.map(\.epoch) == [1, 2, 3, 4])

    // An interruption saves in the middle of an epoch.
    for stop in [1, 3, 5, 11] {
      let checks = Mutex(0)
      let cancellation = Cancellation { checks.withLock { $0 >= stop } }
      let interrupted = try Trainer(recipe: recipe, samples: samples, checkpointFolder: folder.file("b\(stop)"))
      #expect(throws: CancellationError.self) {
        try Cancellation.polling(cancellation) {
          try interrupted.run { if case .step = $0 { checks.withLock { $0 += 1 } } }
        }
      }
      let again = try Trainer(recipe: recipe, samples: samples, checkpointFolder: folder.file("b\(stop)"))
      var firstStep: Int?
      #expect(
        try again.run(resuming: true) { if case .resumed(let step, _) = $0 { firstStep = step } } == whole, "stopped after \(stop) steps")
      #expect(firstStep == stop)
    }
    let lines = try String(contentsOfFile: folder.file("b3/curves.jsonl"), encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 4)
    #expect(try lines.map { try JSON(parsing: String($0))["epoch"]?.integerValue } == [1, 2, 3, 4])
    #expect(try GrayImage.read(from: folder.file("b3/curves.png")).size.width > 100)
  }

  /// The recipe and a phase of scores; samples with and without them.
  private var withScores: (recipe: TrainingRecipe, samples: [TrainingSample]) {
    var recipe = recipe
    recipe.phases.append(.init(name: "scores", epochs: 2, peakRate: 2e-3, othersShare: 0, scoredRepeats: 1))
    func scored(_ sample: TrainingSample, _ kind: CaseRecord.Kind, _ zones: [Double]) -> TrainingSample {
      TrainingSample(
        id: "scored \(sample.id)", side: sample.side, kind: kind, pixels: sample.pixels, truth: sample.truth,
        isKnown: kind == .scored ? [false, false, false] : [true, true, false], scores: ReaderScores(zones: zones))
    }
    let samples = samples
    return (
      recipe,
      samples.dropLast() + [scored(samples[7], .lungs, [0, 1, 2, 3, 0, 1]), scored(samples[6], .scored, [3, 3, 3, 3, 3, 3])]
    )
  }

  @Test func `scored cases are shown in their phase alone`() {
    let (recipe, samples) = withScores
    let plan = TrainingPlan(recipe: recipe, samples: samples)
    func shown(_ phase: Int) -> Set<Int> { Set((0..<9).flatMap { plan.batches(phase: phase, epoch: $0).flatMap { $0 } }) }
    #expect(shown(0) == Set(0..<8), "a case with scores alone has nothing that the first phase learns from")
    #expect(shown(2) == [0, 1, 2, 3, 4, 7, 8])
  }

  @Test func `a training whose recipe grew goes on`() throws {
    let folder = try TemporaryFolder()
    let (recipe, samples) = withScores
    let whole = try Trainer(recipe: recipe, samples: samples)
    let weights = try whole.run()
    var short = recipe
    short.phases.removeLast()
    _ = try Trainer(recipe: short, samples: samples, checkpointFolder: folder.path).run()
    let grown = try Trainer(recipe: recipe, samples: samples, checkpointFolder: folder.path)
    #expect(try grown.run(resuming: true) == weights)
    #expect(grown.scoreRows == whole.scoreRows && grown.scoreRows?.count == 5)
    #expect(try #require(grown.scoreRows).contains { $0.dropLast().contains { $0 != 0 } }, "the head has learned")
    #expect(!weights.keys.contains { $0.hasPrefix("score_head") }, "it is no part of the network")
    // And again in the middle of the last phase, whose checkpoint holds the head.
    let again = try Trainer(recipe: recipe, samples: samples, checkpointFolder: folder.path)
    #expect(try again.run(resuming: true) == weights && again.scoreRows == whole.scoreRows)
    #expect(throws: TrainingError.self) { try Trainer(recipe: short, samples: samples, checkpointFolder: folder.path).run(resuming: true) }
  }

  @Test func `refuses a checkpoint of something else`() throws {
    let folder = try TemporaryFolder()
    #expect(throws: TrainingError.nothingToResume(folder: folder.path)) {
      try Trainer(recipe: recipe, samples: samples, checkpointFolder: folder.path).run(resuming: true)
    }
    _ = try Trainer(recipe: recipe, samples: samples, checkpointFolder: folder.path).run()
    let path = folder.file("checkpoint.safetensors")
    var other = recipe
    other.seed = 6
    #expect(throws: TrainingError.otherRecipe(path: path)) {
      try Trainer(recipe: other, samples: samples, checkpointFolder: folder.path).run(resuming: true)
    }
    #expect(throws: TrainingError.otherRecipe(path: path)) {
      try Trainer(recipe: recipe, samples: Array(samples.dropLast()), checkpointFolder: folder.path).run(resuming: true)
    }
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    try bytes.prefix(bytes.count - 1).write(to: URL(fileURLWithPath: path))
    #expect(throws: SafetensorsError.self) {
      try Trainer(recipe: recipe, samples: samples, checkpointFolder: folder.path).run(resuming: true)
    }
  }

  @Test func `refuses settings outside their range`() {
    func expect(_ setting: String, _ change: (inout TrainingRecipe) -> Void) {
      var recipe = recipe
      change(&recipe)
      let error = #expect(throws: TrainingError.self) { try Trainer(recipe: recipe, samples: []) }
      guard case .invalidRecipe(let name, _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(name == setting)
    }
    expect("size") { $0.side = 100 }
    expect("batch") { $0.batch = 0 }
    expect("epochs") { $0 = $0.with(epochs: [0, 0]) }
    expect("epochs") { $0.phases[1].epochs = -1 }
    expect("othersShare") { $0.phases[0].othersShare = 1.5 }
    #expect(throws: DatasetError.self) { try Trainer(recipe: recipe, samples: []) }
  }

  @Test func `an epoch shows some of what has no masks`() throws {
    func sample(_ name: String, _ kind: CaseRecord.Kind, knowsOpacity: Bool, isSmall: Bool = false) -> TrainingSample {
      TrainingSample(
        id: name, side: 32, kind: kind, pixels: [Float](repeating: 0, count: 1024), truth: [UInt8](repeating: 0, count: 1024),
        isKnown: [false, false, knowsOpacity],
        scores: kind == .clear ? ReaderScores(extent: 0, zones: [0, 0, 0, 0, 0, 0]) : ReaderScores(),
        isSmall: isSmall)
    }
    let samples =
      (0..<4).map { sample("drawn \($0)", .opacity, knowsOpacity: true) }
      + (0..<9).map { sample("clear \($0)", .clear, knowsOpacity: true) }
      + (0..<9).map { sample("small \($0)", .clear, knowsOpacity: true, isSmall: true) }
      + (0..<3).map { sample("taught \($0)", .unlabeled, knowsOpacity: true) }
      + (0..<3).map { sample("unknown \($0)", .unlabeled, knowsOpacity: false) }
    var recipe = recipe
    recipe.batch = 1
    recipe.phases = [.init(name: "mixed", epochs: 30, peakRate: 1e-4, scoredRepeats: 1, clear: 5, smallClear: 2, taught: 8)]
    let plan = TrainingPlan(recipe: recipe, samples: samples)
    #expect(plan.batchCount(phase: 0) == 4 + 5 + 2 + 3)
    var seen: Set<String> = []
    for epoch in 0..<30 {
      let shown = plan.batches(phase: 0, epoch: epoch).flatMap { $0 }.map { samples[$0].id }
      #expect(Set(shown).count == 14, "none twice")
      for (group, count) in [("drawn", 4), ("clear", 5), ("small", 2), ("taught", 3), ("unknown", 0)] {
        #expect(shown.count { $0.hasPrefix(group) } == count, "\(group)")
      }
      seen.formUnion(shown)
    }
    #expect(seen.count == 25, "all in time, drawn anew each epoch")
  }

  @Test func `trains from a folder to a model that segments`() throws {
    let folder = try TemporaryFolder()
    for index in 0..<4 { try DatasetTests.addCase("\(index).png", to: folder) }
    var recipe = recipe
    recipe.phases[0].epochs = 20
    recipe.augmentation = .none
    let job = TrainingJob(
      data: [folder.path], recipe: recipe, output: folder.file("model.safetensors"), checkpointFolder: folder.file("state"),
      notes: ["licence": "test"])
    var read = 0
    _ = try job.run { if case .reading(let done, let of) = $0 { (read, _) = (done, of) } }
    #expect(read == 4)
    let model = try SegmentationModel(path: folder.file("model.safetensors"))
    #expect(model.side == 32 && model.configuration.width == 8 && model.notes["licence"] == "test" && model.notes["seed"] == "5")
    #expect(model.brixiaEstimator == nil, "no scores, no estimate")
    let segmenter = try Segmenter(model)
    let cases = try Dataset(path: folder.path).cases
    let evaluation = try Evaluation(of: { _ in segmenter }, on: cases)
    #expect(evaluation.cases.allSatisfy { ($0.lungs?.dice ?? 0) > 0.5 }, "\(evaluation.table)")
    let robustness = try Robustness(of: { _ in segmenter }, on: cases)
    #expect(robustness.rows.map(\.disturbance) == Robustness.Disturbance.allCases)
    let deeper = try #require(robustness.rows.first { $0.disturbance == .deeper })
    #expect(deeper.count == cases.count && deeper.worstChange == 0 && deeper.meanLungsDice == 1, "the input is normalized")
    #expect(robustness.rows.contains { $0.worstChange ?? 0 > 0 }, "others move it")
    #expect(robustness.table.split(separator: "\n").count == 2 + Robustness.Disturbance.allCases.count)
    #expect(robustness.rows.allSatisfy { $0.doubted == 0 }, "four cases are too few for a check")
  }
}
