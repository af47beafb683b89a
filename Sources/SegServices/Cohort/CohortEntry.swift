import Basics

/// What came of one case: a line of the journal.
package struct CohortEntry: Sendable, Equatable {
  package enum Outcome: Sendable, Equatable {
    /// The cells of its row.
    case row([JSON.Member])
    case failed(code: String, reason: String)
  }

  /// Among all cases, from 1.
  package let number: Int
  /// Its name in the results: that of its file, or a stand-in.
  package let name: String
  /// SHA-256 of the file, and of the size and the pixels that were read from it; nil where they could not be read.
  package var file: String?
  package var pixels: String?
  /// Size and time of the file's last change when it was read.
  package var stamp = ""
  /// The image checks that failed, such as `mirrored`.
  package var doubt: String?
  package var notes: [String] = []
  package var outcome = Outcome.row([])

  package init(number: Int, name: String) { (self.number, self.name) = (number, name) }

  package var hasFailed: Bool { if case .failed = outcome { true } else { false } }

  // MARK: As a line

  package var json: JSON {
    var json: JSON = ["case": .number(Double(number)), "name": .string(name)]
    json["file"] = file.map { .string($0) }
    json["pixels"] = pixels.map { .string($0) }
    json["stamp"] = .string(stamp)
    json["doubt"] = doubt.map { .string($0) }
    if !notes.isEmpty { json["notes"] = .array(notes.map { .string($0) }) }
    switch outcome {
    case .row(let cells): json["row"] = .object(cells)
    case .failed(let code, let reason): json["failed"] = ["code": .string(code), "reason": .string(reason)]
    }
    return json
  }

  /// Nil for what is no entry.
  package init?(_ json: JSON) {
    guard let number = json["case"]?.integerValue, number > 0, let name = json["name"]?.stringValue else { return nil }
    self.init(number: number, name: name)
    file = json["file"]?.stringValue
    pixels = json["pixels"]?.stringValue
    stamp = json["stamp"]?.stringValue ?? ""
    doubt = json["doubt"]?.stringValue
    notes = (json["notes"]?.arrayValue ?? []).compactMap(\.stringValue)
    if case .object(let cells)? = json["row"] {
      outcome = .row(cells)
    } else if let failure = json["failed"], let code = failure["code"]?.stringValue, let reason = failure["reason"]?.stringValue {
      outcome = .failed(code: code, reason: reason)
    } else {
      return nil
    }
  }
}

/// Lines that say whether they are whole: JSON whose last member is a checksum of what stands before it.
enum ChecksummedLine {
  private static let key = ", \"sum\": \""

  /// - Parameter json: An object with a member or more.
  static func text(_ json: JSON) -> String {
    let text = json.text.dropLast()
    return text + key + sum(text.utf8) + "\"}\n"
  }

  /// The object without its checksum; nil for a line that is torn or was changed.
  static func json(_ line: ArraySlice<UInt8>) -> JSON? {
    let ending = key.utf8.count + 16 + 2
    guard line.count > ending else { return nil }
    let body = line.dropLast(ending)
    let expected = key + sum(body) + "\"}"
    guard line.suffix(ending).elementsEqual(expected.utf8) else { return nil }
    return try? JSON(parsing: Array(body) + [UInt8(ascii: "}")])
  }

  private static func sum(_ bytes: some Sequence<UInt8>) -> String {
    let hash = Array(bytes).withUnsafeBytes { XXHash64.hash($0) }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
