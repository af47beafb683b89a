import Basics
internal import Platform
import SegLang
import SegValues

/// Writes what the journal says of the cases as tables, one row per case in the order of the cases.
package struct CohortResults {
  package enum Format: String, Sendable, CaseIterable {
    case csv, jsonl, sqlite

    package static let standard: Set<Format> = [.csv, .jsonl]
    package var fileName: String { "results.\(rawValue)" }
  }

  package static let failuresName = "failures.csv"
  package static let recordName = "run.json"

  /// What came of the cases.
  package struct Summary: Sendable, Equatable {
    package var cases = 0
    package var measured = 0
    package var failed = 0
    package var doubtful = 0
    package var duplicates = 0
    /// Notes of the cases, each kind once with the number of its cases, the most frequent first.
    package var notes: [(text: String, count: Int)] = []

    package static func == (a: Summary, b: Summary) -> Bool {
      a.cases == b.cases && a.measured == b.measured && a.failed == b.failed && a.doubtful == b.doubtful && a.duplicates == b.duplicates
        && a.notes.elementsEqual(b.notes) { $0 == $1 }
    }

    package var json: JSON {
      [
        "cases": .number(Double(cases)), "measured": .number(Double(measured)), "failed": .number(Double(failed)),
        "doubtful": .number(Double(doubtful)), "duplicates": .number(Double(duplicates)),
      ]
    }
  }

  private let journal: CohortJournal
  private let plan: CohortPlan
  private let folder: String
  private let numbers: [Int]

  package init(journal: CohortJournal, plan: CohortPlan, folder: String) {
    (self.journal, self.plan, self.folder) = (journal, plan, folder)
    numbers = plan.numbers
  }

  /// - Parameter describes: Whether to write an RO-Crate description too. One that is there already is kept up to date unless someone has edited it.
  /// - Throws: `FileError`, `CohortProblem`, `SQLiteFile.Failure`, `ROCrate.Problem`.
  package func write(_ formats: Set<Format>, describes: Bool = false) throws -> Summary {
    let overview = try overview()
    // A file of an earlier session would say something else.
    for format in Format.allCases where !formats.contains(format) { unlink(SystemPath.bytes("\(folder)/\(format.fileName)")) }
    try writeTexts(overview, [.csv, .jsonl].filter(formats.contains))
    if formats.contains(.sqlite) { try writeDatabase(overview, to: "\(folder)/\(Format.sqlite.fileName)") }
    try writeFailures()
    try AtomicFile.write(record(overview.summary).text + "\n", to: "\(folder)/\(Self.recordName)")
    if describes || ROCrate.isUnchanged(in: folder) {
      try ROCrate(journal: journal, counts: overview.summary, in: folder).write()
    }
    return overview.summary
  }

  // MARK: What there is

  /// What is to be known of all rows before the first is written.
  private struct Overview {
    var summary = Summary()
    /// Columns of values in the order of first use, and what they hold.
    var values: [(name: String, kind: SQLiteFile.Kind?)] = []
    /// The first case with the same pixels, by the number of the case.
    var firsts: [Int: String] = [:]

    var columns: [String] {
      [CohortColumns.name] + values.map(\.name) + [
        CohortColumns.doubt, CohortColumns.duplicateOf, CohortColumns.file, CohortColumns.pixels,
      ]
    }
  }

  private func overview() throws -> Overview {
    var overview = Overview()
    var places: [String: Int] = [:]
    // Half of a digest tells images apart, and a million of them fit into memory.
    var seen: [UInt64: Int] = [:]
    var notes: [String: (text: String, count: Int)] = [:]
    for number in numbers {
      guard let entry = try journal.entry(number) else { continue }
      overview.summary.cases += 1
      for note in entry.notes { notes[Self.kind(of: note), default: (note, 0)].count += 1 }
      guard case .row(let cells) = entry.outcome else {
        overview.summary.failed += 1
        continue
      }
      overview.summary.measured += 1
      if entry.doubt != nil { overview.summary.doubtful += 1 }
      if let pixels = entry.pixels, let key = UInt64(pixels.prefix(16), radix: 16) {
        if let first = seen[key], let other = try journal.entry(first), other.pixels == pixels {
          overview.firsts[number] = other.name
          overview.summary.duplicates += 1
        } else {
          seen[key] = seen[key] ?? number
        }
      }
      for cell in cells {
        let place = places[cell.key] ?? overview.values.count
        if place == overview.values.count {
          places[cell.key] = place
          overview.values.append((cell.key, nil))
        }
        guard let kind = Self.kind(of: cell.value) else { continue }
        overview.values[place].kind = overview.values[place].kind.map { $0 == kind ? kind : .text } ?? kind
      }
    }
    overview.summary.notes = notes.values.sorted { ($1.count, $0.text) < ($0.count, $1.text) }
    return overview
  }

  /// Notes that differ only in digits are of one kind.
  private static func kind(of note: String) -> String { String(note.filter { !$0.isNumber }) }

  private static func kind(of cell: JSON) -> SQLiteFile.Kind? {
    switch cell {
    case .null: nil
    case .number: .number
    case .bool: .integer
    case .string, .array, .object: .text
    }
  }

  /// Calls `body` with the cells of each case that has a row, in the order of the columns.
  private func forEachRow(_ overview: Overview, _ body: ([JSON]) throws -> Void) throws {
    for number in numbers {
      guard let entry = try journal.entry(number), case .row(let cells) = entry.outcome else { continue }
      let known = Dictionary(cells.map { ($0.key, $0.value) }) { first, _ in first }
      func text(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
      try body(
        [.string(entry.name)] + overview.values.map { known[$0.name] ?? .null }
          + [text(entry.doubt), text(overview.firsts[number]), text(entry.file), text(entry.pixels)])
    }
  }

  // MARK: Files

  /// Writes text files in one pass over the rows.
  /// - Parameter writing: What writes a row to the files that are open.
  private func writeTexts(_ overview: Overview, _ formats: [Format], writing: [([JSON]) throws -> Void] = []) throws {
    guard let format = formats.first else {
      if !writing.isEmpty { try forEachRow(overview) { cells in for write in writing { try write(cells) } } }
      return
    }
    let columns = overview.columns
    try writeBuffered(to: "\(folder)/\(format.fileName)") { add in
      if format == .csv { try add(CSVText.line(columns.map(CSVText.guarded))) }
      let write: ([JSON]) throws -> Void = { cells in
        try add(
          format == .csv
            ? CSVText.line(cells.map(CSVText.text(ofCell:))) : JSON.object(zip(columns, cells).map { JSON.Member($0, $1) }).text + "\n")
      }
      try writeTexts(overview, Array(formats.dropFirst()), writing: writing + [write])
    }
  }

  private func writeDatabase(_ overview: Overview, to path: String) throws {
    let file = try SQLiteFile(path)
    let kinds = overview.values.map { ($0.name, $0.kind ?? .text) }
    try file.write(
      table: "results",
      columns: [(CohortColumns.name, .text)] + kinds
        + [CohortColumns.doubt, CohortColumns.duplicateOf, CohortColumns.file, CohortColumns.pixels].map { ($0, .text) }
    ) { add in try forEachRow(overview, add) }
    try file.write(table: "failures", columns: ["case", "code", "reason"].map { ($0, .text) }) { add in
      try forEachFailure { name, code, reason in try add([.string(name), .string(code), .string(reason)]) }
    }
    try file.write(table: "run", columns: [("name", .text), ("value", .text)]) { add in
      guard case .object(let members) = plan.json else { return }
      for member in members { try add([.string(member.key), .string(member.value.stringValue ?? member.value.text)]) }
      for model in journal.models.sorted(by: { $0.name < $1.name }) { try add([.string("model \(model.name)"), .string(model.sha256)]) }
    }
    try file.finish()
  }

  private func forEachFailure(_ body: (_ name: String, _ code: String, _ reason: String) throws -> Void) throws {
    for number in numbers where journal.status(of: number).hasFailed {
      guard let entry = try journal.entry(number), case .failed(let code, let reason) = entry.outcome else { continue }
      try body(entry.name, code, reason)
    }
  }

  /// Writes the cases that failed so far, also of a run that was stopped.
  /// - Throws: `FileError`, `CohortProblem`.
  package func writeFailures() throws {
    try writeBuffered(to: "\(folder)/\(Self.failuresName)") { add in
      try add(CSVText.line(["case", "code", "reason"]))
      try forEachFailure { name, code, reason in try add(CSVText.line([name, code, reason].map(CSVText.guarded))) }
    }
  }

  private func writeBuffered(to path: String, _ produce: (_ add: @escaping (String) throws -> Void) throws -> Void) throws {
    try AtomicFile.write(to: path) { append in
      try withoutActuallyEscaping(append) { append in
        var buffer: [UInt8] = []
        func flush() throws {
          try buffer.withUnsafeBytes(append)
          buffer.removeAll(keepingCapacity: true)
        }
        try produce { text in
          buffer += text.utf8
          if buffer.count >= 1 << 20 { try flush() }
        }
        try flush()
      }
    }
  }

  /// The run record: what was run, with what, where and when, and what came of it. Only this file has times.
  private func record(_ summary: Summary) -> JSON {
    var json = plan.json
    json["models"] = .array(journal.models.map { ["name": .string($0.name), "sha256": .string($0.sha256)] })
    json["counts"] = summary.json
    json["notes"] = .array(summary.notes.map { ["cases": .number(Double($0.count)), "note": .string($0.text)] })
    json["sessions"] = .array(journal.sessions)
    json["finished"] = .string(Machine.time())
    return json
  }
}
