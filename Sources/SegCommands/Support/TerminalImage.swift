internal import CChafa
import Glibc
import ImageOps
import SegLang

/// Images as terminals show them, through chafa's library.
enum TerminalImage {
  /// Whether the library was found.
  static var isAvailable: Bool { cchafa_is_available() != 0 }

  /// Draws an image on the screen that the program lends, where there is one and more than words is wanted, and writes the words for it below.
  ///
  /// A way that was asked for is taken even where there is no terminal: into a file, for a test. The image leaves room for the words, which are broken at
  /// blanks on a terminal and stay one line elsewhere.
  /// - Parameters:
  ///   - legend: a line between both, where the image has colors.
  ///   - picture: nil for what is no image.
  static func write(
    _ display: Display, _ words: String, legend: String? = nil, _ context: Context, picture: () throws -> ColorImage?
  ) throws {
    let lent = context[ScreenService.self]
    let words = wrapped(words, on: lent)
    defer { context.write(words + "\n") }
    guard display != .none, lent != nil || display != .auto, let picture = try picture() else { return }
    var screen = lent ?? Screen()
    let display = display == .auto ? screen.bestDisplay(unless: context.isCancelled) : display
    guard display != .none else { return }
    let legend = display == .ascii ? nil : legend
    screen.rows = max(screen.rows / 2, screen.rows - words.count { $0 == "\n" } - (legend == nil ? 0 : 1))
    if let text = try text(of: picture, on: screen, as: display) {
      context.draw(text + (legend.map { $0 + "\n" } ?? ""))
    } else {
      context.note("images are described in words because the Chafa library is not installed (libchafa.so.0)")
    }
  }

  /// The words as a terminal is to show them; as they are where there is none.
  static func wrapped(_ text: String, on screen: Screen?) -> String { screen.map { wrapped(text, columns: $0.columns) } ?? text }

  /// Lines that are too long, broken at blanks.
  private static func wrapped(_ text: String, columns: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard line.count > columns else { return String(line) }
      var lines: [String] = []
      for word in line.split(separator: " ", omittingEmptySubsequences: false) {
        if let last = lines.last, last.count + 1 + word.count <= columns {
          lines[lines.count - 1] = last + " " + word
        } else {
          lines.append(String(word))
        }
      }
      return lines.joined(separator: "\n")
    }.joined(separator: "\n")
  }

  /// The text that draws an image as large as the screen allows, its shape kept, ending in a line feed; nil when the library is missing.
  static func text(of picture: ColorImage, on screen: Screen, as display: Display) throws -> String? {
    guard let mode = mode(of: display), isAvailable else { return nil }
    let (columns, rows) = cells(for: picture.size, on: screen)
    // Chafa samples without smoothing, so the image comes down to the pixels that will be seen first.
    let perCell = mode == CCHAFA_BLOCKS || mode == CCHAFA_ASCII ? (4, 8) : (screen.cellWidth, screen.cellHeight)
    let target = Size(width: min(picture.size.width, columns * perCell.0), height: min(picture.size.height, rows * perCell.1))
    let seen = target == picture.size ? picture : try picture.resampled(to: target, using: .area)
    let text = seen.pixels.withUnsafeBufferPointer { pixels in
      cchafa_draw(
        pixels.baseAddress, Int32(target.width), Int32(target.height), Int32(columns), Int32(rows), Int32(screen.cellWidth),
        Int32(screen.cellHeight), mode, screen.isColored ? (screen.hasAllColors ? 2 : 1) : 0)
    }
    guard let text else { return nil }
    defer { free(text) }
    let lines = String(cString: text)
    return lines.hasSuffix("\n") ? lines : lines + "\n"
  }

  /// The cells that an image takes: as many as fit above a prompt, in its own proportions.
  static func cells(for size: Size, on screen: Screen) -> (columns: Int, rows: Int) {
    let (width, height) = (max(1, screen.columns - 1), max(1, screen.rows - 3))
    let aspect = Double(size.width) / Double(size.height) * Double(screen.cellHeight) / Double(max(1, screen.cellWidth))
    let columns = min(Double(width), Double(height) * aspect)
    return (max(1, Int(columns.rounded())), max(1, min(height, Int((columns / aspect).rounded()))))
  }

  private static func mode(of display: Display) -> cchafa_mode? {
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
