import ImageOps
import SegCommands
import SegLang

/// A session's script without the names of DICOM files: each becomes a param, which says by its digest which file is meant.
struct NamelessScript {
  let text: String
  /// The params that took the place of files, with the paths they stood for.
  let parameters: [(name: String, path: String)]

  /// - Parameter script: In canonical form.
  init(_ script: String) {
    let registry = Registry.segsh
    let tree = SyntaxTree(parsing: SourceText(script)) { registry[$0] != nil }
    let taken = Set(tree.tokens.filter { $0.kind == .identifier }.map { tree.source[$0.span] })
    var parameters: [(name: String, path: String, isPattern: Bool)] = []
    var result = ""
    var command = ""
    for token in tree.tokens {
      let written = tree.source[token.span]
      let path = token.kind == .word || token.kind == .text ? Self.path(written) : nil
      if let path, let signature = registry[command], Self.takesFile(signature), PatientShield.namesPatient(path, after: command) {
        let isPattern = signature.positional.first?.type == .of(Glob.self)
        let name = parameters.first { $0.path == path }?.name ?? Self.name(isPattern ? "files" : "xray", parameters.count + 1, taken)
        if !parameters.contains(where: { $0.name == name }) { parameters.append((name, path, isPattern)) }
        result += "(\(name))"
        command = ""
      } else {
        result += written
        if token.kind == .commandName { command = written } else if !token.isTrivia { command = token.kind == .optionName ? command : "" }
      }
    }
    self.parameters = parameters.map { ($0.name, $0.path) }
    guard let end = result.firstIndex(of: "\n"), !parameters.isEmpty else {
      text = script
      return
    }
    let lines = parameters.map {
      "param \($0.name): \($0.isPattern ? "Glob" : "Path") \"\(Self.help($0.path, isPattern: $0.isPattern))\"\n"
    }
    let start = result.index(after: end)
    text = result[..<start] + lines.joined() + result[start...]
  }

  /// Whether the first thing that a command is given by position is a file.
  private static func takesFile(_ signature: Signature) -> Bool {
    guard signature.input == nil, let first = signature.positional.first else { return false }
    return first.type == .of(Path.self) || first.type == .of(Glob.self)
  }

  private static func path(_ written: String) -> String? {
    guard let first = written.first, first == "\"" || first == "'" else { return written }
    return written.count > 1 && written.last == first ? String(written.dropFirst().dropLast()) : nil
  }

  private static func name(_ stem: String, _ number: Int, _ taken: Set<String>) -> String {
    var name = "\(stem)\(number)"
    while taken.contains(name) { name += "_" }
    return name
  }

  private static func help(_ path: String, isPattern: Bool) -> String {
    if isPattern { return "DICOM files" }
    let digest = (try? FileBytes.read(Files.expanded(path))).map { SHA256.hexDigest(of: $0) }
    return "DICOM file" + (digest.map { " with SHA-256 \($0)" } ?? "")
  }
}
