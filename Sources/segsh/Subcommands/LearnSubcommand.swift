import ArgumentParser
import SegModel
import Terminal

struct LearnSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learn", abstract: "Fine-tunes a model on accepted cases, and keeps it only if it is proved to be better.",
    discussion: """
      Accepted cases are divided by patient: one part is learned, the other proves the gain. The new model becomes the current version of NAME only if held-out \
      corrected cases gain and nothing else gets worse by more than its margin: Dice of lungs 0.01 and of opacity 0.02, error of percent 1 point, on the \
      reference set or, without --reference, on phantoms; otherwise learn exits with status 3, and the candidate stays unused. Use the model with \
      segment model=NAME. `segsh model versions` and `segsh model rollback` list and switch versions.

      --next N does not train. It lists the N undecided X-rays whose correction would teach the model most: uncertain opacity, unlike the cases that are \
      known.
      """)

  @Option(help: ArgumentHelp("Model to start from: a file, or the name of a shipped or learned model.", valueName: "model"))
  var from = ModelLibrary.standardName
  @Option(
    help: ArgumentHelp(
      "Worklist whose accepted and corrected cases are learned: its folder, file pattern or CSV list. May be repeated.", valueName: "place")
  )
  var accepted: [String] = []
  @Option(help: ArgumentHelp("Folder of the worklist's accepted results.", valueName: "dir"), completion: .directory)
  var results = "worklist-results"
  @Option(
    help: ArgumentHelp(
      "Reader of the worklist whose decisions are learned, or consensus. Default: the reader without a name.", valueName: "name"))
  var reader: String?
  @Option(help: ArgumentHelp("State file of the worklist, as in state= of `worklist`.", valueName: "file"), completion: .file())
  var state: String?
  @Option(
    help: ArgumentHelp("Data folder of corrected cases, as for `segsh train`. May be repeated.", valueName: "dir"), completion: .directory)
  var data: [String] = []
  @Option(
    help: ArgumentHelp(
      "Data folder of the reference set: a part is shown while learning, the rest proves that nothing was forgotten. May be repeated.",
      valueName: "dir"), completion: .directory)
  var reference: [String] = []
  @Option(help: ArgumentHelp("Name of the learned model.", valueName: "name")) var name = "mine"
  @Option(help: ArgumentHelp("Share of the patients to hold out, 0.1 to 0.5; at least three patients.", valueName: "share")) var holdOut =
    0.3
  @Option(help: ArgumentHelp("Number of epochs, 1 to 1000.", valueName: "n")) var epochs = 10
  @Option(help: ArgumentHelp("Random seed.", valueName: "n")) var seed: UInt64 = 0
  @Flag(help: "Continue an interrupted run; the result is that of an uninterrupted one.") var resume = false
  @Option(
    help: ArgumentHelp("PNG file to write with the five held-out cases that changed most.", valueName: "out.png"),
    completion: .file(extensions: ["png"]))
  var sheet: String?
  @Option(help: ArgumentHelp("Number of undecided X-rays to list, 1 to 10000.", valueName: "n")) var next: Int?
  @Option(
    help: ArgumentHelp(
      "Folder or file pattern of undecided X-rays for --next, besides those of the worklist. May be repeated.", valueName: "place"))
  var pool: [String] = []
  @Option(
    help: ArgumentHelp("Write the list of --next as a CSV file, which `worklist` opens.", valueName: "out.csv"),
    completion: .file(extensions: ["csv"]))
  var csv: String?
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if !(0.1...0.5).contains(holdOut) { throw ValidationError("--hold-out is \(holdOut) but must be 0.1 to 0.5") }
    if !(1...1000).contains(epochs) { throw ValidationError("--epochs is \(epochs) but must be 1 to 1000") }
    if let sheet, !sheet.lowercased().hasSuffix(".png") { throw ValidationError("--sheet is `\(sheet)` but must end in .png") }
    if let next {
      if !(1...10_000).contains(next) { throw ValidationError("--next is \(next) but must be 1 to 10000") }
      if accepted.isEmpty, pool.isEmpty { throw ValidationError("--next needs undecided X-rays: --accepted PLACE or --pool PLACE") }
      if resume || sheet != nil || !reference.isEmpty {
        throw ValidationError("--next does not train; omit --resume, --sheet and --reference")
      }
    } else {
      if accepted.isEmpty, data.isEmpty { throw ValidationError("learning needs accepted cases: --accepted PLACE or --data DIR") }
      if !pool.isEmpty || csv != nil { throw ValidationError("--pool and --csv need --next") }
    }
  }

  func run() throws {
    try Interrupt.polled {
      let source = try LearningSource(accepted: accepted, results: results, reader: reader, state: state, data: data)
      if let next { return try NextCases(source: source, pool: pool, model: from).list(next, csv: csv) }
      try LearningSession(
        source: source, from: from, name: name, reference: reference, share: holdOut, epochs: epochs, seed: seed, resumes: resume,
        sheet: sheet
      ).run()
    }
  }
}
