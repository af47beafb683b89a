import Basics
import ImageOps
import SegLang

/// The images that a folder or a pattern stands for, and what else lies there.
package struct CaseListing {
  /// In natural order, written as the pattern is.
  package private(set) var images: [Path] = []
  /// Files that are no images, and folders, whose names end in a slash.
  package private(set) var skipped: [Path] = []

  package init(_ pattern: Glob, _ context: Context) {
    let folder = context.resolved(Path(pattern.pattern))
    let found: [Path]
    if FilePaths.isFolder(folder) {
      let prefix = pattern.pattern.hasSuffix("/") ? pattern.pattern : pattern.pattern + "/"
      found = FilePaths.names(in: folder, limit: .max).map { Path(prefix == "./" ? $0 : prefix + $0) }
    } else {
      found = context.files(matching: pattern)
    }
    for path in found {
      let file = context.resolved(path)
      if FilePaths.isFolder(file) {
        if !pattern.pattern.contains("**") { skipped.append(Path(path.text + "/")) }
      } else if FilePaths.isImage(file) {
        images.append(path)
      } else {
        skipped.append(path)
      }
    }
  }

  /// "3 files are no images: notes.txt, …; 1 folder is not searched: `**` in the pattern does"; nil where nothing was skipped.
  package var note: String? {
    guard !skipped.isEmpty else { return nil }
    func list(_ paths: [Path]) -> String {
      paths.prefix(3).map(\.name).joined(separator: ", ") + (paths.count > 3 ? " and \(NumberFormat.grouped(paths.count - 3)) more" : "")
    }
    let folders = skipped.filter { $0.text.hasSuffix("/") }
    let files = skipped.filter { !$0.text.hasSuffix("/") }
    var parts: [String] = []
    if !files.isEmpty {
      let count = NumberFormat.grouped(files.count)
      parts.append(files.count == 1 ? "1 file is no image: \(list(files))" : "\(count) files are no images: \(list(files))")
    }
    if !folders.isEmpty {
      let count = NumberFormat.grouped(folders.count)
      parts.append(
        (folders.count == 1 ? "1 folder was not searched" : "\(count) folders were not searched")
          + ": \(list(folders)); write ** in the pattern to search folders too")
    }
    return parts.joined(separator: "; ")
  }
}
