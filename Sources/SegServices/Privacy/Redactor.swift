import Archive
import Basics
import ImageOps
import SegLang
import SegValues

/// Keeps names of patients out of what the prompt stores: paths of files that are read, and whatever else of a line repeats a part of one.
///
/// A file is read where a command that reads gets it, and where a word has the ending or the first bytes of an image. Nothing is read from its header, so a
/// name that is only there and is typed by hand is not known.
package struct Redactor {
  private let registry: Registry
  /// Parts of the paths, in lowercase, and what each becomes.
  private var parts: [String: String] = [:]

  /// - Parameter registry: Its commands say which words are files that are read, and its words are never covered.
  package init(_ registry: Registry) { self.registry = registry }

  /// What a covered word becomes: `IMAGE` where the ending or the first bytes are those of another format, else `DICOM`.
  private static func cover(_ path: String) -> String {
    let found = files(of: path)
    return (found.isEmpty ? [HomeFolder.expanding(path)] : found).contains(where: isOtherImage) ? "IMAGE" : "DICOM"
  }

  /// The entry with `IMAGE` or `DICOM` for the paths of files that are read, and for every part of them that stands in another word.
  package mutating func covered(_ entry: String) -> String {
    let pieces = pieces(of: entry)
    for (piece, isPath) in pieces where isPath {
      let cover = Self.cover(piece.bare)
      learn(piece.bare, cover)
      for file in Self.files(of: piece.bare) { learn(file, cover) }
    }
    return pieces.map { $1 ? Self.cover($0.bare) : $0.isWord ? withoutParts($0.text) : $0.text }.joined()
  }

  private mutating func learn(_ path: String, _ cover: String) {
    if ArchiveAddress.isOne(path) {
      // Short numbers of a UID are found in every line.
      for part in path.split(separator: "/") where ArchiveAddress.isUID(String(part)) {
        for number in part.split(separator: ".") where number.count > 5 { parts[String(number)] = parts[String(number)] ?? cover }
      }
      return
    }
    for component in path.split(separator: "/") {
      // An ending says nothing of a patient, unless it is a number.
      let stem = component.lastIndex(of: ".").flatMap { dot in
        dot > component.startIndex && !component[component.index(after: dot)...].allSatisfy(\.isNumber) ? component[..<dot] : nil
      }
      let isCommon: (String) -> Bool = { [registry] in
        TextReplacement.isOwnWord($0, in: registry) || TextReplacement.commonFolders.contains($0)
      }
      for word in Self.words(stem ?? component) where word.count > 2 && !isCommon(word) { parts[word] = parts[word] ?? cover }
      let whole = (stem ?? component).lowercased()
      if whole.count > 2, !isCommon(whole) { parts[whole] = parts[whole] ?? cover }
    }
  }

  /// The word with every part of a known path covered.
  private func withoutParts(_ text: String) -> String {
    guard !parts.isEmpty, !TextReplacement.isOwnWord(text.lowercased(), in: registry) else { return text }
    var result = ""
    var run = ""
    func flush() {
      result += parts[run.lowercased()] ?? run
      run = ""
    }
    for character in text {
      if Self.isPart(character) {
        run.append(character)
      } else {
        flush()
        result.append(character)
      }
    }
    flush()
    return result
  }

  // MARK: Words

  private static func isPart(_ character: Character) -> Bool { character.isLetter || character.isNumber }

  private static func words(_ text: Substring) -> [String] {
    text.split { !isPart($0) }.map { $0.lowercased() }
  }

  /// The words of an entry, each with whether it is the path of a file that is read.
  private func pieces(of entry: String) -> [(piece: WrittenWords.Piece, isPath: Bool)] {
    var previous = ""
    return WrittenWords.pieces(of: entry).map { piece in
      guard piece.isWord else {
        if piece.text.contains(where: { !$0.isWhitespace }) { previous = "" }
        return (piece, false)
      }
      defer { previous = piece.bare }
      return (piece, Self.namesPatient(piece.bare, after: previous, in: registry))
    }
  }

  /// Whether a word is the path or pattern of files that are read.
  /// - Parameter previous: The word before, as `load`.
  static func namesPatient(_ word: String, after previous: String, in registry: Registry) -> Bool {
    // An archive as a whole names no one; a password in its address is refused, and must not stay in the history either.
    if ArchiveAddress.isOne(word) { return word.contains("studies/") || word.contains("@") && (try? ArchiveAddress(word)) == nil }
    // `worklist next` reads no file.
    if registry[previous]?.positional.first?.choices.contains(where: { $0.name == word }) == true { return false }
    if let traits = registry[previous]?.command.traits, !traits.isDisjoint(with: [.readsFiles, .writesFiles]) {
      return traits.contains(.readsFiles)
    }
    if isImage(path: HomeFolder.expanding(word)) { return true }
    return files(of: word).prefix(batchLimit).contains { isImage(path: $0) }
  }

  private static func ending(of path: String) -> String? {
    let name = path.split(separator: "/").last ?? ""
    return name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() }
  }

  /// Whether a file is an image by its ending, or starts like one.
  private static func isImage(path: String) -> Bool {
    ["dcm", "dicom", "dic", "ima"].contains(ending(of: path)) || isOtherImage(path: path) || format(of: path) != nil
  }

  /// Whether a file is an image of another format than DICOM, by its first bytes where it is there, else by its ending.
  private static func isOtherImage(path: String) -> Bool {
    (format(of: path) ?? ending(of: path).flatMap { ImageFormat(fileExtension: $0) }).map { $0 != .dicom } ?? false
  }

  /// Most files of a folder or a pattern that are looked into.
  private static let batchLimit = 1000

  /// The files that a folder or a pattern stands for; none for any other word.
  private static func files(of word: String) -> [String] {
    let path = HomeFolder.expanding(word)
    let pattern = FilePaths.isFolder(path) ? path + "/*" : path
    guard pattern.contains(where: { "*?[".contains($0) }) else { return [] }
    return FilePaths.matching(pattern)
  }

  private static func format(of path: String) -> ImageFormat? {
    path.contains(where: isPart) ? ImageFormat(contentOf: path) : nil
  }
}
