import Basics
import ImageOps
import SegLang
import SegModel
import SegValues
import Synchronization

/// The script of a cohort, run in a session of its own for each case, from any thread.
///
/// The case is `it`, as in the block of `each`: the image, read with its step in the lineage. A script that has a required param of type Path gets
/// the file's path by that param instead, so that the script that `segsh run` applies to one file does the same for a cohort.
package struct CohortScript: Sendable {
  package let text: String
  /// What messages call it.
  package let name: String
  /// The param that the case's path goes to; nil: the case is `it`.
  package let pathParameter: String?
  /// Values of its other params, as literals.
  package let arguments: [String: String]
  /// Variables whose values are the columns; empty: the last value.
  package let values: [String]
  package let registry: Registry
  /// What the program lends its commands.
  package let services: Services
  private let modules = ModuleLoader.files()

  package init(
    text: String, name: String, pathParameter: String?, arguments: [String: String], values: [String], registry: Registry,
    services: Services
  ) {
    (self.text, self.name, self.pathParameter, self.arguments, self.values) = (text, name, pathParameter, arguments, values)
    (self.registry, self.services) = (registry, services)
  }

  package var hidesNames: Bool { services[NamePrivacyService.self] == .hide }

  // MARK: Before it runs

  /// The check of the script, and the SHA-256 of its text and of the modules that it uses.
  package func check() -> (report: CheckReport, digest: String) {
    let texts = Mutex<[String]>([])
    let session = Session(registry: registry, mode: .script)
    session.modules = ModuleLoader { [modules] path, user in
      let file = modules.read(path, user)
      if case .success(let file) = file { texts.withLock { $0.append(file.text) } }
      return file
    }
    if pathParameter == nil { session.give(Traced(GrayImage(size: Size(width: 1, height: 1)), step: nil), to: Keyword.it.rawValue) }
    let report = session.check(text, named: name)
    let digests = ([text] + texts.withLock { $0 }).map { SHA256.hexDigest(of: Array($0.utf8)) }
    return (report, digests.count == 1 ? digests[0] : SHA256.hexDigest(of: Array(digests.joined(separator: "\n").utf8)))
  }

  // MARK: One case

  /// Runs the script for a case.
  /// - Parameters:
  ///   - number: From 1.
  ///   - isNew: Whether a path that the script writes to was not written to by another case.
  ///   - isCancelled: Asked often, from any thread.
  /// - Returns: Its line of the journal, and what it printed; nil where it was stopped.
  package func run(
    _ number: Int, of cases: CohortCases, isNew: @escaping @Sendable (String) -> Bool = { _ in true },
    isCancelled: @escaping @Sendable () -> Bool
  ) -> (entry: CohortEntry, printed: String)? {
    let (path, file) = (cases.paths[number - 1], cases.files[number - 1])
    let heard = HeardOfCase(FileNames(ofCase: number, file: StepFile(readLater: path, at: file), hidesAll: hidesNames, registry))
    var services = services
    services[DoubtService.self] = { heard.add(doubt: $0.rawValue) }
    services[FileAccessService.self] = FileAccess(writing: { name, path in
      if heard.isFirst(writing: path), !isNew(path) {
        heard.add(note: "`\(name)` was written by another case too, and only one remains: put the case into the name, such as {it.stem}")
      }
      return nil
    })
    let host = Host(isCancelled: isCancelled, note: { heard.add(note: $0) }, write: { heard.add(printed: $0) }, services: services)
    let session = Session(registry: registry, host: host, mode: .script)
    session.host.stepped = { step, _ in heard.add(step: step) }
    session.modules = modules
    var entry = CohortEntry(number: number, name: heard.names.hiding(cases.name(number), named: "case").oneLine)
    entry.stamp = FileStamp(file).text
    var arguments = arguments.merging(cases.arguments(number)) { $1 }
    do {
      if let pathParameter {
        arguments[pathParameter] = path.text
      } else {
        let traced = try Cancellation.polling(Cancellation(isCancelled)) { try cases.elements.traced(number - 1, of: nil) }
        if let step = traced.step { heard.add(step: step) }
        if let image = traced.value as? GrayImage { heard.add(image: image, file: image.source?.sha256) }
        session.give(traced, to: Keyword.it.rawValue)
      }
      let outcome = session.execute(text, named: name, arguments: arguments)
      if outcome.wasCancelled || isCancelled() { return nil }
      if let failure = outcome.diagnostics.first(where: { $0.severity == .error }) {
        entry.outcome = .failed(code: failure.code, reason: heard.names.hidden(place(of: failure) + failure.message))
      } else {
        for diagnostic in outcome.diagnostics { if case .caseLeftOut = diagnostic.problem { heard.add(note: diagnostic.message) } }
        entry.outcome = .row(try row(session, outcome.last, heard.names))
      }
      if pathParameter != nil { heard.lookForImage(named: path.text) }
    } catch is CancellationError { return nil } catch {
      entry.outcome = .failed(code: CohortEntry.otherFailure, reason: heard.names.hidden("\(error)"))
    }
    if isCancelled() { return nil }
    // A script that does not load its file as an image: it is read for its digests alone.
    if heard.digests == nil, pathParameter != nil, let image = try? cases.elements[number - 1] as? GrayImage {
      heard.add(image: image, file: image.source?.sha256)
    }
    (entry.file, entry.pixels) = heard.digests ?? (nil, nil)
    entry.doubt = heard.doubt
    entry.notes = heard.notes
    return (entry, heard.printed)
  }

  /// "line 5: ", with the module's name where the failure is in one.
  private func place(of failure: Diagnostic) -> String {
    guard let source = failure.source else { return "" }
    let line = "line \(source.location(of: failure.span.start).line): "
    return source.name == name ? line : "\(source.name.map { Path($0).name + ", " } ?? "")\(line)"
  }

  private func row(_ session: Session, _ last: (any Value)?, _ names: FileNames) throws -> [JSON.Member] {
    var fields: [(String, any Value)] = []
    if values.isEmpty {
      guard let last else { throw CohortProblem.noValue }
      fields = try Self.fields(of: last)
    }
    for name in values {
      guard let value = session[name] else {
        throw CohortProblem.noSuchValue(name, known: session.variables.map(\.name).filter { $0 != Keyword.it.rawValue })
      }
      guard let record = try Self.record(value) else {
        guard Self.isCell(value) else { throw CohortProblem.noRow(type(of: value).typeName) }
        fields.append((name, value))
        continue
      }
      fields.append((name, record))
    }
    let hidden = Record(fields.map { ($0.0, names.hiding($0.1, named: $0.0)) })
    let cells = Table.cells(of: hidden).filter { $0.key != CohortColumns.doubt }
    if let cell = cells.first(where: { CohortColumns.all.contains($0.key) }) { throw CohortProblem.reservedColumn(cell.key) }
    return cells
  }

  private static func fields(of value: any Value) throws -> [(String, any Value)] {
    if let record = try record(value) { return record.fields.map { ($0.name, $0.value) } }
    guard isCell(value) else { throw CohortProblem.noRow(type(of: value).typeName) }
    return [("value", value)]
  }

  private static func isCell(_ value: any Value) -> Bool { Table.isCell(type(of: value)) || value is Int || value is any Choice }

  /// The record that a value is; nil for one that is none.
  private static func record(_ value: any Value) throws -> Record? {
    switch value {
    case let record as Record: return record
    case let value as any Recordable: return value.record
    case let table as Table:
      guard table.rows.count == 1, let record = table.records.first else { throw CohortProblem.rowCount(table.rows.count) }
      return record
    default: return nil
    }
  }
}

