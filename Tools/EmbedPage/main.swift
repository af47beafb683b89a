import Foundation

/// Writes text files as Swift: `EmbedPage OUTPUT.swift FILE …`.
let arguments = CommandLine.arguments.dropFirst()
guard let output = arguments.first else {
  FileHandle.standardError.write(Data("usage: EmbedPage OUTPUT.swift FILE …\n".utf8))
  exit(2)
}
let quote = "####\"\"\""
let entries = try arguments.dropFirst().map { path in
  let text = try String(contentsOfFile: path, encoding: .utf8)
  guard !text.contains("\"\"\"####"), !text.contains("\\####") else {
    FileHandle.standardError.write(Data("\(path) holds the signs that end a text\n".utf8))
    exit(1)
  }
  return "    \"\(URL(fileURLWithPath: path).lastPathComponent)\": \(quote)\n\(text)\n\(String(quote.reversed())),\n"
}
let text = """
  /// The files of the folder `Page`, made at build time.
  enum EmbeddedPage {
    static let files: [String: String] = [
  \(entries.joined())  ]
  }

  """
try Data(text.utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
