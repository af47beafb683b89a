import Basics
import ImageOps
import Plotting
import SegLang
import SegModel
import SegValues

/// Makes an image or a table again by the recipe that came with it, and compares.
///
/// The recipe is not trusted. It may only give names to the values of commands that make a value and do nothing else; loops, functions and whatever writes are
/// refused before anything runs, and once more by the evaluator. It reads the inputs that it names, of the size and digest that it names, and nothing else.
public struct RecipeRun {
  public let recipe: Recipe
  private let name: String
  private let stored: [UInt8]

  public enum Problem: Error, Hashable, CustomStringConvertible {
    case noRecipe(String)
    case noSidecar(String)
    case refused(line: Int, String)
    case notMade(String)
    case failed(String)
    case overBudget(RunBudget.Bound, RunBudget.Limits)

    public var description: String {
      switch self {
      case .noRecipe(let name):
        "\(name) contains no recipe: it was not written by segsh, was saved with recipe=none, or another program removed the recipe"
      case .noSidecar(let name):
        "\(name) has no recipe: there is no `\(Path(Recipe.sidecar(of: name)).name)` in its folder. Copy that file together with the table, or save"
          + " the table again"
      case .refused(let line, let reason): "the recipe is refused: line \(line) \(reason)"
      case .notMade(let type): "the recipe produces a value of type \(type), which does not match the file"
      case .failed(let text): "the recipe failed: \(text)"
      case .overBudget(let bound, let limits):
        switch bound {
        case .steps:
          "the recipe was stopped after \(NumberFormat.grouped(limits.steps)) steps, the limit; check where the file comes from."
            + " To allow more: --max-steps N"
        case .time:
          "the recipe was stopped after \(NumberFormat.grouped(limits.seconds)) s, the limit; check where the file comes from. To allow more: --max-seconds N"
        case .memory:
          "the recipe was stopped at \(MemoryBudget.text(limits.bytes)) of memory, the limit; check where the file comes from."
            + " To allow more: --max-memory MIB"
        }
      }
    }
  }

  /// - Parameters:
  ///   - name: what messages call the file.
  /// - Throws: `Problem.noRecipe`, `Recipe.Problem`, `CodecError`.
  ///   - sidecar: the bytes of the file beside a table that holds its recipe; nil where there is none.
  public init(of bytes: [UInt8], name: String, sidecar: [UInt8]? = nil) throws {
    let found = try sidecar.map { try Recipe(sidecar: $0) } ?? Recipe.read(from: bytes, name: name)
    guard let recipe = found else {
      throw name.lowercased().hasSuffix(".csv") ? Problem.noSidecar(name) : Problem.noRecipe(name)
    }
    (self.recipe, self.name, stored) = (recipe, name, bytes)
  }

  /// Runs the recipe in a session whose host is the program's, and compares what comes out with the file.
  ///
  /// - Parameters:
  ///   - registry: The commands that it may use.
  ///   - folders: Where inputs may lie, with all inside. Links that lead out of them are not followed.
  ///   - limits: Nil: ``limits``.
  /// - Throws: `Problem`; `CancellationError`.
  public func compare(by registry: Registry, in folders: [String], host: Host, limits: RunBudget.Limits? = nil) throws -> RecipeReport {
    let budget = RunBudget(limits ?? self.limits, resident: { MemoryBudget.resident })
    if let (line, reason) = SyntaxTree.refusal(ofRecipe: recipe.text, in: registry) { throw Problem.refused(line: line, reason) }
    let recorder = StepRecorder(registry)
    var host = host
    host.note = { _ in }
    host.write = { _ in }
    host.stepped = { recorder.take($0, $1) }
    let isCancelled = host.isCancelled
    host.isCancelled = { isCancelled() || budget.isExceeded }
    host.budget = budget
    host.refusal = { $0.command.isReplayable ? nil : "it is not allowed in a recipe" }
    // The recipe's own names stay, whatever the setting says.
    host.services[NamePrivacyService.self] = .show
    host.services.recall(recipe.models)
    let finder = InputFinder(
      recorded: recipe.inputs + recipe.models.filter { $0.name.contains("/") }, batches: recipe.batches, folders: folders, isStrict: true,
      isStopped: host.isCancelled)
    host.services[FileAccessService.self] = FileAccess(
      reading: { try finder.path(for: $0, at: $1) }, writing: { _, _ in throw Problem.failed("a recipe cannot write files") },
      listing: { [inputs = recipe.inputs] pattern, found in
        if let members = try finder.members(of: pattern, found: found) { return members }
        // A recipe of an earlier version names no members.
        return try inputs.map(\.name).filter { FilePaths.stands(pattern, for: $0) }.map { ($0, try finder.path(for: $0, at: $0) ?? $0) }
      })
    func checkBudget() throws {
      if let bound = budget.exceeded { throw Problem.overBudget(bound, budget.limits) }
    }
    do { try finder.findAll() } catch {
      try checkBudget()
      throw error
    }
    let session = Session(registry: registry, host: host, mode: .script)
    let outcome = session.execute(recipe.text, named: "recipe of \(name)")
    try checkBudget()
    if outcome.wasCancelled { throw CancellationError() }
    if let error = outcome.diagnostics.first(where: { $0.severity == .error }) {
      throw Problem.failed(
        error.message + (error.span.end > 0 ? ", line \(SourceText(recipe.text).location(of: error.span.start).line)" : ""))
    }
    guard let value = outcome.last else { throw Problem.notMade("nothing") }
    let run = recorder.record
    let isPNG = stored.withUnsafeBytes { ImageFormat(signatureOf: $0) == .png }
    return RecipeReport(
      subject: name, recipe: recipe, places: { finder.place(of: $0) }, run: run,
      difference: try isPNG ? pixels(value) : isDrawing ? shapes(value) : cells(value))
  }

