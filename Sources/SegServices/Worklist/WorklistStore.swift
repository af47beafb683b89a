import Basics
internal import Platform

/// What was decided about cases: one SQLite database for all worklists, each change on the disk when it returns. It holds digests of UIDs and
/// files, and no names.
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
  }

  package struct Entry: Sendable, Equatable {
    package var status = Status.waiting
    /// Severity; nil: not scored, or no lungs were found.
    package var percent: Double?
    package var doubt: String?
    /// SHA-256 of the image's file and of the model's.
    package var image: String?
    package var model: String?

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
  private static let version = 1

  /// Opens the database, which is made if there is none, for its owner alone.
  /// - Throws: `Failure`, `FileError`.
  package init(_ path: String) throws {
    self.path = path
    if let slash = path.lastIndex(of: "/") { try AtomicFile.makeFolder(String(path[..<slash])) }
    let file = open(SystemPath.bytes(path), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw FileError.cannotOpen(path: path, code: errno) }
    close(file)
    do {
      database = try SQLiteDatabase(path, for: .state)
      let found = try database.statement("PRAGMA user_version").rows(columns: 1).first?.first?.integerValue ?? 0
      guard found <= Self.version else { throw SQLiteDatabase.Failure(description: "a later version of segsh wrote it") }
      try database.execute(
        "CREATE TABLE IF NOT EXISTS cases (key TEXT PRIMARY KEY, status TEXT NOT NULL, percent REAL, doubt TEXT, image TEXT, model TEXT, "
          + "changed TEXT NOT NULL)")
      try database.execute("PRAGMA user_version = \(Self.version)")
    } catch let failure as SQLiteDatabase.Failure { throw Failure(path: path, message: failure.description) }
  }

  /// What is known of a case; nil: nothing.
  /// - Throws: `Failure`.
  package func entry(_ key: String) throws -> Entry? {
    try stated {
      let sql = "SELECT status, percent, doubt, image, model FROM cases WHERE key = ?"
      guard let row = try database.statement(sql).rows([.string(key)], columns: 5).first else { return nil }
      var entry = Entry()
      entry.status = row[0].stringValue.flatMap(Status.init) ?? .waiting
      (entry.percent, entry.doubt) = (row[1].numberValue, row[2].stringValue)
      (entry.image, entry.model) = (row[3].stringValue, row[4].stringValue)
      return entry
    }
  }

  /// Replaces what is known of a case.
  /// - Throws: `Failure`.
  package func set(_ key: String, _ entry: Entry) throws {
    try stated {
      func text(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
      try database.statement("INSERT OR REPLACE INTO cases VALUES (?, ?, ?, ?, ?, ?, ?)").run([
        .string(key), .string(entry.status.rawValue), entry.percent.map { .number($0) } ?? .null, text(entry.doubt), text(entry.image),
        text(entry.model), .string(Machine.time()),
      ])
    }
  }

  private func stated<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let failure as SQLiteDatabase.Failure { throw Failure(path: path, message: failure.description) }
  }
}
