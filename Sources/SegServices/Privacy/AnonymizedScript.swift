import Basics
import ImageOps
import SegLang
import SegValues

/// A session's script without the names of the files that it reads: each becomes a param, whose help says by a digest which file is meant. Texts that
/// were made of such a name, as a case in a table, get the name of the param. A file that the script itself wrote before keeps its name.
package struct AnonymizedScript {
  package let text: String
  /// The params that took the place of files, with the paths they stood for.
  package let parameters: [(name: String, path: String)]

  /// - Parameter script: In canonical form.
  package init(_ script: String, in registry: Registry) {
    let tree = SyntaxTree(parsing: SourceText(script)) { registry[$0] != nil }
    let taken = Set(tree.tokens.filter { $0.kind == .identifier }.map { tree.source[$0.span] })
    var parameters: [(name: String, path: String, isPattern: Bool)] = []
    var pieces: [(text: String, isText: Bool)] = []
    var command = ""
    var written: Set<String> = []
    for token in tree.tokens {
      let text = tree.source[token.span]
      let path = token.kind == .word || token.kind == .text ? Self.path(text) : nil
      if let path, registry[command]?.command.traits.contains(.writesFiles) == true { written.insert(path) }
      if let path, !written.contains(path), let signature = registry[command], signature.command.traits.contains(.readsFiles),
        Redactor.namesPatient(path, after: command, in: registry)
      {
        let isPattern = signature.positional.first?.type == .of(Glob.self)
        let name = parameters.first { $0.path == path }?.name ?? Self.name(isPattern ? "files" : "xray", parameters.count + 1, taken)
        if !parameters.contains(where: { $0.name == name }) { parameters.append((name, path, isPattern)) }
        pieces.append(("(\(name))", false))
        command = ""
      } else {
        pieces.append((text, token.kind == .text || token.kind == .word))
        if token.kind == .commandName { command = text } else if !token.isTrivia { command = token.kind == .optionName ? command : "" }
      }
    }
    self.parameters = parameters.map { ($0.name, $0.path) }
    var texts = TextReplacement(sparing: registry)
    for parameter in parameters where !parameter.isPattern {
      texts.add(path: parameter.path, as: parameter.name, stem: parameter.name) { _ in "folder" }
    }
    let result = pieces.map { $0.isText ? texts.replaced(in: $0.text) : $0.text }.joined()
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
    let named = ImageFormat(path: path).map { "\($0) " } ?? ""
    if isPattern { return "\(named.isEmpty ? "image " : named)files" }
    let place = ArchiveFiles.heldPlace(of: path) ?? HomeFolder.expanding(path)
    guard let bytes = try? FileBytes.read(place) else { return "\(named)file" }
    let format = bytes.withUnsafeBytes { ImageFormat(signatureOf: $0) }
    return "\(format.map { "\($0) " } ?? named)file with SHA-256 \(SHA256.hexDigest(of: bytes))"
  }
}
