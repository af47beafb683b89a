import Basics
import Terminal

/// Completes names of files and folders.
enum FileCompletion {
  /// The files and folders that a typed beginning fits.
  /// - Parameters:
  ///   - extensions: of the files that belong here, in lowercase; empty: any.
  ///   - isQuoted: whether the beginning stands behind an open quote.
  static func items(_ typed: String, extensions: [String], isQuoted: Bool) -> [CompletionMenu.Item] {
    let slash = typed.lastIndex(of: "/")
    let folder = slash.map { String(typed[...$0]) } ?? ""
    let beginning = slash.map { String(typed[typed.index(after: $0)...]) } ?? typed
    let names = Files.names(in: folder.isEmpty ? "." : HomeFolder.expanding(folder), includingHidden: beginning.hasPrefix("."))
    return names.filter { $0.hasPrefix(beginning) && fits($0, extensions) }.map { name in
      let path = folder + name
      let isFolder = name.hasSuffix("/")
      var item = CompletionMenu.Item(text: path, suffix: isFolder ? "" : isQuoted ? "\" " : " ", label: name)
      if !isQuoted, CompletionMenu.needsQuotes(path) { item.whole = "\"\(path)" + (isFolder ? "" : "\"") }
      return item
    }
  }

  private static func fits(_ name: String, _ extensions: [String]) -> Bool {
    if extensions.isEmpty || name.hasSuffix("/") { return true }
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return false }
    return extensions.contains(name[name.index(after: dot)...].lowercased())
  }
}
