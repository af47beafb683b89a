import Basics
import SegLang
import SegModel
import SegServices
import SegValues
import Terminal

/// `segsh train --labels`: a training of structures with its bar on standard error, and a line for each epoch.
struct StructureSession {
  struct Settings {
    /// Path or name of the model to start from.
    var base: String
    var phantoms: Int
    var epochs: [Int]
    var size: Int?
    var batch: Int?
    var seed: UInt64
    /// What the model's header says of the data and of the license.
    var about: String?
    var license: String?
  }

  private let job: StructureTraining

  init(
    labels: [StructureName], data: [String], heldOut: [String], output: String, fold: Int?, checkpoints: String?, resumes: Bool,
    settings: Settings
  ) throws {
    let base = try TrainedNetwork(path: ModelLibrary.path(of: settings.base))
    var recipe = TrainingRecipe.structures(labels, from: base, phantoms: settings.phantoms).with(epochs: settings.epochs)
    recipe.seed = settings.seed
    if let size = settings.size { recipe.side = size }
    if let batch = settings.batch { recipe.batch = batch }
    var notes = ["version": ProgramVersion.text, "started_from": "\(Path(settings.base).name): \(base.data)"]
    notes["data"] = settings.about
    notes["licence"] = settings.license
    job = StructureTraining(
      data: data, heldOutData: heldOut, fold: fold, recipe: recipe, output: output,
      checkpointFolder: checkpoints ?? TrainingSession.checkpointFolder(of: output), resumes: resumes, notes: notes, base: base)
  }

  /// Trains to the end, or until Ctrl-C: then the state is saved and the line that goes on from it is printed.
  func run() throws {
    Interrupt.install(isInteractive: false, patience: 3)
    let bar = ProgressLine()
    bar.start("reading")
    defer { bar.stop() }
    do {
      let (model, dice) = try job.run { TrainingSession.show($0, on: bar, afterReading: ", starting from a trained model") }
      bar.stop()
      Console.shared.tell("wrote \(job.output) (\(model.side) px); curves in \(job.checkpointFolder)")
      for (name, values) in zip(model.structures, dice) { Console.shared.tell(Self.line(name, values)) }
      Console.shared.tell("to use it: load X-RAY | segment structures=\(ShellWord.quoted(job.output))")
    } catch is CancellationError {
      bar.stop()
      throw TrainingSession.stopped(job.checkpointFolder)
    }
  }

  /// "heart: Dice 0.94 (0.90-0.96) on 8 held-out cases"
  private static func line(_ name: StructureName, _ dice: [Double]) -> String {
    guard let mean = Statistics.mean(dice), let low = dice.min(), let high = dice.max() else {
      return "\(name): no held-out case has it drawn, so its Dice coefficient is unknown; give --held-out DIR"
    }
    return "\(name): Dice \(NumberFormat.fixed(mean, 3)) (\(NumberFormat.fixed(low, 3))-\(NumberFormat.fixed(high, 3))) on"
      + " \(dice.count) held-out case\(dice.count == 1 ? "" : "s")"
  }
}
