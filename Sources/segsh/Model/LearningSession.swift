import Basics
import ImageOps
import SegLang
import SegModel
import SegServices
import Terminal

/// `segsh learn`: learns from accepted cases, prints the proof, and keeps the model or refuses it.
struct LearningSession {
  let source: LearningSource
  /// Path or name of the model to start from.
  let from: String
  let name: String
  let reference: [String]
  let share: Double
  let epochs: Int
  let seed: UInt64
  let resumes: Bool
  /// Path of the image with the cases that changed most; nil for none.
  let sheet: String?

  enum Problem: Error, CustomStringConvertible {
    case otherParent(String, version: Int, from: String)

    var description: String {
      switch self {
      case .otherParent(let name, let version, let from):
        "`\(name)` exists, and version \(version) is current; improve it with --from \(name), or learn from \(from) under another --name"
      }
    }
  }

  /// Cases that are shown.
  private static let shownCount = 5

  /// - Throws: `ExitStatus.checkFailed` if the model was refused; `ExitStatus.interrupted`; `LearningError`; what training and reading throw.
  func run() throws {
    Interrupt.install(isInteractive: false, patience: 3)
    let versions = try ModelVersions(name)
    let path = try ModelLibrary.path(of: from)
    if let current = versions.current, path != versions.path(current) { throw Problem.otherParent(name, version: current, from: from) }
    guard !source.accepted.isEmpty else { throw LearningError.nothingAccepted(source.places.joined(separator: ", ")) }
    let base = try SegmentationModel(path: path)
    var notes = ["version": ProgramVersion.text, "started_from": "\(from): \(base.notes["data"] ?? "data not stated")"]
    notes["licence"] = base.notes["licence"]
    var recipe = TrainingRecipe.fineTuning(base).with(epochs: [epochs])
    recipe.seed = seed
    let folder = "\(versions.folder)/learning"
    try AtomicFile.makeFolder(folder)
    let job = LearningJob(
      base: base, accepted: source.accepted, reference: reference, heldOutShare: share, recipe: recipe, folder: folder, resumes: resumes,
      notes: notes)
    let bar = ProgressLine()
    bar.start("reading")
    defer { bar.stop() }
    do {
      let outcome = try job.run { show($0, on: bar) }
      bar.stop()
      try report(outcome, base: base)
      try keep(outcome, parent: path, versions, job)
    } catch is CancellationError {
      bar.stop()
      Console.shared.tell("stopped. To continue:\n  \(TrainingSession.resumeLine(CommandLine.arguments))")
      throw ExitStatus.interrupted
    }
  }

  private func show(_ event: LearningJob.Event, on bar: ProgressLine) {
    switch event {
    case .divided(let division):
      var text = "\(division.learned) cases to learn from, \(division.heldOutCorrected + division.heldOutUnchanged) held out"
      text += " (\(division.heldOutCorrected) corrected, \(division.heldOutUnchanged) unchanged)"
      if !reference.isEmpty { text += "; reference: \(division.rehearsed) shown, \(division.referenceHeldOut) held out" }
      Console.shared.tell(text)
    case .training(let event): TrainingSession.show(event, on: bar)
    case .proving(let done, let count):
      if done == 1 { bar.start("proving") }
      bar.report(Double(done) / Double(max(1, count)), "proving \(done)/\(count)")
    }
  }

  private func report(_ outcome: LearningJob.Outcome, base: SegmentationModel) throws {
    let proof = outcome.proof
    Console.shared.write(proof.table)
    let shown = Array(proof.changes.prefix(Self.shownCount))
    if !shown.isEmpty {
      Console.shared.write("\nlargest changes, held-out cases      Dice             percent\n")
      for (number, change) in shown.enumerated() { Console.shared.write("\(number + 1)  \(Self.line(change))\n") }
    }
    if let sheet {
      try FileBytes.write(LearningSheet.png(shown, before: Segmenter(base), after: Segmenter(outcome.model)), to: sheet)
      Console.shared.tell("wrote \(sheet)")
    }
    if proof.count(.corrected) < LearningProof.patientsForInterval {
      Console.shared.tell(
        "few cases: with fewer than \(LearningProof.patientsForInterval) held-out patients the gain is a hint, not a proof")
    }
    if reference.isEmpty {
      Console.shared.tell(
        "not proved: that real X-rays outside the accepted cases are segmented as well as before. Phantoms alone were tested; give --reference DIR"
      )
    }
    if let count = outcome.calibratedOn {
      Console.shared.tell("intervals of percent and extent calibrated on \(count) held-out cases")
    } else {
      Console.shared.tell(
        "no calibrated intervals: they need \(LearningJob.leastForIntervals) held-out cases with opacity masks that the starting model did not learn"
      )
    }
  }

  private static func line(_ change: LearningProof.Change) -> String {
    func percent(_ value: Double?) -> String { value.map { NumberFormat.percentage($0) } ?? "no lungs" }
    return Path(change.record.id).name.padded(to: 32)
      + "  \(NumberFormat.tabulated(change.diceBefore)) to \(NumberFormat.tabulated(change.diceAfter))".padded(to: 18)
      + "  \(percent(change.percentBefore)) to \(percent(change.percentAfter))"
  }

  private func keep(_ outcome: LearningJob.Outcome, parent: String, _ versions: ModelVersions, _ job: LearningJob) throws {
    let record = try record(outcome, parent: parent)
    let failures = outcome.proof.failures
    guard failures.isEmpty else {
      let refused = "\(versions.folder)/refused.safetensors"
      try AtomicFile.write(FileBytes.read(outcome.candidate), to: refused, for: .program)
      try AtomicFile.write(record.text + "\n", to: "\(versions.folder)/refused.json")
      job.removeState()
      Console.shared.tell("refused: \(from) stays. The candidate is kept as \(Self.shortened(refused))")
      for failure in failures { Console.shared.tell("  \(failure)") }
      throw ExitStatus.checkFailed
    }
    let number = try versions.add(outcome.candidate, record: record)
    job.removeState()
    Console.shared.tell("accepted: \(name) is now version \(number). To use it: load X-RAY | segment model=\(name)")
  }

  /// A path with `~` for the home folder.
  private static func shortened(_ path: String) -> String {
    guard let home = HomeFolder.path, path.hasPrefix(home + "/") else { return path }
    return "~" + path.dropFirst(home.count)
  }

  private func record(_ outcome: LearningJob.Outcome, parent: String) throws -> JSON {
    func list(_ digests: [String]) -> JSON { .array(digests.sorted().map { .string($0) }) }
    return [
      "sha256": .string(SHA256.hexDigest(of: try FileBytes.read(outcome.candidate))), "date": .string(Machine.time()),
      "parent": ["name": .string(parentName(parent)), "sha256": .string(SHA256.hexDigest(of: try FileBytes.read(parent)))],
      "program": .string(ProgramVersion.text), "seed": .string("\(seed)"), "epochs": .number(Double(epochs)),
      "learned_cases": .number(Double(outcome.division.learned)), "gain": .number(outcome.proof.gain),
      "accepted": .bool(outcome.proof.failures.isEmpty), "learned": list(outcome.learnedDigests), "held_out": list(outcome.heldOutDigests),
      "intervals_from": outcome.calibratedOn.map { .number(Double($0)) } ?? .null, "proof": outcome.proof.json,
    ]
  }

  /// With its version, if the model was learned.
  private func parentName(_ path: String) -> String {
    guard !ModelLibrary.isPath(from), !from.contains("@"), let current = (try? ModelVersions(from))?.current else { return from }
    return "\(from)@\(current)"
  }
}
