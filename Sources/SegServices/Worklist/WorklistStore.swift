import Basics
internal import Platform

/// What is known of cases: one SQLite database for many worklists, each change on the disk when it returns. It holds digests of UIDs and files, the
/// names of readers and their comments, and no file names.
package final class WorklistStore {
  package enum Status: String, Sendable, CaseIterable {
    /// Not decided.
    case waiting
    /// A person began to correct it.
    case correcting
    /// Accepted as the model segmented it.
    case accepted
    /// Accepted with corrections.
    case corrected
    /// Its results were sent.
    case sent

    /// Whether a reader has decided the case.
    package var isDecided: Bool { [.accepted, .corrected, .sent].contains(self) }
  }

  /// The severity of a case, as a model or a reader left it.
  package struct Measurement: Sendable, Equatable {
    /// Nil if no lungs were found.
    package var percent: Double?
    /// Nil without lungs; also for a score that a version without intervals kept.
    package var interval: ClosedRange<Double>?
    package var doubt: String?
    /// SHA-256 of the image's file and of the model's.
    package var image: String?
    package var model: String?

    package init() {}
  }

  /// What one reader decided.
  package struct Reading: Sendable, Equatable {
    package var status = Status.waiting
    /// What was accepted; empty until then.
    package var measurement = Measurement()
    package var comment: String?
    /// The line that makes corrections which are not accepted yet, from the variable `xray`.
    package var draft: String?

    package init() {}
  }

  package struct Failure: Error, CustomStringConvertible {
    let path: String
    let message: String
    package var description: String {
      "the state of the worklist cannot be used: \(path): \(message). Move the file away to start with an empty state"
    }
  }

  private let path: String
  private let database: SQLiteDatabase
  private static let version = 2

  /// Opens the database, or makes it if it is missing. Only its owner may read it. A state of version 1 is converted.
  /// - Throws: `Failure`, `FileError`.
  package init(_ path: String) throws {
    self.path = path
    if let slash = path.lastIndex(of: "/"), slash > path.startIndex { try AtomicFile.makeFolder(String(path[..<slash])) }
    let file = open(SystemPath.bytes(path), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw FileError.cannotOpen(path: path, code: errno) }
    close(file)
    do {
      database = try SQLiteDatabase(path, for: .state)
      try convert()
    } catch { throw Failure(path: path, message: error.description) }
  }

  /// Brings the tables to this version, all of it or nothing.
  private func convert() throws(SQLiteDatabase.Failure) {
    func version() throws(SQLiteDatabase.Failure) -> Int {
      try database.statement("PRAGMA user_version").rows(columns: 1).first?.first?.integerValue ?? 0
    }
    guard try version() != Self.version else { return }
    // Another process may be converting it.
    try database.execute("BEGIN IMMEDIATE")
    let found = try version()
    guard found <= Self.version else { throw SQLiteDatabase.Failure(description: "a later version of segsh wrote it") }
    let tables = Set(
      try database.statement("SELECT name FROM sqlite_master WHERE type = 'table'").rows(columns: 1).map { $0[0].stringValue })
    guard found > 0 || tables.isEmpty else { throw SQLiteDatabase.Failure(description: "it is a database of another program") }
    if found < Self.version {
      let measurement = "percent REAL, low REAL, high REAL, doubt TEXT, image TEXT, model TEXT, changed TEXT NOT NULL"
      try database.execute("CREATE TABLE scores (key TEXT PRIMARY KEY, \(measurement))")
      try database.execute(
        "CREATE TABLE readings (key TEXT, reader TEXT, status TEXT NOT NULL, comment TEXT, draft TEXT, \(measurement), PRIMARY KEY (key, reader))"
      )
      if found == 1 {
        // Version 1 had one reader without a name, no intervals, and the score of a waiting case in the same row.
        let known = "percent, NULL, NULL, doubt, image, model, changed FROM cases"
        try database.execute(
          "INSERT INTO scores SELECT key, \(known) WHERE image IS NOT NULL AND status IN ('waiting', 'correcting', 'accepted')")
        try database.execute("INSERT INTO readings SELECT key, '', status, NULL, NULL, \(known) WHERE status <> 'waiting'")
        try database.execute("DROP TABLE cases")
      }
      try database.execute("PRAGMA user_version = \(Self.version)")
    }
    try database.execute("COMMIT")
  }

  // MARK: Reading

  /// What is known of cases, in their order; a case that is not known waits.
  /// - Parameter reader: Empty: the reader without a name.
  /// - Throws: `Failure`.
  package func entries(_ keys: [String], of reader: String) throws -> [(score: Measurement?, reading: Reading)] {
    try stated {
      let columns = "percent, low, high, doubt, image, model"
      let scores = try database.statement("SELECT \(columns) FROM scores WHERE key = ?")
      let readings = try database.statement("SELECT \(columns), status, comment, draft FROM readings WHERE key = ? AND reader = ?")
      return try keys.map { key in
        let score = try scores.rows([.string(key)], columns: 6).first.map { Self.measurement($0) }
        guard let row = try readings.rows([.string(key), .string(reader)], columns: 9).first else { return (score, Reading()) }
        var reading = Reading()
        reading.measurement = Self.measurement(row)
        reading.status = row[6].stringValue.flatMap(Status.init) ?? .waiting
        (reading.comment, reading.draft) = (row[7].stringValue, row[8].stringValue)
        return (score, reading)
      }
    }
  }

  private static func measurement(_ row: [JSON]) -> Measurement {
    var measurement = Measurement()
    measurement.percent = row[0].numberValue
    if let low = row[1].numberValue, let high = row[2].numberValue, low <= high { measurement.interval = low...high }
    (measurement.doubt, measurement.image, measurement.model) = (row[3].stringValue, row[4].stringValue, row[5].stringValue)
    return measurement
  }

  // MARK: Writing

  /// Replaces what a model found in a case, which all readers see.
  /// - Throws: `Failure`.
  package func setScore(_ key: String, _ score: Measurement) throws {
    try stated {
      try database.statement("INSERT OR REPLACE INTO scores VALUES (?, ?, ?, ?, ?, ?, ?, ?)").run([.string(key)] + Self.cells(score))
    }
  }

  /// Replaces what a reader decided about a case.
  /// - Throws: `Failure`.
  package func set(_ key: String, of reader: String, _ reading: Reading) throws {
    try stated {
      try database.statement("INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").run(
        [.string(key), .string(reader), .string(reading.status.rawValue), Self.text(reading.comment), Self.text(reading.draft)]
          + Self.cells(reading.measurement))
    }
  }

  private static func cells(_ measurement: Measurement) -> [JSON] {
    let numbers = [measurement.percent, measurement.interval?.lowerBound, measurement.interval?.upperBound].map {
      $0.map { JSON.number($0) } ?? .null
    }
    return numbers + [text(measurement.doubt), text(measurement.image), text(measurement.model), .string(Machine.time())]
  }

  private static func text(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }

  private func stated<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let failure as SQLiteDatabase.Failure { throw Failure(path: path, message: failure.description) }
  }
}
