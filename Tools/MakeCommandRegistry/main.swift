import Foundation

/// Writes the registry: `MakeCommandRegistry OUTPUT.swift TypeName …`.
let arguments = CommandLine.arguments.dropFirst()
guard let output = arguments.first else {
  FileHandle.standardError.write(Data("usage: MakeCommandRegistry OUTPUT.swift TypeName …\n".utf8))
  exit(2)
}
let types = arguments.dropFirst().map { "    \($0).self,\n" }.joined()
let text = """
  import SegLang

  /// Every command of segsh, made from the folder `Commands` at build time.
  public enum CommandRegistry {
    public static let types: [any Command.Type] = [
  \(types)  ]
  }

  """
try Data(text.utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
