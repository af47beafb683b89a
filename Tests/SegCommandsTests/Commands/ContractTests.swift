import Basics
import ImageOps
import SegLang
import Synchronization
import Testing

@testable import SegCommands
@testable import SegServices

/// What holds for every command, today's and tomorrow's.
@Suite("Every command")
struct ContractTests {
  static let signatures = Registry.segsh.signatures
  static let examples = signatures.flatMap { signature in signature.command.examples.map { (signature.name, $0.line) } }

  /// The first example of every command that works on pixels.
  static let pixelExamples = signatures.filter { signature in
    [Category.intensity, .filters, .masks, .geometry].contains(signature.command.category)
  }.compactMap { signature in signature.command.examples.first.map { (signature.name, $0.line) } }

  @Test(arguments: pixelExamples) func `gives the same value for any number of threads`(command: String, line: String) throws {
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    let values = try [1, 2, 4].map { count in
      Parallel.threadCount = count
      return try Shell().run(line)
    }
    let fingerprints = values.map { ($0.contentHash ?? "") + $0.json.text }
    #expect(fingerprints[0] == fingerprints[1] && fingerprints[1] == fingerprints[2], "\(line)")
  }

  @Test(arguments: pixelExamples) func `stops when it is told to, at any poll`(command: String, line: String) throws {
    let polls = Atomic<Int>(0)
    func shell(cancellingAt limit: Int) throws -> Shell {
      polls.store(0, ordering: .relaxed)
      return try Shell(isCancelled: { polls.wrappingAdd(1, ordering: .relaxed).newValue >= limit })
    }
    try shell(cancellingAt: .max).run(line)
    let total = polls.load(ordering: .relaxed)
    for limit in [total, total - total / 8, total / 2] {
      #expect(try shell(cancellingAt: limit).execute(line).wasCancelled, "\(line): poll \(limit) of \(total)")
    }
  }

  @Test func `is listed once`() {
    let names = CommandRegistry.types.map { $0.name }
    #expect(Set(names).count == names.count)
    #expect(Registry.segsh.names == names.sorted())
    #expect(names.count > 30)
  }

  @Test(arguments: signatures.map(\.name))
  func `declares whether its first argument names a file to read or to write`(name: String) throws {
    let signature = try #require(Registry.segsh[name])
    let first = signature.positional.first?.type
    let namesFiles = first == .of(Path.self) || first == .of(Glob.self) || first == .of(WorklistName.self)
    let traits = signature.command.traits
    #expect(traits.contains(.readsFiles) != traits.contains(.writesFiles) || !namesFiles, "\(name)")
    #expect(namesFiles || traits.isDisjoint(with: [.readsFiles, .writesFiles]), "\(name)")
    #expect(!traits.contains(.keepsInput) || traits.contains(.writesFiles), "\(name)")
    #expect(!traits.contains(.showsOnly) || signature.command.declaredOutputType == .nothing, "\(name)")
  }

  @Test(arguments: signatures.map(\.name)) func `says in a sentence what it does`(name: String) throws {
    let signature = try #require(Registry.segsh[name])
    for text in [signature.summary, signature.command.discussion] + signature.command.examples.map(\.explanation)
      + signature.parameters.map(\.help)
    where !text.isEmpty {
      #expect(text.first?.isUppercase == true || text.first?.isNumber == true, "starts with a capital: \(text)")
      #expect(text.hasSuffix("."), "ends with a full stop: \(text)")
      #expect(!text.contains("  ") && !text.contains("\n"), "one run of text: \(text)")
    }
    #expect(signature.summary.count <= 110, "fits a line: \(signature.summary)")
    #expect(signature.command.examples.count >= 2, "two examples")
    #expect(!signature.command.seeAlso.isEmpty, "related commands")
  }

  @Test(arguments: signatures.map(\.name)) func `helps with every parameter`(name: String) throws {
    let signature = try #require(Registry.segsh[name])
    for parameter in signature.parameters {
      #expect(!parameter.help.isEmpty, "\(parameter.name) has help")
      #expect(!parameter.name.contains("-"), "\(parameter.name) is an option's name")
      if let literal = parameter.declaration.defaultLiteral {
        #expect(throws: Never.self, "the default \(literal) can be read") {
          try parameter.declaration.defaultReads(literal)
        }
      }
      for choice in parameter.choices { #expect(!choice.name.isEmpty && !choice.name.contains(" ")) }
    }
    #expect(Set(signature.parameters.map(\.name)).count == signature.parameters.count)
    for other in signature.command.seeAlso { #expect(Registry.segsh[other] != nil, "see also \(other)") }
  }

  @Test(arguments: signatures.map(\.name)) func `completes every choice that it takes`(name: String) throws {
    let shell = try Shell()
    let signature = try #require(Registry.segsh[name])
    for parameter in signature.parameters where parameter.role != .input {
      let isFirst = signature.positional.first?.name == parameter.name
      guard parameter.role != .argument || isFirst else { continue }
      let line = "phantom | \(name) " + (isFirst ? "" : parameter.name + "=")
      let candidates = shell.candidates(after: line)
      for choice in parameter.choices { #expect(candidates.contains(choice.name), "\(line)\(choice.name)") }
    }
  }

  @Test func `leaves nouns free: no command is named like a property or a word of the language`() {
    let properties = Set(Registry.segsh.types.values.flatMap { $0.properties.map(\.name) })
    let words: Set<String> = [
      "if", "else", "for", "in", "while", "fn", "return", "param", "print", "log", "assert", "it", "and", "or", "not", "xor", "minus",
      "break", "continue",
    ]
    for name in Registry.segsh.names {
      #expect(!properties.contains(name), "\(name) is a property")
      #expect(!words.contains(name))
      #expect(name.allSatisfy { $0.isLowercase || $0 == "-" })
    }
  }

  @Test func `says what it gives, and every type says what it is`() {
    for signature in Self.signatures { #expect(!Manual.resultText(of: signature).contains("Optional")) }
    for (name, type) in Registry.segsh.types {
      #expect(name.first?.isUppercase == true)
      #expect(!type.typeHelp.isEmpty, "\(name) has help")
      for property in type.properties { #expect(property.help.hasSuffix("."), "\(name).\(property.name)") }
      #expect(Set(type.properties.map(\.name)).count == type.properties.count)
    }
  }

  @Test(arguments: examples) func `has examples that run as they stand`(command: String, line: String) throws {
    // In place of Tesseract a program that finds nothing.
    let shell = try Shell(textSearch: TextSearch(program: "/bin/true"))
    let outcome = try shell.execute(line)
    #expect(outcome.diagnostics.isEmpty, "\(line)\n\(Renderer().render(outcome.diagnostics))")
  }

  @Test(arguments: examples) func `has examples that use it`(command: String, line: String) {
    #expect(line.split(whereSeparator: { " |;()".contains($0) }).contains { $0 == command }, "\(line)")
  }
}

extension ParameterDeclaration {
  fileprivate func defaultReads(_ literal: String) throws {
    let type = type.named ?? String.self
    if case .union = self.type { return }
    if type.choices.isEmpty { _ = try type.read(Literal(literal, isStrict: true)) }
  }
}
