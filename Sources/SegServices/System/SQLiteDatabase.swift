import Basics
internal import CSQLite

/// A SQLite database, its cells as JSON: `null`, numbers, texts.
final class SQLiteDatabase {
  enum Purpose {
    /// A new file that takes its name only once it is whole: no locks, no waiting for the disk, one transaction.
    case newFile
    /// A state that is changed in place: each statement has reached the disk when it returns, and another process is waited for.
    case state
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  fileprivate let handle: OpaquePointer
  private let purpose: Purpose
  private var isOpen = true

  /// - Throws: `Failure`.
  init(_ path: String, for purpose: Purpose) throws(Failure) {
    var opened: OpaquePointer?
    let bytes = SystemPath.bytes(path)
    let code = purpose == .state ? csqlite_open_state(bytes, &opened) : csqlite_open(bytes, &opened)
    guard let opened else { throw Failure(description: String(cString: csqlite_text(code))) }
    (handle, self.purpose) = (opened, purpose)
  }

  deinit { if isOpen { _ = csqlite_close(handle, 0) } }

  /// Runs a statement without values and rows.
  func execute(_ sql: String) throws(Failure) { try check(csqlite_execute(handle, sql)) }

  /// A statement that is run with values.
  func statement(_ sql: String) throws(Failure) -> SQLiteStatement {
    var statement: OpaquePointer?
    try check(csqlite_prepare(handle, sql, &statement))
    guard let statement else { throw Failure(description: "no statement") }
    return SQLiteStatement(statement, self)
  }

  /// Ends the transaction of a new file; no statement of it may be left.
  func close() throws(Failure) {
    guard isOpen else { return }
    isOpen = false
    let code = csqlite_close(handle, purpose == .newFile ? 1 : 0)
    guard code == 0 else { throw Failure(description: String(cString: csqlite_text(code))) }
  }

  fileprivate func check(_ code: Int32) throws(Failure) {
    if code != 0 { throw Failure(description: String(cString: csqlite_message(handle))) }
  }
}

/// A statement of a database; places of values and columns are counted from 0.
final class SQLiteStatement {
  private let handle: OpaquePointer
  private let database: SQLiteDatabase

  fileprivate init(_ handle: OpaquePointer, _ database: SQLiteDatabase) { (self.handle, self.database) = (handle, database) }

  deinit { csqlite_finish(handle) }

  /// Runs it with these values, without rows.
  func run(_ cells: [JSON] = []) throws(SQLiteDatabase.Failure) {
    try bind(cells)
    try database.check(csqlite_run(handle))
  }

  /// The rows that it returns with these values, each with so many columns.
  func rows(_ cells: [JSON] = [], columns: Int) throws(SQLiteDatabase.Failure) -> [[JSON]] {
    try bind(cells)
    var rows: [[JSON]] = []
    while true {
      let code = csqlite_next(handle)
      if code == 0 { return rows }
      guard code == 1 else {
        try database.check(-code)
        return rows
      }
      rows.append((0..<Int32(columns)).map(cell))
    }
  }

  private func cell(_ column: Int32) -> JSON {
    switch csqlite_column_kind(handle, column) {
    case CSQLITE_NUMBER: .number(csqlite_column_number(handle, column))
    case CSQLITE_TEXT: .string(csqlite_column_text(handle, column).map { String(cString: $0) } ?? "")
    default: .null
    }
  }

  private func bind(_ cells: [JSON]) throws(SQLiteDatabase.Failure) {
    for (index, cell) in cells.enumerated() { try database.check(bind(cell, to: Int32(index + 1))) }
  }

  private func bind(_ cell: JSON, to place: Int32) -> Int32 {
    switch cell {
    case .null: return csqlite_bind_null(handle, place)
    case .bool(let truth): return csqlite_bind_integer(handle, place, truth ? 1 : 0)
    case .number(let number): return number.isFinite ? csqlite_bind_number(handle, place, number) : csqlite_bind_null(handle, place)
    case .string(let text): return csqlite_bind_text(handle, place, text, Int32(clamping: text.utf8.count))
    case .array, .object:
      let text = cell.text
      return csqlite_bind_text(handle, place, text, Int32(clamping: text.utf8.count))
    }
  }
}
