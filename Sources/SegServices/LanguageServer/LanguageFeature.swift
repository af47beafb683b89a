import Basics
import SegLang
import SegValues

/// A question about one document: the place, and what else the client sent.
struct LanguageQuery {
  let document: TextDocument
  let analysis: ScriptAnalysis
  /// In UTF-8 bytes; 0 for a question about the whole document.
  let offset: Int
  let parameters: JSON
}

/// The requests about a document, by their methods in the protocol.
enum LanguageFeature: String {
  case completion, hover, definition, references, documentHighlight, documentSymbol, formatting, prepareRename, rename, codeAction

  init?(_ method: String) {
    guard method.hasPrefix("textDocument/") else { return nil }
    self.init(rawValue: String(method.dropFirst("textDocument/".count)))
  }

  var needsPosition: Bool { ![.documentSymbol, .formatting, .codeAction].contains(self) }

  func answer(_ query: LanguageQuery) throws(LanguageServer.Failure) -> JSON {
    switch self {
    case .completion: query.completion
    case .hover: query.hover
    case .definition: query.definition
    case .references: query.references
    case .documentHighlight: query.highlights
    case .documentSymbol: query.outline
    case .formatting: query.formatting
    case .prepareRename: try query.renameTarget()
    case .rename: try query.renaming()
    case .codeAction: query.codeActions
    }
  }
}

extension LanguageQuery {
  // MARK: Completion

  var completion: JSON {
    let found = analysis.completion(at: offset)
    let range = document.range(Span(found.span.start, max(found.span.start, offset)))
    var items = found.candidates.map { candidate in item(candidate.text, kind: candidate.kind.number, detail: candidate.help, range) }
    if let extensions = found.fileExtensions {
      let typed = document.bytes[min(found.span.start, document.bytes.count)..<min(max(found.span.start, offset), document.bytes.count)]
      items += files(String(decoding: typed, as: UTF8.self), extensions: extensions).map { item($0, kind: 17, detail: "", range) }
    }
    for index in items.indices {
      // Editors sort by the alphabet otherwise, and the order says what fits best.
      let digits = String(index)
      items[index]["sortText"] = .string(String(repeating: "0", count: max(0, 5 - digits.count)) + digits)
    }
    return ["isIncomplete": false, "items": .array(items)]
  }

  private func item(_ text: String, kind: Double, detail: String, _ range: JSON) -> JSON {
    var item: JSON = ["label": .string(text), "kind": .number(kind), "textEdit": ["range": range, "newText": .string(text)]]
    if !detail.isEmpty { item["documentation"] = .string(detail) }
    return item
  }

  /// Files in the folder of the script, where a run from there finds them.
  private func files(_ typed: String, extensions: [String]) -> [String] {
    guard let path = document.path else { return [] }
    let base = typed.lastIndex(of: "/").map { String(typed[...$0]) } ?? ""
    let folder = base.hasPrefix("/") ? base : String(path[...(path.lastIndex(of: "/") ?? path.startIndex)]) + base
    let beginning = typed.dropFirst(base.count)
    return FilePaths.names(in: folder, limit: 1000).sorted().compactMap { name in
      guard name.hasPrefix(beginning), !name.hasPrefix(".") || beginning.hasPrefix(".") else { return nil }
      if FilePaths.isFolder(folder + name) { return base + name + "/" }
      return extensions.isEmpty || extensions.contains(Path(name).fileExtension.lowercased()) ? base + name : nil
    }
  }

  // MARK: Hover and places

  var hover: JSON {
    guard let (span, element) = analysis.element(at: offset), let text = hoverText(element) else { return .null }
    return ["contents": ["kind": "markdown", "value": .string(text)], "range": document.range(span)]
  }

  private func hoverText(_ element: ScriptAnalysis.Element) -> String? {
    switch element {
    case .command(let signature): return Manual.markdown(of: signature)
    case .option(let parameter, let signature):
      return "`\(Manual.placeholder(of: parameter))` of `\(signature.name)`\n\n\(Manual.description(of: parameter))"
    case .choice(let choice, let parameter):
      return "`\(choice.name)`\n\n\(choice.help.isEmpty ? parameter.help : choice.help)"
    case .symbol(let symbol, let type):
      if let declaration = analysis.declaration(of: symbol) { return Self.text(declaration) }
      let kind: String
      switch symbol.kind {
      case .module: return "`\(symbol.name)`: a module"
      case .function, .variable: kind = ""
      case .parameter: kind = "Parameter of the function. "
      case .scriptParameter: kind = "Parameter of the script: `--\(symbol.name.replacing("_", with: "-"))`. "
      }
      let help = type?.named?.typeHelp ?? ""
      return "`\(symbol.name)`: \(type.map { "\($0)" } ?? "any value")\n\n\(kind)\(help)"
    case .member(let name, let alias): return analysis.declaration(ofMember: name, of: alias).map(Self.text)
    case .property(let name, let type, let help): return "`.\(name)`: \(type)\n\n\(help)"
    }
  }

  private static func text(_ declaration: (head: String, comment: [String])) -> String {
    "```segsh\n\(declaration.head)\n```\n\n\(declaration.comment.joined(separator: "\n"))"
  }

