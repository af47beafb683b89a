/// What became of an instance that was sent.
package enum StoredObject: Hashable, Sendable {
  case stored
  /// Reported as stored by an archive that answers no queries, so that nothing confirms it.
  case unconfirmed
  /// Stored, but elements were changed or the data set was found to be incomplete; the status code (PS3.18, PS3.4).
  case storedWithWarning(Int)
  /// The status code; nil if the archive does not state it.
  case refused(Int?)

  /// In words, for a message; nil: nothing needs to be said.
  package var reason: String? {
    switch self {
    case .stored, .unconfirmed: nil
    case .storedWithWarning(let code): "stored with the warning \(Self.text(code))"
    case .refused(let code): code.map(Self.text) ?? "the archive states no reason"
    }
  }

  private static func text(_ code: Int) -> String {
    let hex = String(code, radix: 16, uppercase: true)
    let padded = String(repeating: "0", count: max(0, 4 - hex.count)) + hex
    let words: String? =
      switch code {
      case 0xA700...0xA7FF: "out of resources"
      case 0xA900...0xA9FF: "the data set does not match its SOP class"
      case 0xC000...0xCFFF: "it cannot be understood"
      case 0x0110: "processing failed"
      case 0x0122: "the SOP class is not supported"
      case 0x0124: "not authorized"
      case 0x0117: "the SOP instance UID is invalid"
      case 0xB000: "elements were changed"
      case 0xB006: "elements were discarded"
      case 0xB007: "the data set does not match its SOP class"
      default: nil
      }
    return "\(padded)" + (words.map { " (\($0))" } ?? "")
  }
}
