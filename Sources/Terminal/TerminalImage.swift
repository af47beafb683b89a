internal import CChafa
import ImageOps
internal import Platform

/// Images as terminals show them, through chafa's library.
package enum TerminalImage {
  /// Whether the library was found.
  package static var isAvailable: Bool { cchafa_is_available() != 0 }

  /// The text that draws an image as large as the screen allows, its shape kept, ending in a line feed; nil when the library is missing.
  /// - Parameter grid: the rows and columns to mark: in the image, or among characters by rulers above and to the left of it.
  package static func text(
    of picture: ColorImage, on screen: ImageScreen, as display: ImageDisplay, grid: CoordinateGrid? = nil
  ) throws -> String? {
    let ruler = display.drawsPixels ? nil : grid.map { TextRuler($0) }
    var screen = screen
    screen.columns -= ruler?.margin ?? 0
    screen.rows -= ruler == nil ? 0 : 1
    guard let mode = mode(of: display), isAvailable else { return nil }
    let (columns, rows) = cells(for: picture.size, on: screen)
    // Chafa samples without smoothing, so the image comes down to the pixels that will be seen first.
    let perCell = mode == CCHAFA_BLOCKS || mode == CCHAFA_ASCII ? (4, 8) : (screen.cellWidth, screen.cellHeight)
    let target = Size(width: min(picture.size.width, columns * perCell.0), height: min(picture.size.height, rows * perCell.1))
    var seen = target == picture.size ? picture : try picture.resampled(to: target, using: .area)
    if let grid { seen.draw(grid, withLabels: ruler == nil) }
    let text = seen.pixels.withUnsafeBufferPointer { pixels in
      cchafa_draw(
        pixels.baseAddress, Int32(target.width), Int32(target.height), Int32(columns), Int32(rows), Int32(screen.cellWidth),
        Int32(screen.cellHeight), mode, screen.isColored ? (screen.hasAllColors ? 2 : 1) : 0)
    }
    guard let text else { return nil }
    defer { free(text) }
    let lines = String(cString: text)
    let drawn = lines.hasSuffix("\n") ? lines : lines + "\n"
    return ruler?.framing(drawn, columns: columns, rows: rows) ?? drawn
  }

  /// The cells that an image takes: as many as fit above a prompt, in its own proportions.
  package static func cells(for size: Size, on screen: ImageScreen) -> (columns: Int, rows: Int) {
    let (width, height) = (max(1, screen.columns - 1), max(1, screen.rows - 3))
    let aspect = Double(size.width) / Double(size.height) * Double(screen.cellHeight) / Double(max(1, screen.cellWidth))
    let columns = min(Double(width), Double(height) * aspect)
    return (max(1, Int(columns.rounded())), max(1, min(height, Int((columns / aspect).rounded()))))
  }

  private static func mode(of display: ImageDisplay) -> cchafa_mode? {
    switch display {
    case .kitty: CCHAFA_KITTY
    case .iterm: CCHAFA_ITERM
    case .sixel: CCHAFA_SIXEL
    case .blocks: CCHAFA_BLOCKS
    case .ascii: CCHAFA_ASCII
    case .auto, .none: nil
    }
  }
}