extension CohortEntry {
  /// The code of a failure outside of the script, such as a file that cannot be read.
  static let otherFailure = "E301"
}

/// What a case's session tells, from the thread that runs it.
private final class HeardOfCase: Sendable {
  private struct State {
    var names: FileNames
    var doubts: [String] = []
    var notes: [String] = []
    var printed = ""
    var steps: [Step] = []
    var known = Set<Int>()
    var digests: (String?, String?)?
    var written = Set<String>()
  }
  private let state: Mutex<State>
  /// More than so many notes of one case are not kept.
  private static let noteLimit = 20

  init(_ names: FileNames) { state = Mutex(State(names: names)) }

  func add(doubt: String) { state.withLock { if !$0.doubts.contains(doubt) { $0.doubts.append(doubt) } } }
  func isFirst(writing path: String) -> Bool { state.withLock { $0.written.insert(path).inserted } }
  func add(printed: String) { state.withLock { $0.printed += printed } }
  func add(note: String) { state.withLock { if $0.notes.count < Self.noteLimit, !$0.notes.contains(note) { $0.notes.append(note) } } }

  func add(image: GrayImage, file: String?) {
    for note in image.readingNotes { add(note: note) }
    let pixels = image.contentHash
    state.withLock { $0.digests = (file, pixels) }
  }

  func add(step: Step) {
    state.withLock { state in
      for step in step.ancestry where state.known.insert(step.id).inserted {
        state.names.learn(step)
        if step.inputFile != nil { state.steps.append(step) }
      }
    }
  }

  /// Takes the digests of the image that the script loaded from a file.
  func lookForImage(named name: String) {
    let steps = state.withLock { $0.steps }
    for step in steps {
      guard let file = step.inputFile, file.name == name, let image = step.value as? GrayImage else { continue }
      add(image: image, file: image.source?.sha256 ?? file.sha256)
      return
    }
  }

  var names: FileNames { state.withLock { $0.names } }
  var digests: (String?, String?)? { state.withLock { $0.digests } }
  var doubt: String? { state.withLock { $0.doubts.isEmpty ? nil : $0.doubts.joined(separator: "; ") } }
  var printed: String { state.withLock { $0.printed } }
  var notes: [String] { state.withLock { state in state.notes.map { state.names.hidden($0) } } }
}
