import Basics
internal import Platform

/// The versions of a model that was learned on this machine.
///
/// The user's model folder (``ModelLibrary/userFolder``) holds `NAME/1.safetensors`, `NAME/2.safetensors` … with a record `NAME/1.json` each. Versions
/// are never changed. `NAME.safetensors` is a symbolic link to the current one, so that a switch is one rename. `NAME@2` names a version for good.
public struct ModelVersions: Sendable {
  /// One version.
  public struct Version: Sendable {
    /// Its number, from 1.
    public let number: Int
    /// The path of its model file.
    public let path: String
    /// How it came about: digests, parent, data, proof; nil if the record is missing or damaged.
    public let record: JSON?
    /// Whether the name alone stands for this version.
    public let isCurrent: Bool
  }

  /// The name of the model.
  public let name: String
  /// The folder of its versions.
  public let folder: String
  private let link: String

  /// - Throws: ``ModelVersionsError`` for a name that cannot be used, or a user without a home folder.
  public init(_ name: String) throws(ModelVersionsError) {
    guard let models = ModelLibrary.userFolder else { throw .noHome }
    try self.init(name, in: models)
  }

  /// - Parameter models: The folder of learned models.
  init(_ name: String, in models: String) throws(ModelVersionsError) {
    guard Self.isValid(name) else { throw .invalidName(name) }
    guard ModelLibrary.installed(name) == nil else { throw .installed(name) }
    (self.name, folder, link) = (name, "\(models)/\(name)", "\(models)/\(name)\(ModelLibrary.ending)")
  }

  /// 1 to 64 letters, digits, hyphens and underscores of ASCII.
  static func isValid(_ name: String) -> Bool {
    (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 95 }
      && !name.hasPrefix("-")
  }

  /// The number of the version that the name stands for; nil if it stands for no version.
  public var current: Int? { Self.number(linkedAt: link) }

  /// All versions, ascending.
  public var all: [Version] {
    let current = current
    return numbers.map { number in
      let record = (try? WholeFile.read("\(folder)/\(number).json", limit: 1 << 20)).flatMap { try? JSON(parsing: $0) }
      return Version(number: number, path: path(number), record: record, isCurrent: number == current)
    }
  }

  private var numbers: [Int] {
    ModelLibrary.names(in: folder).compactMap { file in
      file.hasSuffix(ModelLibrary.ending) ? Int(file.dropLast(ModelLibrary.ending.count)) : nil
    }.filter { $0 > 0 }.sorted()
  }

  /// The path of the model file of a version.
  public func path(_ number: Int) -> String { "\(folder)/\(number)\(ModelLibrary.ending)" }

  /// Adds a version and makes it the current one. A kill leaves the earlier version current.
  /// - Parameters:
  ///   - file: The model file, in ``folder``; it takes the version's name.
  ///   - record: Its record.
  /// - Returns: The number of the version.
  /// - Throws: `FileError`.
  public func add(_ file: String, record: JSON) throws(FileError) -> Int {
    let number = (numbers.last ?? 0) + 1
    try AtomicFile.write(record.text + "\n", to: "\(folder)/\(number).json")
    guard rename(SystemPath.bytes(file), SystemPath.bytes(path(number))) == 0 else { throw .cannotWrite(path: path(number), code: errno) }
    try makeCurrent(number)
    return number
  }

  /// Makes an earlier version the current one.
  /// - Parameter number: Nil: the version before the current one.
  /// - Returns: The number of the version that is current now.
  /// - Throws: ``ModelVersionsError``, `FileError`.
  public func rollBack(to number: Int?) throws -> Int {
    let known = numbers
    guard !known.isEmpty else { throw ModelVersionsError.noVersions(name, folder: folder) }
    let wanted: Int
    if let number {
      guard known.contains(number) else { throw ModelVersionsError.noSuchVersion(name, number, known: known) }
      wanted = number
    } else {
      guard let current, let earlier = known.last(where: { $0 < current }) else {
        throw ModelVersionsError.nothingEarlier(name, current ?? known[0])
      }
      wanted = earlier
    }
    try makeCurrent(wanted)
    return wanted
  }

  private func makeCurrent(_ number: Int) throws(FileError) {
    let fresh = "\(folder)/.current-\(getpid())"
    unlink(SystemPath.bytes(fresh))
    guard symlink(SystemPath.bytes("\(name)/\(number)\(ModelLibrary.ending)"), SystemPath.bytes(fresh)) == 0,
      rename(SystemPath.bytes(fresh), SystemPath.bytes(link)) == 0
    else { throw .cannotWrite(path: link, code: errno) }
  }

  /// The number that a link `NAME/NUMBER.safetensors` states; nil for a file or no file.
  static func number(linkedAt link: String) -> Int? {
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = buffer.withUnsafeMutableBytes { bytes in
      bytes.withMemoryRebound(to: CChar.self) { text in text.baseAddress.map { readlink(SystemPath.bytes(link), $0, text.count) } ?? -1 }
    }
    guard count > 0, let file = String(decoding: buffer[..<count], as: UTF8.self).split(separator: "/").last,
      file.hasSuffix(ModelLibrary.ending)
    else { return nil }
    return Int(file.dropLast(ModelLibrary.ending.count))
  }
}

/// An error in naming or switching versions of a learned model.
public enum ModelVersionsError: Error, Equatable, CustomStringConvertible {
  /// The name has other characters, or is too long.
  case invalidName(String)
  /// A model of this name came with the program.
  case installed(String)
  /// There is no home folder.
  case noHome
  /// Nothing was learned under this name.
  case noVersions(String, folder: String)
  /// There is no version of this number.
  case noSuchVersion(String, Int, known: [Int])
  /// The current version is the first.
  case nothingEarlier(String, Int)

  public var description: String {
    switch self {
    case .invalidName(let name): "`\(name)` cannot be the name of a model; use 1 to 64 letters, digits, hyphens or underscores"
    case .installed(let name): "`\(name)` came with segsh and is never replaced; choose another name for the learned model"
    case .noHome: "there is no home folder for learned models; set HOME or XDG_DATA_HOME"
    case .noVersions(let name, let folder): "no model was learned under the name `\(name)`; searched \(folder)"
    case .noSuchVersion(let name, let number, let known):
      "`\(name)` has no version \(number); its versions are \(known.map(String.init).joined(separator: ", "))"
    case .nothingEarlier(let name, let number):
      "version \(number) of `\(name)` has no earlier version; to use another model, name it: segment model=default"
    }
  }
}