  /// What a recipe may take unless the user says otherwise. Work grows with the files that it reads, each counted once.
  public var limits: RunBudget.Limits {
    let files = Set(recipe.inputs.map(\.sha256)).count
    return RunBudget.Limits(
      steps: min(100_000 + 20_000 * files, 100_000_000), seconds: min(60 + 20 * files, 36_000),
      bytes: min(4 << 30, MemoryBudget.left ?? 4 << 30))
  }

  // MARK: Comparing

  private var isDrawing: Bool { stored.starts(with: Array("<svg ".utf8)) }

  private func shapes(_ value: any Value) throws -> RecipeReport.Difference {
    guard let drawing = try SavedForm.drawing(of: value) else { throw Problem.notMade(type(of: value).typeName) }
    func lines(_ text: String) -> [Substring] { Figure.withoutNote(svg: text).split(separator: "\n") }
    let (old, new) = (lines(String(decoding: stored, as: UTF8.self)), lines(drawing))
    guard old.count == new.count else {
      return RecipeReport.Difference(unit: "shape", count: old.count, shape: "\(old.count) shapes in the file, \(new.count) reproduced")
    }
    var result = RecipeReport.Difference(unit: "shape", count: old.count)
    for (index, (was, now)) in zip(old, new).enumerated() where was != now {
      if result.changed == 0 { result.first = "line \(index + 1)" }
      result.changed += 1
    }
    return result
  }

  private func pixels(_ value: any Value) throws -> RecipeReport.Difference {
    let old = try ImageSamples.decode(png: stored, name: name)
    guard let picture = try SavedForm.picture(of: value) else { throw Problem.notMade(type(of: value).typeName) }
    var depth = EncodingOptions.Depth.eight
    if case .words = old.values { depth = .sixteen }
    let new = try picture.samples(for: .png, options: EncodingOptions(depth: depth, keepsValues: true))
    guard old.size == new.size, old.channels == new.channels else {
      let shape = { (samples: ImageSamples) in "\(samples.size)\(samples.channels == 3 ? " in color" : "")" }
      return RecipeReport.Difference(unit: "pixel", count: old.size.count, shape: "\(shape(old)) in the file, \(shape(new)) reproduced")
    }
    switch (old.values, new.values) {
    case (.bytes(let a), .bytes(let b)): return difference(a, b, old)
    case (.words(let a), .words(let b)): return difference(a, b, old)
    default: return RecipeReport.Difference(unit: "pixel", count: old.size.count, shape: "a different number of bits per pixel")
    }
  }

  private func difference<Sample: FixedWidthInteger & UnsignedInteger>(_ a: [Sample], _ b: [Sample], _ samples: ImageSamples)
    -> RecipeReport.Difference
  {
    var result = RecipeReport.Difference(unit: "pixel", count: samples.size.count)
    for pixel in 0..<samples.size.count {
      var largest: Sample = 0
      for index in pixel * samples.channels..<(pixel + 1) * samples.channels {
        largest = max(largest, a[index] > b[index] ? a[index] - b[index] : b[index] - a[index])
      }
      guard largest > 0 else { continue }
      if result.changed == 0 { result.first = "row \(pixel / samples.size.width), column \(pixel % samples.size.width)" }
      result.changed += 1
      result.largest = max(result.largest, Double(largest))
    }
    return result
  }

