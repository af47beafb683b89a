import Basics
internal import CSQLite
internal import Platform

/// A new SQLite database, written table by table. It replaces the file of its name once it is whole.
struct SQLiteFile: ~Copyable {
  /// What a column declares; SQLite stores any value in any column.
  enum Kind: String {
    case number = "REAL"
    case integer = "INTEGER"
    case text = "TEXT"
  }

  struct Failure: Error, CustomStringConvertible {
    let path: String
    let message: String
    var description: String { "cannot write \(path): \(message)" }
  }

  private let path: String
  private var file: NeighborFile
  private let database: OpaquePointer

  /// - Throws: `FileError`, `Failure`.
  init(_ path: String) throws {
    guard let file = NeighborFile(of: path) else { throw FileError.cannotWrite(path: path, code: errno) }
    let mask = umask(0)
    _ = umask(mask)
    fchmod(file.descriptor, 0o644 & ~mask)
    var opened: OpaquePointer?
    let code = csqlite_open(SystemPath.bytes(file.path), &opened)
    guard let opened else { throw Failure(path: path, message: String(cString: csqlite_text(code))) }
    self.path = path
    self.file = file
    database = opened
  }

  /// Creates a table and fills it with the rows that `produce` passes on, each with as many cells as there are columns.
  /// - Throws: `Failure`, or what `produce` throws.
  func write(table: String, columns: [(name: String, kind: Kind)], _ produce: (_ add: ([JSON]) throws -> Void) throws -> Void) throws {
    let declared = columns.map { "\(Self.quoted($0.name)) \($0.kind.rawValue)" }.joined(separator: ", ")
    try check(csqlite_execute(database, "CREATE TABLE \(Self.quoted(table)) (\(declared))"))
    var statement: OpaquePointer?
    let places = columns.map { _ in "?" }.joined(separator: ", ")
    try check(csqlite_prepare(database, "INSERT INTO \(Self.quoted(table)) VALUES (\(places))", &statement))
    defer { csqlite_finish(statement) }
    try produce { cells in
      for (index, cell) in cells.enumerated() { try bind(cell, to: statement, Int32(index + 1)) }
      try check(csqlite_run(statement))
    }
  }

  private func bind(_ cell: JSON, to statement: OpaquePointer?, _ place: Int32) throws {
    switch cell {
    case .null: try check(csqlite_bind_null(statement, place))
    case .bool(let truth): try check(csqlite_bind_integer(statement, place, truth ? 1 : 0))
    case .number(let number):
      try check(number.isFinite ? csqlite_bind_number(statement, place, number) : csqlite_bind_null(statement, place))
    case .string(let text): try check(csqlite_bind_text(statement, place, text, Int32(clamping: text.utf8.count)))
    case .array, .object:
      let text = cell.text
      try check(csqlite_bind_text(statement, place, text, Int32(clamping: text.utf8.count)))
    }
  }

  private func check(_ code: Int32) throws(Failure) {
    if code != 0 { throw Failure(path: path, message: String(cString: csqlite_message(database))) }
  }

  /// Ends the database, waits for the disk and gives it its name.
  /// - Throws: `Failure`, `FileError`.
  consuming func finish() throws {
    try check(csqlite_close(database))
    guard fsync(file.descriptor) == 0, file.take(name: path) else { throw FileError.cannotWrite(path: path, code: errno) }
  }

  private static func quoted(_ name: String) -> String {
    "\"\(name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
  }
}
