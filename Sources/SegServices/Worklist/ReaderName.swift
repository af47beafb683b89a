import Basics

/// The names of readers and their comments, as they are kept and written.
package enum ReaderName {
  /// The reader of an adjudication who gives no name.
  package static let consensus = "consensus"

  package enum Problem: Error, Hashable, CustomStringConvertible {
    case invalid(String)
    case notTwo(String)
    case longComment(Int)

    package var description: String {
      switch self {
      case .invalid(let name):
        "the reader is `\(name)`, but a name or initials must have 1 to 32 letters (A-Z), digits, `.`, `_` or `-`, a letter or digit first"
      case .notTwo(let text): "the readers are `\(text)`, but must be two different names such as A,B"
      case .longComment(let count): "the comment has \(count) characters; the limit is \(commentLimit)"
      }
    }
  }

  static let commentLimit = 1000

  /// A name that can be part of a path, of a DICOM object and of a line.
  package static func isValid(_ name: String) -> Bool {
    func isLetterOrDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) }
    guard let first = name.utf8.first, name.utf8.count <= 32, isLetterOrDigit(first) else { return false }
    return name.utf8.allSatisfy { isLetterOrDigit($0) || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains($0) }
  }

  /// - Throws: `Problem.invalid`.
  package static func checked(_ name: String) throws -> String {
    guard isValid(name) else { throw Problem.invalid(name) }
    return name
  }

  /// Two readers from a text such as `A,B`.
  /// - Throws: `Problem`.
  package static func pair(_ text: String) throws -> (first: String, second: String) {
    let names = try text.split(separator: ",", omittingEmptySubsequences: false).map { try checked(String($0).trimmed()) }
    guard names.count == 2, names[0] != names[1] else { throw Problem.notTwo(text) }
    return (names[0], names[1])
  }

  /// A comment in one line without control characters; nil for an empty one.
  /// - Throws: `Problem.longComment`.
  package static func comment(_ text: String) throws -> String? {
    let spaced = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 || (127..<160).contains($0.value) ? " " : $0 }))
    let comment = spaced.split(separator: " ").joined(separator: " ")
    guard comment.count <= commentLimit else { throw Problem.longComment(comment.count) }
    return comment.isEmpty ? nil : comment
  }
}
