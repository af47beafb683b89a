import Basics
import ImageOps
import Plotting
import SegLang
import SegValues

/// Images side by side, each above its label.
package struct ContactSheet: Sendable {
  package let tiles: [MontageTile]
  /// Tiles in a row; nil for all in one row up to four, otherwise a near-square grid.
  package let columns: Int?

  /// Most images of a list or of cases that are drawn: more could not be distinguished in a terminal.
  package static let limit = 24

  package init(tiles: [MontageTile], columns: Int? = nil) {
    self.tiles = tiles
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
      tiles: try tiles.map { tile in
        let size = tile.image.size
        let scale = min(1, Double(tileHeight(size.height)) / Double(size.height))
        let target = Size(width: max(1, Int((Double(size.width) * scale).rounded())), height: tileHeight(size.height))
        let picture = scale < 1 ? try tile.image.resampled(to: target, using: .area) : tile.image
        return .init(
          address: try HTML.address(of: picture, as: .png), aspect: Double(size.width) / Double(size.height), label: tile.label)
      }, columns: count)
    return sheet.svg(note: note)
  }

  private func tileHeight(_ height: Int) -> Int { min(max(height, 16), tiles.count > 12 ? 256 : 384) }
}
