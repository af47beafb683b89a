import Basics
import ImageOps
import SegLang
import SegValues

/// A value in the forms that a notebook shows: its line, its image as PNG, its drawing as SVG, its rows as HTML.
package enum NotebookValue {
  /// The longer side of an image in a notebook, in pixels; larger ones are reduced.
  private static let side = 768
  /// Rows of a table that a notebook shows.
  private static let rowLimit = 500

  /// Forms by MIME type, and what is said of them: the words for an image.
  package typealias Forms = (data: JSON, metadata: JSON)

  /// The forms of a result. What cannot be drawn is left out.
  /// - Parameters:
  ///   - text: the value in words, as the prompt shows it.
  ///   - step: what made the value; an image beneath a mask is found through it.
  package static func forms(of value: any Value, text: String, madeBy step: Step?, host: Host, registry: Registry) -> Forms {
    let line = "\(type(of: value).typeName) \(value.oneLine)"
    if let drawing = try? drawing(of: value) {
      let tiles = (try? ContactSheet.words(for: value, lungs: { _ in nil })) ?? []
      return forms(of: drawing, words: ([line] + tiles).joined(separator: "\n"), text: text)
    }
    let beneath = step?.originsInOrder.lazy.compactMap(\.grayImage).first
    guard type(of: value).isImageLike, let picture = try? Viewing.picture(of: value, over: beneath) else {
      return (["text/plain": .string(text)], [:])
    }
    let context = Context(host: host, registry: registry, origins: step.map { [$0] } ?? [], input: value, inputStep: step)
    let words = (try? AltText.text(of: value, context)) ?? line
    return forms(of: .picture(picture), words: words, text: text)
  }

  /// What a value is drawn as, other than as an image: a plot or a curve, a sweep, a table; nil for anything else.
  package static func drawing(of value: any Value) throws -> InlineDrawing? {
    if let curve = try TablePlot.curve(in: value) { return .svg(try curve.figure.svg()) }
    if let table = value as? Table { return .html(html(of: table)) }
    return try SavedForm.drawing(of: value).map { .svg($0) }
  }

  /// The forms of a drawing.
  /// - Parameters:
  ///   - words: what an image shows, for those who do not see it.
  ///   - text: what stands for the drawing where none can be shown. Default: the words.
  package static func forms(of drawing: InlineDrawing, words: String, text: String? = nil) -> Forms {
    var data: JSON = ["text/plain": .string(text ?? words)]
    var metadata: JSON = [:]
    switch drawing {
    case .html(let html): data["text/html"] = .string(html)
    case .svg(let svg):
      data["image/svg+xml"] = .string(svg)
      metadata["image/svg+xml"] = ["alt": .string(words)]
    case .picture(let picture):
      guard let (bytes, size) = reduced(picture) else { break }
      data["image/png"] = .string(Base64.text(of: bytes))
      metadata["image/png"] = ["alt": .string(words), "width": .number(Double(size.width)), "height": .number(Double(size.height))]
    }
    return (data, metadata)
  }

  private static func reduced(_ picture: ColorImage) -> (bytes: [UInt8], size: Size)? {
    let size = CaseLayers.fitted(picture.size, side: side)
    guard let small = size == picture.size ? picture : try? picture.resampled(to: size, using: .area) else { return nil }
    return (try? small.encoded(as: .png, options: EncodingOptions(depth: .eight, compressionLevel: 6))).map { ($0, size) }
  }

  private static func html(of table: Table) -> String {
    let columns = table.columns.indices.map { column in
      (name: table.columns[column], isNumber: table.rows.contains { $0[column] is Double || $0[column] is Int })
    }
    let shown = table.rows.prefix(rowLimit).map { row in row.map { TerminalText.cleaned(Table.shown($0)) } }
    let isCut = shown.count < table.rows.count
    let caption = table.size + (isCut ? "; the first \(rowLimit) are shown, `save` writes all" : "")
    return HTML.table(caption, columns: columns, rows: Array(shown))
  }
}
