import Basics
import SegLang

/// Spoils texts: tokens and bytes are removed, doubled, exchanged and put in.
struct Mutator {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// Words of the language and of the toys, and what has tripped parsers before.
  static let dictionary =
    Keyword.allCases.map(\.rawValue) + toys.names + toys.types.keys.sorted() + Operator.allCases.map(\.rawValue)
    + toys.signatures.flatMap { $0.parameters.map { $0.name + "=" } }
    + [
      "(", ")", "[", "]", "{", "}", "{ {", "} }", "|", ";", ",", ":", ":=", "=", "..", ".", "\"", "'", "\\", "#", " # ", " ", "\n", "\r\n",
      "\t",
      "--", "--radius", "-3", "3", "2mm", "1px..9px:2px", "1..3", "40%", "p99", "p99.9", "_1", "_99999999999999999999", "x", "a-b", "x.y",
      "é", "\u{301}", "\u{FEFF}", "\u{1F1E9}", "\0", "1e999", "0x1", "\"{", "}\"", ":.2", "{it}", "\u{202E}", "../..", "~", "*", "a#2.png",
    ]

  private mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(max(1, limit))) }
  private mutating func word() -> String { Self.dictionary[below(Self.dictionary.count)] }

  mutating func mutated(_ text: String) -> String {
    below(3) == 0 ? bytes(text) : tokens(text)
  }

  /// Words in a row.
  mutating func soup() -> String { (0..<below(24)).map { _ in word() + (below(3) == 0 ? "" : " ") }.joined() }

  private mutating func tokens(_ text: String) -> String {
    let tree = SyntaxTree(parsing: SourceText(text)) { toys[$0] != nil }
    var words = tree.tokens.map { tree.source[$0.span] }
    for _ in 0..<(1 + below(4)) where !words.isEmpty {
      let place = below(words.count)
      switch below(6) {
      case 0: words.remove(at: place)
      case 1: words.insert(words[place], at: place)
      case 2: words.swapAt(place, below(words.count))
      case 3: words[place] = word()
      case 4: words.insert(word(), at: place)
      default: words.insert(contentsOf: words[place..<min(words.count, place + below(12))], at: below(words.count))
      }
    }
    return words.joined()
  }

  private mutating func bytes(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for _ in 0..<(1 + below(5)) where !bytes.isEmpty {
      let place = below(bytes.count)
      switch below(4) {
      case 0: bytes.remove(at: place)
      case 1: bytes[place] = UInt8(truncatingIfNeeded: random.next())
      case 2: bytes.insert(contentsOf: Array(word().utf8), at: place)
      default: bytes.removeSubrange(place...)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
