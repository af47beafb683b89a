import Foundation

/// A folder of a test's own, removed with its content when the last reference to it goes.
public final class TemporaryFolder: Sendable {
  public let url: URL

  public init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("segsh-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  public var path: String { url.path }

  public var content: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }

  /// The path of a file in the folder.
  public func file(_ name: String) -> String { url.appendingPathComponent(name).path }

  public func text(of name: String) throws -> String {
    String(decoding: try Data(contentsOf: url.appendingPathComponent(name)), as: UTF8.self)
  }

  /// Writes a text file into the folder.
  public func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  /// Writes a file into the folder, or one of folders inside, and gives its path.
  @discardableResult public func write(_ bytes: [UInt8], to name: String) throws -> String {
    let url = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    return url.path
  }
}
