import Basics
internal import CFreeType
internal import Platform
import Synchronization

/// A line of text as a coverage bitmap, set in the first sans-serif font found on the machine.
public struct TextBitmap: Sendable, Equatable {
  /// Width and height in pixels.
  public let size: Size
  /// Row-major coverage, 0 (none) to 255 (full).
  public let coverage: [UInt8]
  /// The row of the baseline.
  public let baseline: Int

  /// Sets a text at `pixels` (4...2000) px per em.
  ///
  /// Nil if the machine has no font or no FreeType, the text is empty or longer than 2000 characters, or `pixels` is out of range. The environment
  /// variable `SEGSH_FONT` can name a font file. The same text and font yield the same bits.
  public init?(_ text: String, pixels: Int) {
    guard !text.isEmpty, text.count <= 2000, (4...2000).contains(pixels) else { return nil }
    let bitmap = Typeface.shared.withLock { state -> TextBitmap? in
      if case .untried = state { state = Typeface.load() }
      guard case .loaded(let typeface) = state else { return nil }
      return typeface.bitmap(of: text, pixels: pixels)
    }
    guard let bitmap else { return nil }
    self = bitmap
  }

  /// The font file that texts are set in; nil if there is no font or no FreeType.
  public static var fontPath: String? {
    Typeface.shared.withLock { state in
      if case .untried = state { state = Typeface.load() }
      guard case .loaded(let typeface) = state else { return nil }
      return typeface.path
    }
  }

  init(size: Size, coverage: [UInt8], baseline: Int) {
    self.size = size
    self.coverage = coverage
    self.baseline = baseline
  }
}

/// A font file opened by FreeType.
private final class Typeface: @unchecked Sendable {
  // Used only under the lock of `shared`, since FreeType's faces are not safe for threads.
  private let font: OpaquePointer
  let path: String

  enum State {
    case untried
    case missing
    case loaded(Typeface)
  }

  static let shared = Mutex<State>(.untried)

  private static let paths = [
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
    "/usr/share/fonts/liberation-sans/LiberationSans-Regular.ttf",
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
    "/usr/share/fonts/truetype/freefont/FreeSans.ttf",
  ]

  /// The font that `SEGSH_FONT` names, or else the one that is installed with the program, or else the first of the known places that holds one.
  static func load() -> State {
    let chosen = Environment["SEGSH_FONT"]
    let installed = ResourceFolders.named("Fonts").map { "\($0)/DejaVuSans.ttf" }
    for path in (chosen.map { [$0] } ?? []) + installed + paths {
      if let font = cfreetype_open(path) { return .loaded(Typeface(font, path)) }
    }
    return .missing
  }

  private init(_ font: OpaquePointer, _ path: String) { (self.font, self.path) = (font, path) }

  deinit { cfreetype_close(font) }

  func bitmap(of text: String, pixels: Int) -> TextBitmap? {
    var (ascender, descender): (Int32, Int32) = (0, 0)
    guard cfreetype_set_size(font, Int32(pixels), &ascender, &descender) == 0 else { return nil }
    let height = max(1, Int(ascender) - Int(descender))
    var width = 0
    for scalar in text.unicodeScalars {
      var glyph = cfreetype_glyph()
      if cfreetype_render(font, scalar.value, &glyph) == 0 { width += Int(glyph.advance) }
    }
    // Italic or accented characters may reach past their advance.
    let size = Size(width: width / 64 + 2, height: height)
    guard size.isValid else { return nil }
    var coverage = [UInt8](repeating: 0, count: size.count)
    var pen = 0
    for scalar in text.unicodeScalars {
      var glyph = cfreetype_glyph()
      guard cfreetype_render(font, scalar.value, &glyph) == 0 else { continue }
      for row in 0..<Int(glyph.rows) {
        for column in 0..<Int(glyph.width) {
          let place = (row: Int(ascender) - Int(glyph.top) + row, column: (pen + 32) / 64 + Int(glyph.left) + column)
          guard let ink = glyph.coverage?[row * Int(glyph.pitch) + column], size.contains(row: place.row, column: place.column)
          else { continue }
          let index = place.row * size.width + place.column
          coverage[index] = max(coverage[index], ink)
        }
      }
      pen += Int(glyph.advance)
    }
    return TextBitmap(size: size, coverage: coverage, baseline: Int(ascender))
  }
}
