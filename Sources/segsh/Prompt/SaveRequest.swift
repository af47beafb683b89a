/// What follows `:save`.
struct SaveRequest: Equatable {
  private(set) var path: String?
  /// The value whose making is to be saved.
  private(set) var why: String?
  /// Whether a file of that name is to be replaced without a question.
  private(set) var replaces = false
  static let usage = ":save FILE [--why VALUE] [--replace]"
  /// Words that belong nowhere.
  private(set) var rest: [String] = []

  init(_ text: String) {
    var words = Self.words(text)[...]
    while let word = words.popFirst() {
      if word == "--why" {
        why = words.popFirst()
        if why == nil { rest.append(word) }
      } else if word == "--replace" {
        replaces = true
      } else if word.hasPrefix("--why=") || word.hasPrefix("why=") {
        why = String(word.drop { $0 != "=" }.dropFirst())
      } else if path == nil, !word.hasPrefix("--") {
        path = word
      } else {
        rest.append(word)
      }
    }
  }

  /// Words at blanks; quotes keep blanks together.
  static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in text {
      if let open = quote {
        if character == open { quote = nil } else { word?.append(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        if let whole = word { words.append(whole) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }
}
