import Basics
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
  private let database: SQLiteDatabase

  /// - Throws: `FileError`, `Failure`.
  init(_ path: String) throws {
    guard let file = NeighborFile(of: path) else { throw FileError.cannotWrite(path: path, code: errno) }
    let mask = umask(0)
    _ = umask(mask)
    fchmod(file.descriptor, 0o644 & ~mask)
    do throws(SQLiteDatabase.Failure) { database = try SQLiteDatabase(file.path, for: .newFile) } catch {
      throw Failure(path: path, message: error.description)
    }
    self.path = path
    self.file = file
  }

  /// Creates a table and fills it with the rows that `produce` passes on, each with as many cells as there are columns.
  /// - Throws: `Failure`, or what `produce` throws.
  func write(table: String, columns: [(name: String, kind: Kind)], _ produce: (_ add: ([JSON]) throws -> Void) throws -> Void) throws {
    let declared = columns.map { "\(Self.quoted($0.name)) \($0.kind.rawValue)" }.joined(separator: ", ")
    let places = columns.map { _ in "?" }.joined(separator: ", ")
    do {
      try database.execute("CREATE TABLE \(Self.quoted(table)) (\(declared))")
      let statement = try database.statement("INSERT INTO \(Self.quoted(table)) VALUES (\(places))")
      try produce { try statement.run($0) }
    } catch let failure as SQLiteDatabase.Failure { throw Failure(path: path, message: failure.description) }
  }

  /// Ends the database, waits for the disk and gives it its name.
  /// - Throws: `Failure`, `FileError`.
  consuming func finish() throws {
    do throws(SQLiteDatabase.Failure) { try database.close() } catch { throw Failure(path: path, message: error.description) }
    guard fsync(file.descriptor) == 0, file.take(name: path) else { throw FileError.cannotWrite(path: path, code: errno) }
  }

  private static func quoted(_ name: String) -> String {
    "\"\(name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
  }
}
