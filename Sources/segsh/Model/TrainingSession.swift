import Basics
import ImageOps
import Network
import SegCommands
import SegLang
import SegModel
import SegServices
import Terminal

/// `segsh train`: a training with its bar on standard error, and a line for each epoch.
struct TrainingSession {
  struct Settings {
    var epochs: [Int]
    var width: Int?
    var size: Int?
    var batch: Int?
    var seed: UInt64
    /// How images are prepared; nil for the way of the model that training starts from, or the usual one.
    var normalization: InputNormalization?
    /// What the model's header says of the data and of the license.
    var about: String?
    var license: String?
    /// Path or name of the model to start from.
    var base: String?
    /// The network of a training that starts from no model; nil for that of the encoder, or the program's usual one.
    var architecture: Architecture?
    /// Path of the encoder to start from.
    var encoder: String?
    /// The fold that is held out of the sets without masks.
    var unmaskedFold: Int?
    /// Path or name of the model that labels what nobody drew.
    var teacher: String?
  }

  private let job: TrainingJob

  init(data: [String], output: String, fold: Int?, checkpoints: String?, resumes: Bool, settings: Settings) throws {
    let teacher = try settings.teacher.map { try SegmentationModel(path: ModelLibrary.path(of: $0)) }
    let base = try settings.base.map { try SegmentationModel(path: ModelLibrary.path(of: $0)) }
    let encoder = try settings.encoder.map { try PretrainedEncoder(path: $0) }
    let architecture = settings.architecture ?? encoder?.architecture ?? .resNet18
    var recipe = (base.map { TrainingRecipe.fineTuning($0) } ?? .standard(for: architecture, encoder: encoder)).with(
      epochs: settings.epochs)
    recipe.seed = settings.seed
    if let width = settings.width { recipe.width = width }
    if let size = settings.size { recipe.side = size }
    if let normalization = settings.normalization { recipe.normalization = normalization }
    if let batch = settings.batch { recipe.batch = batch }
    var notes = ["version": ProgramVersion.text]
    notes["data"] = settings.about
    notes["licence"] = settings.license
    if let base { notes["started_from"] = "\(settings.base.map { Path($0).name } ?? ""): \(base.notes["data"] ?? "data not stated")" }
    job = TrainingJob(
      data: data, fold: fold, unmaskedFold: settings.unmaskedFold, recipe: recipe, output: output,
      checkpointFolder: checkpoints ?? Self.checkpointFolder(of: output), resumes: resumes,
      notes: notes, base: base, encoder: encoder, teacher: teacher)
  }

  /// Trains to the end, or until Ctrl-C: then the state is saved and the line that goes on from it is printed.
  func run() throws {
    Interrupt.install(isInteractive: false, patience: 3)
    let bar = ProgressLine()
    bar.start("reading")
    defer { bar.stop() }
    do {
      let model = try job.run { Self.show($0, on: bar, afterReading: Self.start(of: job)) }
      bar.stop()
      Console.shared.tell("wrote \(job.output) (width \(model.configuration.width), \(model.side) px); curves in \(job.checkpointFolder)")
      if let base = job.base {
        Console.shared.tell(compared(base, model, under: bar))
        Console.shared.tell("to use it: load X-RAY | segment model=\(ShellWord.quoted(job.output))")
      }
    } catch is CancellationError {
      bar.stop()
      throw Self.stopped(job.checkpointFolder)
    }
  }

  /// The folder of the training state where none is named: `mine-training` for `mine.safetensors`.
  static func checkpointFolder(of output: String) -> String {
    let ending = ".safetensors"
    return (output.hasSuffix(ending) ? String(output.dropLast(ending.count)) : output) + "-training"
  }

  /// Prints how a stopped training goes on.
  static func stopped(_ checkpointFolder: String) -> ExitStatus {
    Console.shared.tell(
      "stopped. The training state is saved in \(checkpointFolder); to continue:\n  \(resumeLine(CommandLine.arguments))")
    return .interrupted
  }

  /// Shows an event of a training: lines on standard error for epochs, the bar for the rest.
  /// - Parameter start: What follows the number of cases once they are read; nil prints no such line.
  static func show(_ event: TrainingEvent, on bar: ProgressLine, afterReading start: String? = nil) {
    switch event {
    case .reading(let done, let count):
      if let start, done == count { Console.shared.tell("\(count) case\(count == 1 ? "" : "s")" + start) }
      bar.report(Double(done) / Double(max(1, count)), "reading")
    case .resumed(let step, let count):
      bar.start("training")
      Console.shared.tell("resumed after \(step) of \(count) steps")
    case .step(let progress):
      if progress.step == 1 { bar.start("training") }
      bar.report(progress.fraction, "\(progress.phase) \(progress.epoch)/\(progress.epochs)", secondsLeft: progress.secondsLeft)
    case .epoch(let point): Console.shared.tell(line(point))
    case .fittingCheck: bar.start("fitting the image check")
    }
  }

  /// The model before and after; the training itself is done, so that nothing that goes wrong here undoes it.
  private func compared(_ base: SegmentationModel, _ model: SegmentationModel, under bar: ProgressLine) -> String {
    bar.start("comparing")
    defer { bar.stop() }
    do {
      let records = try Dataset(paths: job.data).cases
      return "\n" + (try ModelComparison(before: base, after: model, on: records)).table
    } catch {
      return "no comparison with the earlier model: \(error is CancellationError ? "stopped" : "\(error)")"
    }
  }

  private static func start(of job: TrainingJob) -> String {
    if job.base != nil { return ", starting from a trained model" }
    return job.encoder.map { ", starting from an encoder: \($0.origin)" } ?? ""
  }

  private static func line(_ point: TrainingCurve.Point) -> String {
    var line = "epoch \(point.epoch) (\(point.phase))  loss \(NumberFormat.tabulated(point.loss))"
    line += "  Dice \(point.trainingDice.map { NumberFormat.tabulated($0) }.joined(separator: " "))"
    if let score = point.heldOut, !score.structures.isEmpty {
      line += "  held out: \(score.structures.map { NumberFormat.tabulated($0) }.joined(separator: " "))"
    } else if let score = point.heldOut {
      line +=
        "  held out: lungs \(NumberFormat.tabulated(score.lungs)), opacity \(NumberFormat.tabulated(score.opacityMean)) (median \(NumberFormat.tabulated(score.opacityMedian)))"
    }
    return line
  }

  /// The command that goes on from the saved state.
  static func resumeLine(_ arguments: [String]) -> String {
    let words = ["segsh"] + arguments.dropFirst() + (arguments.contains("--resume") ? [] : ["--resume"])
    return words.map(ShellWord.quoted).joined(separator: " ")
  }
}

enum ShellWord {
  /// A word as a POSIX shell reads it back.
  static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "_-./=,:@%+".utf8.contains(byte) || byte >= 128
      }
    return isPlain ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
