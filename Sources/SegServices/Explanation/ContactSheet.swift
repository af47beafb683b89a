import Basics
import ImageOps
import Plotting
import SegLang
import SegModel
import SegValues

/// Images side by side, each above its label.
package struct ContactSheet: Sendable {
  package let tiles: [MontageTile]
  /// What each tile shows, in words; empty where that is not known.
  package let words: [String]
  /// Tiles in a row; nil for all in one row up to four, otherwise a near-square grid.
  package let columns: Int?

  /// Most images of a list or of cases that are drawn: more could not be distinguished in a terminal.
  package static let limit = 24

  package init(tiles: [MontageTile], words: [String] = [], columns: Int? = nil) {
    self.tiles = tiles
    self.words = words
    self.columns = columns
  }

  /// The first images of cases or of a list of images under their numbers; nil for anything else, and for none.
  /// - Throws: what reading a file throws.
  package init?(of value: any Value) throws {
    let cancellation = Cancellation.current
    var tiles: [MontageTile] = []
    func add(_ value: any Value) throws -> Bool {
      try cancellation.check()
      guard let picture = try Viewing.picture(of: value, over: nil) else { return false }
      // What is seen is small, and the whole of many cases would not fit into memory.
      let shown = min(1, 384 / Double(max(1, picture.size.height)))
      let size = Size(
        width: max(1, Int((Double(picture.size.width) * shown).rounded())),
        height: max(1, Int((Double(picture.size.height) * shown).rounded())))
      let small = shown < 1 ? try picture.resampled(to: size, using: .area) : picture
      tiles.append(MontageTile(small, label: "\(tiles.count + 1)"))
      return true
    }
    switch value {
    case let cases as Cases:
      for index in cases.files.indices.prefix(Self.limit) where try !add(cases.image(at: index)) { return nil }
    case let list as List where list.items.allSatisfy { type(of: $0).isImageLike }:
      for item in list.items.prefix(Self.limit) where try !add(item) { return nil }
    default: return nil
    }
    guard !tiles.isEmpty else { return nil }
    self.init(tiles: tiles)
  }

  package func picture() throws -> ColorImage {
    let height = tiles.map(\.image.size.height).max() ?? 0
    return try ColorImage.montage(tiles, columns: columns, tileHeight: tileHeight(height))
  }

  /// As SVG, the images inside as PNG and the labels as text.
  package func svg(title: String, note: String?) throws -> String {
    let count = columns ?? (tiles.count <= 4 ? tiles.count : Int(Double(tiles.count).squareRoot().rounded(.up)))
    let sheet = ImageSheet(
      title: title,
      tiles: try tiles.enumerated().map { index, tile in
        let size = tile.image.size
        let scale = min(1, Double(tileHeight(size.height)) / Double(size.height))
        let target = Size(width: max(1, Int((Double(size.width) * scale).rounded())), height: tileHeight(size.height))
        let picture = scale < 1 ? try tile.image.resampled(to: target, using: .area) : tile.image
        return .init(
          address: try HTML.address(of: picture, as: .png), aspect: Double(size.width) / Double(size.height), label: tile.label,
          words: words.indices.contains(index) ? words[index] : "")
      }, columns: count)
    return sheet.svg(note: note)
  }

  private func tileHeight(_ height: Int) -> Int { min(max(height, 16), tiles.count > 12 ? 256 : 384) }
}

extension ContactSheet {
  /// The images of a list or of a sweep in words, a line for each: number, settings, regions by lung and third. Empty for anything else.
  /// - Parameter lungs: Those that a region of this size belongs to, unless its own origin is known.
  package static func words(for value: any Value, lungs: (Size) -> LabelImage?) throws -> [String] {
    switch value {
    case let list as List where list.items.allSatisfy { type(of: $0).isImageLike }:
      return try list.items.prefix(limit).enumerated().map { index, item in
        try Cancellation.current.check()
        return "\(index + 1): \(try AltText.lines(of: item, lungs: lungs).joined(separator: "; "))"
      }
    case let sweep as Sweep: return try zip(sweep.trials.indices, sweep.tileWords()).map { "\($0 + 1) \(sweep.trials[$0].label): \($1)" }
    default: return []
    }
  }
}

extension Sweep {
  /// What each of the first images of the results shows; empty where they are no images.
  package func tileWords() throws -> [String] {
    guard trials.allSatisfy({ type(of: $0.result.value).isImageLike }) else { return [] }
    return try trials.prefix(ContactSheet.limit).map { trial in
      try Cancellation.current.check()
      let origins = trial.result.step.map { [$0] } ?? []
      return try AltText.lines(of: trial.result.value) { ChestOrigin(of: nil, from: origins, size: $0).lungs }.joined(separator: "; ")
    }
  }
}
