import Archive
import Basics
import ImageOps
import SegLang
import SegModel

/// Texts that are replaced by others wherever they occur in a text, the longest first.
///
/// Short texts, and numbers, are only replaced where they are whole words: a file called `1024.png` does not change `11024 px`. The ending of an image does
/// not count: `p1.png` is not in `up1.png`.
public struct TextReplacement: Sendable {
  private let registry: Registry

  /// - Parameter registry: Its words are never replaced.
  public init(sparing registry: Registry) { self.registry = registry }

  private var whole: [ArraySlice<UInt8>: String] = [:]
  private var anywhere: [ArraySlice<UInt8>: String] = [:]
  /// Lengths that occur, by the first byte, the longest first.
  private var lengths: [UInt8: [Int]] = [:]

  public var isEmpty: Bool { lengths.isEmpty }

  /// The first replacement of a text is kept.
  public mutating func add(_ text: String, as replacement: String) {
    let bytes = Array(text.utf8)[...]
    guard let first = bytes.first, text.contains(where: { $0.isLetter || $0.isNumber }), !Self.isOwnWord(text, in: registry) else { return }
    guard whole[bytes] == nil, anywhere[bytes] == nil else { return }
    let hasLetter = text.contains { $0.isLetter }
    // A short number identifies no one, and would be found in measurements.
    if !hasLetter, bytes.count < 4 { return }
    let ending = Path(text).fileExtension
    let isShort = bytes.count < 6 || ImageFormat(fileExtension: ending) != nil && bytes.count - ending.utf8.count - 1 < 4
    if !isShort, hasLetter { anywhere[bytes] = replacement } else { whole[bytes] = replacement }
    var known = lengths[first] ?? []
    if !known.contains(bytes.count) {
      known.insert(bytes.count, at: known.firstIndex { $0 < bytes.count } ?? known.count)
      lengths[first] = known
    }
  }

  /// Everything by which a text may name a file: its path as written and as the system takes it, its name with as many folders as set it apart, its name
  /// without the ending, and its folders.
  ///
  /// - Parameters:
  ///   - name: for the path and the name.
  ///   - stem: for the name without its ending.
  ///   - folder: for one of its folders.
  public mutating func add(path: String, as name: String, stem: String, folder: (String) -> String) {
    let parts = path.split(separator: "/").map(String.init)
    add(path, as: name)
    if ArchiveAddress.isOne(path) { return add(archived: parts, as: stem, folder: folder) }
    add(HomeFolder.expanding(path), as: name)
    // As it is in a quoted text of a script.
    if let literal = path.literal { add(String(literal.dropFirst().dropLast()), as: name) }
    for first in parts.indices { add(parts[first...].joined(separator: "/"), as: name) }
    add(Path(path).stem, as: stem)
    var whole = path.hasPrefix("/") ? "/" : ""
    for part in parts.dropLast() where ![".", "..", "~"].contains(part) {
      whole += (whole.isEmpty || whole.hasSuffix("/") ? "" : "/") + part
      let standIn = folder(part)
      add(whole, as: standIn)
      if !Self.commonFolders.contains(part) { add(part, as: standIn) }
    }
  }

  /// The parts of an address in an archive that identify someone: the host, the UIDs, and names in its path.
  private mutating func add(archived parts: [String], as stem: String, folder: (String) -> String) {
    let words: Set<String> = ["studies", "series", "instances", "dicom-web", "dicomweb", "wado-rs", "rs"]
    for (index, part) in parts.enumerated() where !words.contains(part) {
      guard let kind = ArchiveAddress.Kind.allCases.first(where: { part.hasPrefix($0.prefix) }) else {
        add(part, as: index == parts.count - 1 ? stem : folder(part))
        continue
      }
      // `dimse:AETITLE@host:port`; after `dicomweb:` the host is the next part.
      guard kind == .dimse else { continue }
      let place = part.dropFirst(kind.prefix.count)
      for name in [place] + place.split(whereSeparator: { "@:".contains($0) }) { add(String(name), as: folder(String(name))) }
    }
  }

  /// Folders that identify no one.
  public static let commonFolders: Set<String> = ["home", "root", "tmp", "mnt", "media", "data", "images", "Users"]

  /// - Complexity: O(length of the text × number of different lengths).
  public func replaced(in text: String) -> String {
    guard !isEmpty else { return text }
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var position = 0
    var isChanged = false
    while position < bytes.count {
      if let (length, replacement) = match(bytes, position) {
        result += replacement.utf8
        position += length
        isChanged = true
      } else {
        result.append(bytes[position])
        position += 1
      }
    }
    return isChanged ? String(decoding: result, as: UTF8.self) : text
  }

  private func match(_ bytes: [UInt8], _ start: Int) -> (length: Int, replacement: String)? {
    for length in lengths[bytes[start]] ?? [] where start + length <= bytes.count {
      let slice = bytes[start..<start + length]
      let before = start > 0 ? bytes[start - 1] : nil
      let after = start + length < bytes.count ? bytes[start + length] : nil
      // A number is not a part of a longer one: `case-1` is not in `case-12`.
      if Self.isDigit(before) && Self.isDigit(slice.first) || Self.isDigit(after) && Self.isDigit(slice.last) { continue }
      if let found = anywhere[slice] { return (length, found) }
      if let found = whole[slice], !Self.isWord(before), !Self.isWord(after) { return (length, found) }
    }
    return nil
  }

  private static func isDigit(_ byte: UInt8?) -> Bool { byte.map { (48...57).contains($0) } ?? false }

  private static func isWord(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    return byte > 127 || isDigit(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }

  /// Words of results, which name no one.
  private static let resultWords = Set(
    ["case", "error", "input", "value"] + Severity.Grade.allCases.map(\.rawValue) + ImageCheck.Doubt.allCases.map(\.rawValue))

  /// Whether a text is a word of the language or of its results, which names no one.
  public static func isOwnWord(_ text: String, in registry: Registry) -> Bool {
    resultWords.contains(text) || registry.words.contains(text)
  }
}