  var definition: JSON {
    guard let location = analysis.definition(at: offset) else { return .null }
    if location.source.name == analysis.source.name { return ["uri": .string(document.uri), "range": document.range(location.span)] }
    guard let name = location.source.name else { return .null }
    let uri = FileURI.uri(of: FilePaths.absolute(name))
    return ["uri": .string(uri), "range": TextDocument(uri: uri, text: location.source.text).range(location.span)]
  }

  var references: JSON {
    guard let symbol = analysis.symbol(at: offset) else { return [] }
    let withDeclaration = parameters["context"]?["includeDeclaration"] != .bool(false)
    return .array(
      symbol.places.dropFirst(withDeclaration ? 0 : 1).map { ["uri": .string(document.uri), "range": document.range($0.span)] })
  }

  var highlights: JSON {
    guard let symbol = analysis.symbol(at: offset) else { return [] }
    return .array(symbol.places.map { ["range": document.range($0.span), "kind": $0.isWrite ? 3 : 2] })
  }

  var outline: JSON {
    .array(
      analysis.symbols.compactMap { symbol in
        guard symbol.kind != .parameter, let name = symbol.places.first else { return nil }
        let kind: Double =
          switch symbol.kind {
          case .function: 12
          case .module: 2
          case .variable, .parameter, .scriptParameter: 13
          }
        return [
          "name": .string(symbol.name), "kind": .number(kind), "range": document.range(symbol.declaration.union(name.span)),
          "selectionRange": document.range(name.span),
        ]
      })
  }

  // MARK: Edits

  var formatting: JSON {
    guard let formatted = analysis.formatted else { return .null }
    if formatted == document.text { return [] }
    return [["range": document.range(Span(0, document.bytes.count)), "newText": .string(formatted)]]
  }

  func renameTarget() throws(LanguageServer.Failure) -> JSON {
    guard let symbol = analysis.symbol(at: offset),
      let place = symbol.places.first(where: { $0.span.start <= offset && offset <= $0.span.end })
    else { throw LanguageServer.Failure(.failed, ScriptAnalysis.RenameProblem.noSymbol.description) }
    return ["range": document.range(place.span), "placeholder": .string(symbol.name)]
  }

  func renaming() throws(LanguageServer.Failure) -> JSON {
    guard let name = parameters["newName"]?.stringValue else { throw LanguageServer.Failure(.invalidParams, "the new name is missing") }
    do throws(ScriptAnalysis.RenameProblem) {
      return edit(try analysis.renaming(at: offset, to: name))
    } catch {
      throw LanguageServer.Failure(.failed, "\(error)")
    }
  }

  /// For each problem in a range, a change for each way to repair it.
  var codeActions: JSON {
    let range = parameters["range"]
    guard let start = TextDocument.Position(range?["start"]), let end = TextDocument.Position(range?["end"]) else { return [] }
    let (first, last) = (document.offset(of: start), document.offset(of: end))
    let near = analysis.report.diagnostics.filter {
      $0.source?.name == analysis.source.name && $0.span.start <= last && first <= $0.span.end
    }
    return .array(
      near.flatMap { diagnostic in
        diagnostic.fixes.enumerated().map { index, fix in
          let old = analysis.source[fix.span]
          let title = fix.span.isEmpty ? "Insert `\(fix.replacement.trimmed())`" : "Replace `\(old)` with `\(fix.replacement)`"
          return [
            "title": .string(title), "kind": "quickfix", "diagnostics": [document.diagnostic(diagnostic, in: analysis)],
            "isPreferred": .bool(index == 0), "edit": edit([fix]),
          ]
        }
      })
  }

  private func edit(_ fixes: [Diagnostic.Fix]) -> JSON {
    let edits = fixes.map { fix -> JSON in ["range": document.range(fix.span), "newText": .string(fix.replacement)] }
    return ["changes": [document.uri: .array(edits)]]
  }
}

extension TextDocument {
  /// A diagnostic as the protocol has it. One in a module is shown where the module is named.
  func diagnostic(_ diagnostic: Diagnostic, in analysis: ScriptAnalysis) -> JSON {
    let wording = diagnostic.problem.wording
    var lines = [wording.message + (wording.label.isEmpty ? "" : ": " + wording.label)] + wording.notes
    if !wording.suggestions.isEmpty {
      lines.append("did you mean " + wording.suggestions.map { "`\($0)`" }.joined(separator: " or ") + "?")
    }
    var span = diagnostic.span
    if let source = diagnostic.source, source.name != analysis.source.name {
      let place = source.location(of: span.start)
      lines[0] = "\(source.name ?? "module"):\(place.line):\(place.column): \(lines[0])"
      span = analysis.symbols.first { $0.kind == .module && analysis.module($0.name)?.name == source.name }?.declaration ?? Span(at: 0)
    }
    var json: JSON = [
      "range": range(span), "severity": diagnostic.severity == .error ? 1 : 2, "code": .string(wording.code), "source": "segsh",
      "message": .string(lines.joined(separator: "\n")),
    ]
    if let related = diagnostic.related {
      json["relatedInformation"] = [["location": ["uri": .string(uri), "range": range(related.span)], "message": .string(related.label)]]
    }
    if case .unusedVariable = diagnostic.problem { json["tags"] = [1] }
    return json
  }
}

extension Completion.Candidate.Kind {
  /// The kind's number in the protocol.
  fileprivate var number: Double {
    switch self {
    case .command, .function: 3
    case .variable: 6
    case .option, .property: 10
    case .choice: 12
    case .keyword: 14
    case .type: 7
    }
  }
}
