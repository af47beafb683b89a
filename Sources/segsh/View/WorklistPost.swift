import Basics
import SegServices
import SegValues

/// What a page may ask of the open worklist.
enum WorklistPost: Equatable, Sendable {
  case next, previous, send
  /// The newest outlines, or those of a reader in an adjudication.
  case accept(reader: String?)
  /// A case by its number, from 1.
  case open(Int)
  case comment(String)

  /// Most bytes of a comment; how many characters are kept, the command decides.
  private static let textLimit = 8192

  /// - Returns: nil for anything else.
  init?(_ json: JSON) {
    switch json["word"]?.stringValue {
    case "next": self = .next
    case "previous": self = .previous
    case "send": self = .send
    case "accept":
      let reader = json["reader"]?.stringValue
      guard reader.map(ReaderName.isValid) ?? true else { return nil }
      self = .accept(reader: reader)
    case "open":
      guard let number = json["case"]?.integerValue, (1...Worklist.limit).contains(number) else { return nil }
      self = .open(number)
    case "comment":
      guard let text = json["text"]?.stringValue, text.utf8.count <= Self.textLimit else { return nil }
      self = .comment(text)
    default: return nil
    }
  }

  /// The line that it means.
  var line: String {
    switch self {
    case .next: "worklist next"
    case .previous: "worklist previous"
    case .send: "worklist send"
    case .accept(let reader): "worklist accept" + (reader.flatMap { $0.literal }.map { " " + $0 } ?? "")
    case .open(let number): "worklist from=\(number)"
    case .comment(let text): "worklist comment \(text.literal ?? "")"
    }
  }
}
