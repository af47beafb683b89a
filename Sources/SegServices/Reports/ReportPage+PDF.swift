import SegLang

extension ReportPage {
  /// The page as PDF, with the recipe and the digests of its files as an attachment.
  /// - Throws: `PDFPrinter.Problem`; `CodecError`; `CancellationError`.
  package func printed(_ context: Context) throws -> [UInt8] {
    let attachment = recipe.map { PDFAttachment(name: "recipe.txt", text: $0) }
    var page = self
    page.closing = attachment.map { "The whole recipe, with the digest of each file, is attached to this PDF as \($0.name)." }
    let pdf = try PDFPrinter.print(page.html)
    guard let attachment else { return pdf }
    if let whole = attachment.attached(to: pdf) { return whole }
    page.closing = nil
    context.note("the recipe could not be attached to the PDF; also write an .html report, which contains the recipe")
    return try PDFPrinter.print(page.html)
  }
}
