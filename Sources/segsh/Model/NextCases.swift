import Basics
import ImageOps
import SegLang
import SegModel
import SegValues
import Terminal

/// `segsh learn --next`: the undecided X-rays whose correction would teach a model most.
struct NextCases {
  let source: LearningSource
  /// Folders or patterns of more undecided X-rays.
  let pool: [String]
  /// Path or name of the model.
  let model: String

  enum Problem: Error, CustomStringConvertible {
    case nothingUndecided(String)

    var description: String {
      switch self {
      case .nothingUndecided(let place): "every X-ray of \(place) is decided; there is nothing to choose from"
      }
    }
  }

  /// Prints the chosen X-rays, the most instructive first.
  /// - Parameter csv: The path of a list that `worklist` opens; nil for none.
  /// - Throws: `Problem`; `CommandProblem.noImages`; what reading images throws.
  func list(_ count: Int, csv: String?) throws {
    let context = source.context
    var files = source.undecided
    for place in pool {
      let listing = CaseListing(Glob(place), context)
      guard !listing.images.isEmpty else { throw CommandProblem.noImages(place, skipped: listing.skipped.count) }
      files += listing.images.filter { !files.contains($0) }
    }
    guard !files.isEmpty else { throw Problem.nothingUndecided(source.places.joined(separator: ", ")) }
    let segmenter = try Segmenter(modelPath: ModelLibrary.path(of: model))
    let bar = ProgressLine()
    bar.start("segmenting")
    defer { bar.stop() }
    let total = files.count + source.accepted.count
    var done = 0
    func candidate(_ path: String) throws -> CaseSelection.Candidate {
      try Cancellation.current.check()
      done += 1
      bar.report(Double(done) / Double(total), "segmenting \(done)/\(total)")
      return try CaseSelection.Candidate(GrayImage.read(from: path), by: segmenter)
    }
    let known = try source.accepted.map { try candidate($0.record.imagePath).features }
    let candidates = try files.map { try candidate(context.existing($0)) }
    bar.stop()
    let choices = CaseSelection.choose(count, from: candidates, known: known)
    let left = candidates.count { $0.doubt != nil || $0.percent == nil }
    if left > 0 { Console.shared.tell("\(left) X-ray\(left == 1 ? " is" : "s are") left out: doubtful image, or no lungs found") }
    Console.shared.write("rank  uncertainty  distance  percent  file\n")
    var rows = CSVText.line(["file", "uncertainty", "distance", "percent"])
    for (rank, choice) in choices.enumerated() {
      let item = candidates[choice.index]
      let cells = [
        NumberFormat.tabulated(item.uncertainty), choice.distance.map { NumberFormat.tabulated($0) } ?? "",
        NumberFormat.tabulated(item.percent ?? 0),
      ]
      let widths = [13, 10, 9]
      let aligned = zip(cells, widths).map { String(repeating: " ", count: max(0, $1 - $0.count)) + $0 }.joined()
      Console.shared.write("\(rank + 1)".padded(to: 4) + aligned + "  " + TerminalText.cleaned(files[choice.index].text) + "\n")
      rows += CSVText.line([FilePaths.absolute(context.resolved(files[choice.index]))] + cells)
    }
    if let csv {
      try AtomicFile.write(rows, to: csv, for: .user)
      Console.shared.tell("wrote \(csv); to go through it: worklist \(csv)")
    }
  }
}