  private func cells(_ value: any Value) throws -> RecipeReport.Difference {
    guard let table = try Table(rowsOf: value) else { throw Problem.notMade(type(of: value).typeName) }
    let text = String(decoding: stored, as: UTF8.self)
    let old = text.split(separator: "\n", omittingEmptySubsequences: false).drop { $0.hasPrefix("# ") }.joined(separator: "\n")
    // Tables of earlier versions name the columns of intervals in another way.
    let earlier = table.earlierCSV
    func header(_ text: String) -> Substring { text.prefix { $0 != "\n" } }
    let isEarlier = header(old) != header(table.csv) && header(old) == header(earlier)
    let new = isEarlier ? earlier : table.csv
    let remark = isEarlier ? "the file names intervals as earlier versions did (intervals.percent.low); they are now percent.low" : nil
    let count = table.rows.count * table.columns.count
    if old == new {
      var result = RecipeReport.Difference(unit: "cell", count: count)
      result.note = remark
      return result
    }
    let before = CSVText.rows(of: old)
    let after = CSVText.rows(of: new)
    guard before.first == after.first else { return RecipeReport.Difference(unit: "cell", count: count, shape: "different columns") }
    guard before.count == after.count else {
      return RecipeReport.Difference(
        unit: "cell", count: count, shape: "\(before.count - 1) rows in the file, \(after.count - 1) reproduced")
    }
    var result = RecipeReport.Difference(unit: "cell", count: count)
    result.note = remark
    let hidden = Set(recipe.inputs.map(\.name))
    var names: [String: String] = [:]
    for (row, (old, new)) in zip(before, after).enumerated().dropFirst() {
      if old.count != new.count { return RecipeReport.Difference(unit: "cell", count: count, shape: "row \(row) has \(old.count) cells") }
      for (column, (was, now)) in zip(old, new).enumerated() where was != now {
        // The name of an input that the recipe leaves out stands in the table all the same; what it was called cannot be made again.
        if hidden.contains(now), (names[now] ?? was) == was {
          names[now] = was
          continue
        }
        let name = (before.first?.dropFirst(column).first).map { "\($0): " } ?? ""
        if result.changed == 0 { result.first = "row \(row), \(name)\(was) in the file, \(now) reproduced" }
        result.changed += 1
        if let a = Double(was), let b = Double(now) { result.largest = max(result.largest, abs(a - b)) }
      }
    }
    if !names.isEmpty {
      result.note =
        (remark.map { $0 + "; " } ?? "")
        + "the recipe omits the names of \(names.count) input\(names.count == 1 ? "" : "s"), so these are not compared"
    } else if result.changed == 0 {
      return RecipeReport.Difference(unit: "cell", count: count, shape: "the same cells in different notation")
    }
    return result
  }
}

/// What came of making a file again by its recipe.
public struct RecipeReport: Sendable {
  package struct Difference {
    /// "pixel" or "cell".
    package let unit: String
    package let count: Int
    package var changed = 0
    package var largest = 0.0
    package var first: String?
    /// What was not compared.
    package var note: String?
    /// Said where the two cannot be compared piece by piece.
    package var shape: String?

    package init(unit: String, count: Int, shape: String? = nil) {
      (self.unit, self.count, self.shape) = (unit, count, shape)
    }
  }

  public let isIdentical: Bool
  /// For people, ending in a line feed.
  public let text: String
  public let json: JSON

  /// - Parameter places: where inputs were found.
  package init(subject: String, recipe: Recipe, places: (String) -> String, run: RunRecord, difference: Difference) {
    isIdentical = difference.changed == 0 && difference.shape == nil
    var remarks: [String] = difference.note.map { [$0] } ?? []
    for model in recipe.models {
      guard let digest = model.sha256, let now = run.models.first(where: { $0.name == model.name }), now.sha256 != digest else { continue }
      remarks.append(
        "different model: the SHA-256 of `\(model.name)` was \(ReplayReport.short(digest)) and is now \(ReplayReport.short(now.sha256))")
    }
    if let program = recipe.program, program != ProgramVersion.text {
      remarks.append("written by segsh \(program); this is \(ProgramVersion.text)")
    }
    let count = NumberFormat.grouped(difference.count)
    var head = "\(subject): "
    if isIdentical {
      head += "\(count) \(difference.unit)\(difference.count == 1 ? "" : "s") identical"
    } else if let shape = difference.shape {
      head += "differs: \(shape)"
    } else {
      head +=
        "\(NumberFormat.grouped(difference.changed)) of \(count) \(difference.unit)s \(difference.changed == 1 ? "differs" : "differ")"
        + (difference.largest > 0 ? ", largest difference \(NumberFormat.significant(difference.largest))" : "")
      if let first = difference.first { remarks.insert("first at \(first)", at: 0) }
    }
    let steps = "\(run.steps.count) step\(run.steps.count == 1 ? "" : "s")"
    let inputs =
      recipe.inputs.prefix(4).map { "\(places($0.name)) (SHA-256 \(ReplayReport.short($0.sha256)))" }.joined(separator: ", ")
      + (recipe.inputs.count > 4 ? " and \(NumberFormat.grouped(recipe.inputs.count - 4)) more" : "")
    remarks.append("reproduced in \(steps)" + (inputs.isEmpty ? "" : " from \(inputs)"))
    text = ([head] + remarks).joined(separator: "\n  ") + "\n"
    json = [
      "subject": .string(subject), "identical": .bool(isIdentical), "unit": .string(difference.unit),
      "count": .number(Double(difference.count)), "changed": .number(Double(difference.changed)),
      "largest_difference": .number(difference.largest), "shape": difference.shape.map { .string($0) } ?? .null,
      "inputs": .array(recipe.inputs.map(\.json)), "models": .array(recipe.models.map(\.json)),
      "steps": .array(run.steps.map { .string($0.line) }), "remarks": .array(remarks.map { .string($0) }),
    ]
  }
}
