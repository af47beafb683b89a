import Glibc
import ImageOps
import SegCommands
import SegLang

/// Keeps names of patients out of what the prompt stores: paths of DICOM files, and whatever else of a line repeats a part of one.
///
/// A file is a DICOM file by its ending, by its first bytes where it is there, or where `load` is given a name without the ending of another picture.
/// Nothing is read from its header, so a name that stands only there and is typed by hand is not known.
struct PatientShield {
  /// Parts of the paths of DICOM files, in lowercase.
  private var parts: Set<String> = []

  /// What a covered word becomes.
  static let cover = "DICOM"

  /// The entry with `DICOM` for the paths of DICOM files, and for every part of them that stands in another word.
  mutating func covered(_ entry: String) -> String {
    let pieces = Self.pieces(of: entry)
    for piece in pieces where piece.isPath {
      learn(piece.bare)
      for file in Self.files(of: piece.bare) { learn(file) }
    }
    return pieces.map { $0.isPath ? Self.cover : $0.isWord ? withoutParts($0.text) : $0.text }.joined()
  }

  private mutating func learn(_ path: String) {
    for component in path.split(separator: "/") {
      // An ending says nothing of a patient, unless it is a number.
      let stem = component.lastIndex(of: ".").flatMap { dot in
        dot > component.startIndex && !component[component.index(after: dot)...].allSatisfy(\.isNumber) ? component[..<dot] : nil
      }
      for word in Self.words(stem ?? component) where word.count > 2 && !Self.ownWords.contains(word) { parts.insert(word) }
      let whole = (stem ?? component).lowercased()
      if whole.count > 2, !Self.ownWords.contains(whole) { parts.insert(whole) }
    }
  }

  /// The word with every part of a known path covered.
  private func withoutParts(_ text: String) -> String {
    guard !parts.isEmpty, !Self.ownWords.contains(text.lowercased()) else { return text }
    var result = ""
    var run = ""
    func flush() {
      result += parts.contains(run.lowercased()) ? Self.cover : run
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

  /// Words of the language, which name no patient.
  private static let ownWords: Set<String> = {
    var words = Set(Keyword.allCases.map(\.rawValue))
    for signature in Registry.segsh.signatures {
      words.insert(signature.name)
      words.formUnion(signature.name.split(separator: "-").map(String.init))
      for parameter in signature.parameters {
        words.insert(parameter.name)
        words.formUnion(parameter.choices.map { $0.name.lowercased() })
      }
    }
    for type in Registry.segsh.types.values { words.formUnion(type.properties.map { $0.name.lowercased() }) }
    return words
  }()

  private static func isPart(_ character: Character) -> Bool { character.isLetter || character.isNumber }

  private static func words(_ text: Substring) -> [String] {
    text.split { !isPart($0) }.map { $0.lowercased() }
  }

  private struct Piece {
    let text: String
    /// Without quotes.
    var bare: String { String(text.filter { $0 != "\"" && $0 != "'" }) }
    var isWord = false
    /// Whether it is the path of a DICOM file.
    var isPath = false
  }

  /// Words, quoted texts, and the signs and blanks between them.
  private static func pieces(of entry: String) -> [Piece] {
    var pieces: [Piece] = []
    var previous = ""
    var rest = Substring(entry)
    while let first = rest.first {
      if first.isWhitespace || "|;(){}=,[]".contains(first) {
        if !first.isWhitespace { previous = "" }
        pieces.append(Piece(text: String(rest.removeFirst())))
        continue
      }
      let word: Substring
      if first == "\"" || first == "'" {
        let end = rest.dropFirst().firstIndex(of: first).map { rest.index(after: $0) } ?? rest.endIndex
        word = rest[..<end]
      } else {
        word = rest.prefix { !$0.isWhitespace && !"|;(){}=,[]\"".contains($0) }
      }
      guard !word.isEmpty else { break }
      rest = rest[word.endIndex...]
      var piece = Piece(text: String(word), isWord: true)
      piece.isPath = namesPatient(piece.bare, after: previous)
      previous = piece.bare
      pieces.append(piece)
    }
    return pieces
  }

  /// Whether a word is the path or pattern of DICOM files.
  /// - Parameter previous: The word before, as `load`.
  static func namesPatient(_ word: String, after previous: String) -> Bool {
    if isDICOM(path: Files.expanded(word)) { return true }
    if files(of: word).prefix(batchLimit).contains(where: { isDICOM(path: $0) }) { return true }
    guard ["load", "glob"].contains(previous) else { return false }
    guard let ending = ending(of: word) else { return true }
    return PictureFormat(fileExtension: ending) == nil
  }

  private static func ending(of path: String) -> String? {
    let name = path.split(separator: "/").last ?? ""
    return name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() }
  }

  /// Whether a file is a DICOM file by its ending, or starts like one.
  private static func isDICOM(path: String) -> Bool {
    if let ending = ending(of: path), ["dcm", "dicom", "dic", "ima"].contains(ending) { return true }
    return startsLikeDICOM(path)
  }

  /// Most files of a folder or a pattern that are looked into.
  private static let batchLimit = 1000

  /// The files that a folder or a pattern stands for; none for any other word.
  private static func files(of word: String) -> [String] {
    let path = Files.expanded(word)
    let pattern = Files.isFolder(path) ? path + "/*" : path
    guard pattern.contains(where: { "*?[".contains($0) }) else { return [] }
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0 else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { index in found.gl_pathv[index].map { String(cString: $0) } }
  }

  /// Whether a regular file starts like a DICOM file.
  private static func startsLikeDICOM(_ path: String) -> Bool {
    path.contains(where: isPart) && PictureFormat(contentOf: path) == .dicom
  }
}
