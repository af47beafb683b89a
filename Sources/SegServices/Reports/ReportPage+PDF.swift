import SegLang

extension ReportPage {
  /// The page as PDF, with the recipe and the digests of its files as an attachment.
  /// - Throws: `PDFPrinter.Problem`; `CodecError`; `Figure.Problem`; `CancellationError`.
  package func printed(by maker: PDFMaker = .auto, date: String = ReportDate.today, _ context: Context) throws -> [UInt8] {
    let maker = try maker.found()
    let attachment = recipe.map { PDFAttachment(name: "recipe.txt", text: $0) }
    var page = self
    page.closing = attachment.map { "The whole recipe, with the digest of each file, is attached to this PDF as \($0.name)." }
    let pdf = try page.made(by: maker, date)
    guard let attachment else { return pdf }
    if let whole = attachment.attached(to: pdf) { return whole }
    page.closing = nil
    context.note("the recipe could not be attached to the PDF; also write an .html report, which contains the recipe")
    return try page.made(by: maker, date)
  }

  private func made(by maker: PDFMaker, _ date: String) throws -> [UInt8] {
    guard maker == .cairo else { return try PDFPrinter.print(html) }
    guard let pdf = try PaperLayout.pdf(of: self, date: date) else { throw PDFPrinter.Problem.failed("cairo") }
    return pdf
  }
}
