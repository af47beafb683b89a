import Archive
import Basics
import ImageOps
import Platform
import SegLang
import SegValues

/// A script as read from a file.
struct ScriptFile {
  /// What messages call it.
  let name: String
  let text: String

  static let limit = 4 << 20

  enum Problem: Error, CustomStringConvertible {
    case missing(String, near: String?)
    case unreadable(String)
    case notebook(String)
    var description: String {
      switch self {
      case .missing(let path, _) where SystemPath.isLinkLoop(path):
        "`\(path)` is a symbolic link to itself; link it to the intended file"
      case .missing(let path, let near): "there is no file `\(path)`" + (near.map { "; did you mean `\($0)`?" } ?? "")
      case .notebook(let path):
        "\(path) is a notebook, not a script; run `:save FILE.seg` in its last cell, and use the script that this writes"
      case .unreadable(let path):
        "\(path) cannot be read as a script: it is a folder, unreadable, or larger than \(ScriptFile.limit >> 20) MiB"
      }
    }
  }

  /// - Parameter path: `-` is standard input.
  /// - Throws: `Problem`.
  init(_ path: String) throws {
    if path == "-" {
      name = "standard input"
      var text = ""
      while let line = readLine(strippingNewline: false) { text += line }
      self.text = text
      return
    }
    guard FilePaths.exists(path) else { throw Problem.missing(path, near: Self.near(path)) }
    if path.lowercased().hasSuffix(".ipynb") { throw Problem.notebook(path) }
    guard let bytes = Files.read(path, limit: Self.limit) else { throw Problem.unreadable(path) }
    name = path
    text = String(decoding: bytes, as: UTF8.self)
  }

  /// The line that loads what is an image by its ending or lies in an archive; nil for any other file.
  static func loadingLine(_ path: String) -> String? {
    ImageFormat(path: path) == nil && !ArchiveAddress.isOne(path) ? nil : "load \(Path(path).literal ?? path)"
  }

  static func near(_ path: String) -> String? {
    let folder = path.contains("/") ? String(path[...(path.lastIndex(of: "/") ?? path.startIndex)]) : ""
    let file = String(path.dropFirst(folder.count))
    return nearNames(to: file, in: Files.names(in: folder.isEmpty ? "." : folder)).first.map { folder + $0 }
  }

  /// What `segsh run SCRIPT --help` prints: the comment at the script's head, and its params as options.
  func help(registry: Registry) -> String {
    let report = SyntaxTree.check(SourceText(text, name: name), against: registry).report
    let about = text.split(separator: "\n", omittingEmptySubsequences: false)
      .drop { $0.hasPrefix("seglang") || $0.trimmed().isEmpty }
      .prefix { $0.hasPrefix("#") }
      .map { String($0.drop { $0 == "#" }).trimmed() }
    var lines = about + (about.isEmpty ? [] : [""])
    lines.append("segsh run \(name) " + report.parameters.map { $0.standard == nil ? $0.flag : "[\($0.flag)]" }.joined(separator: " "))
    if !report.parameters.isEmpty { lines.append("") }
    let width = (report.parameters.map(\.flag.count).max() ?? 0) + 2
    for parameter in report.parameters {
      var facts: [String] = []
      if !parameter.help.isEmpty { facts.append(parameter.help) }
      if !parameter.choices.isEmpty { facts.append("one of: " + parameter.choices.map(\.name).joined(separator: " ")) }
      if let low = parameter.low, let high = parameter.high { facts.append("\(low) to \(high)") }
      facts.append(parameter.standard.map { "default \($0)" } ?? "required")
      lines.append("  \(parameter.flag.padded(to: width))\(facts.joined(separator: "; "))")
    }
    return lines.joined(separator: "\n").trimmingEnd() + "\n"
  }
}

extension ScriptParameter {
  /// The option that gives it: `--radius LENGTH`.
  fileprivate var flag: String {
    "--\(name.map { $0 == "_" ? "-" : String($0) }.joined()) \(type.description.uppercased())"
  }
}
