import Basics
import ImageOps
import SegLang
import SegValues

/// The X-rays that the rows of a table were measured in, where it was made of files.
package struct CohortImages {
  private let cases: Cases?
  /// The file of each row; nil where it is not known.
  private let places: [Int?]
  private let context: Context
  private let target: Path?

  /// - Parameter labels: what each row is called: the name of its file, where it came from one.
  /// - Parameter target: the file that is shared and that images are searched for burned-in text for; nil: they are not.
  package init(_ labels: [String], sharedAs target: Path?, _ context: Context) {
    self.context = context
    self.target = target
    let cases = (context.inputStep?.originsInOrder ?? []).lazy.compactMap { $0.value as? Cases }.first
    self.cases = cases
    let names = cases?.labels ?? []
    // Rows in the order of the files are theirs even where files of several folders have one name; elsewhere such a name leads to none.
    guard labels != names else {
      places = names.indices.map { $0 }
      return
    }
    let numbered = Dictionary(names.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { _, _ in -1 })
    places = labels.map { label in numbered[label].flatMap { $0 >= 0 ? $0 : nil } }
  }

  /// The earlier row that shows the same image, for each row that repeats one: by the digest of its file, or by its pixels.
  /// - Throws: `CancellationError`.
  package func repeated() throws -> [Int: Int] {
    guard let cases else { return [:] }
    var files: [String: Int] = [:]
    var pixels: [String: Int] = [:]
    var found: [Int: Int] = [:]
    for (row, place) in places.enumerated() {
      try context.checkCancellation()
      context.progress(Double(row) / Double(places.count), "comparing images")
      guard let place, let bytes = try? FileBytes.read(cases.place(at: place)) else { continue }
      let digest = SHA256.hexDigest(of: bytes)
      if let first = files[digest] {
        found[row] = first
        continue
      }
      files[digest] = row
      guard let content = (try? cases.image(at: place))?.contentHash else { continue }
      if let first = pixels[content] {
        found[row] = first
        files[digest] = first
      } else {
        pixels[content] = row
      }
    }
    return found
  }

  /// A small image of a row; nil where its file is not known or cannot be read any more.
  /// - Throws: `CancellationError`.
  package func picture(of row: Int) throws -> PaperImage? {
    try context.checkCancellation()
    guard let place = places[row], let image = try? cases?.image(at: place), let picture = try Viewing.picture(of: image, over: nil) else {
      return nil
    }
    let height = min(200, picture.size.height)
    let width = Int((Double(picture.size.width) * Double(height) / Double(picture.size.height)).rounded())
    let small = try picture.resampled(to: Size(width: max(1, width), height: height), using: .area)
    // What cannot be read at this size is not shared.
    if let target {
      try context.noteBurnedInText(in: [image.resampled(to: small.size)], of: "case \(row + 1)", writtenTo: target)
    }
    return try PaperImage(small)
  }
}
