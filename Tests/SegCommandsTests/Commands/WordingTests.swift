import Foundation
import SegLang
import TestSupport
import Testing

@testable import SegCommands

/// Plain American English: words that read as translated, and British spellings, stay out of every text that a user can see.
@Suite("Wording")
struct WordingTests {
  /// Words and phrases to avoid, as regular expressions.
  static let denied = [
    // Translated
    "tells", "told", "foretold", "anew", "spoilt", "hangs? on", "of its own", "is none", "left open", "comes? to", "came to", "put off",
    "made of what", "so many", "how firm", "firmness", "pictures?", "dents?", "necks?", "crumbs?", "whether", "where none is",
    "where nothing is",
    "says of", "answers? to", "parted", "not be trusted before",
    // British
    "[a-z]*colour[a-z]*", "grey[a-z]*", "centres?", "centred", "[a-z]*metres?", "neighbour[a-z]*", "favour[a-z]*",
    "behaviour[a-z]*", "labell(?!edby)[a-z]*", "unlabelled", "licence[a-z]*", "catalogue[a-z]*", "analyse[a-z]*", "judgement[a-z]*",
    "(?:normal|equal|skeleton|optim|initial|visual|recogn|organ|minim|maxim|summar|standard|general|anonym|quant|random|synchron)is(?:e|es|ed|er|ing|ation)",
    "counter-clockwise",
  ]

  /// The words in a text that should not be there.
  static func faults(in text: String) -> [String] {
    // Code is what it is: names of files, options and properties.
    let prose = text.replacing(/`[^`]*`/, with: "")
    let pattern = "\\b(?:\(denied.joined(separator: "|")))\\b"
    guard let expression = try? NSRegularExpression(pattern: pattern, options: .caseInsensitive) else { return ["no pattern"] }
    return expression.matches(in: prose, range: NSRange(prose.startIndex..., in: prose)).compactMap { match in
      Range(match.range, in: prose).map { String(prose[$0]) }
    }
  }

  @Test(arguments: [
    "Tells how good it is.", "A colour.", "The picture's centre", "Whether it is drawn.", "Equalise it", "how firm a figure is",
  ])
  func `finds words that give a translation away, and British spellings`(text: String) { #expect(!Self.faults(in: text).isEmpty) }

  @Test(arguments: ["Segments the lungs in gray images.", "Use `colour` here.", "neighbors of the center"])
  func `leaves plain text and code alone`(text: String) { #expect(Self.faults(in: text).isEmpty) }

  @Test(arguments: Registry.segsh.names) func `commands have plain texts`(name: String) throws {
    let signature = try #require(Registry.segsh[name])
    var texts = [signature.summary, signature.command.discussion] + signature.command.examples.map(\.explanation)
    for parameter in signature.parameters { texts += [parameter.help, parameter.name] + parameter.choices.map(\.help) }
    for text in texts { #expect(Self.faults(in: text).isEmpty, "\(Self.faults(in: text)): \(text)") }
  }

  @Test(arguments: Registry.segsh.names) func `options have imperatives or noun phrases`(name: String) throws {
    for parameter in try #require(Registry.segsh[name]).parameters {
      let first = parameter.help.prefix { $0 != " " }
      #expect(!["What", "How", "Where", "Who", "Whether", "If"].contains(first), "\(parameter.name): \(parameter.help)")
    }
  }

  @Test func `types and their properties have plain texts`() {
    for (name, type) in Registry.segsh.types {
      for text in [name, type.typeHelp] + type.properties.map(\.help) { #expect(Self.faults(in: text).isEmpty, "\(name): \(text)") }
    }
  }

  @Test(arguments: LessonTests.files) func `lessons have plain texts`(file: String) throws {
    let text = try String(contentsOfFile: LessonTests.folder + "/" + file, encoding: .utf8)
    for line in text.split(separator: "\n") where line.hasPrefix("#") {
      #expect(Self.faults(in: String(line)).isEmpty, "\(line)")
    }
  }

  /// Errors, notes, settings and subcommands: every string in the sources, since not all of them can be made in a test.
  @Test(arguments: ["ImageOps", "Plotting", "SegCommands", "SegLang", "SegModel", "SegView", "segsh"])
  func `messages in the sources have plain texts`(target: String) throws {
    let folder = packageFolder + "/Sources/" + target
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder) where path.hasSuffix(".swift") {
      let source = try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
      for (number, line) in source.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        let text = Self.literals(in: String(line))
        #expect(Self.faults(in: text).isEmpty, "\(target)/\(path):\(number + 1): \(Self.faults(in: text)): \(text)")
      }
    }
  }

  /// The texts in quotes of a line of Swift that are sentences: not search words, keys, comments or interpolated code.
  static func literals(in line: String) -> String {
    let start = line.prefix { $0 == " " }.count
    guard !line.dropFirst(start).hasPrefix("//"), !line.contains("keywords = ["), !line.contains("precondition") else { return "" }
    var texts: [String] = []
    var text = ""
    var isInside = false
    var depth = 0
    var previous: Character = " "
    for character in line {
      if depth > 0 {
        depth += character == "(" ? 1 : character == ")" ? -1 : 0
      } else if isInside, previous == "\\", character == "(" {
        depth = 1
        text.removeLast()
      } else if character == "\"", previous != "\\" {
        if isInside {
          texts.append(text)
          text = ""
        }
        isInside.toggle()
      } else if isInside {
        text.append(character)
      }
      previous = character
    }
    return texts.filter { $0.contains(" ") }.joined(separator: " | ")
  }
}
