import ImageOps

/// Attaches a file to a PDF by an incremental update (ISO 32000-1, 7.5.6 and 7.11.4): the bytes of the PDF stay, and objects are added behind them.
package struct PDFAttachment {
  package let name: String
  package let bytes: [UInt8]

  /// - Parameter name: of letters, digits, `.` and `-` alone.
  package init(name: String, text: String) {
    self.name = name
    bytes = Array(text.utf8)
  }

  /// The PDF with the file attached; nil for a PDF with a compressed cross-reference table, or one that has names already.
  package func attached(to pdf: [UInt8]) -> [UInt8]? {
    let tail = String(decoding: pdf.suffix(1024), as: UTF8.self)
    guard let trailer = tail.range(of: "trailer", backwards: true).map({ String(tail[$0.upperBound...]) }),
      let start = Self.number(after: "startxref", in: trailer), let size = Self.number(after: "/Size", in: trailer),
      let root = Self.number(after: "/Root", in: trailer), size < 1 << 24, start < pdf.count, root < size,
      pdf[start...].starts(with: Array("xref".utf8)), let catalog = Self.object(root, in: pdf), !catalog.contains("/Names"),
      let end = catalog.range(of: ">>", backwards: true)
    else { return nil }
    let info = Self.number(after: "/Info", in: trailer).map { "/Info \($0) 0 R" } ?? ""
    var out = pdf
    var places: [(number: Int, offset: Int)] = []
    func add(_ number: Int, _ parts: [UInt8]...) {
      places.append((number, out.count))
      out += Array("\(number) 0 obj\n".utf8) + parts.joined() + Array("\nendobj\n".utf8)
    }
    if out.last != 10 { out.append(10) }
    let names = "/Names <</EmbeddedFiles <</Names [(\(name)) \(size + 1) 0 R]>>>> "
    add(root, Array((catalog[..<end.lowerBound] + names + catalog[end.lowerBound...]).utf8))
    add(
      size, Array("<</Type /EmbeddedFile /Subtype /text#2Fplain /Length \(bytes.count) /Params <</Size \(bytes.count)>>>>\nstream\n".utf8),
      bytes,
      Array("\nendstream".utf8))
    add(size + 1, Array("<</Type /Filespec /F (\(name)) /UF (\(name)) /EF <</F \(size) 0 R>>>>".utf8))
    let table = out.count
    var text = "xref\n"
    for (number, offset) in places.sorted(by: { $0.number < $1.number }) {
      let digits = String(offset)
      text += "\(number) 1\n" + String(repeating: "0", count: 10 - digits.count) + digits + " 00000 n \n"
    }
    text += "trailer\n<</Size \(size + 2) /Root \(root) 0 R \(info) /Prev \(start)>>\nstartxref\n\(table)\n%%EOF\n"
    return out + Array(text.utf8)
  }

  private static func number(after word: String, in text: String) -> Int? {
    text.range(of: word).flatMap {
      Int(text[$0.upperBound...].drop { $0 == " " || $0 == "\n" || $0 == "\r" }.prefix { $0.isASCII && $0.isNumber })
    }
  }

  /// The text of an object, without `obj` and `endobj`.
  private static func object(_ number: Int, in pdf: [UInt8]) -> String? {
    let head = Array("\n\(number) 0 obj\n".utf8)
    guard let place = pdf.lastRange(of: head) else { return nil }
    let text = String(decoding: pdf[place.upperBound...].prefix(4096), as: UTF8.self)
    return text.range(of: "\nendobj").map { String(text[..<$0.lowerBound]) }
  }
}

extension String {
  fileprivate func range(of word: String, backwards: Bool = false) -> Range<String.Index>? {
    let found = ranges(of: word)
    return backwards ? found.last : found.first
  }
}

extension [UInt8] {
  fileprivate func lastRange(of word: [UInt8]) -> Range<Int>? {
    guard count >= word.count else { return nil }
    for start in stride(from: count - word.count, through: 0, by: -1)
    where self[start] == word[0] && self[start..<start + word.count].elementsEqual(word) {
      return start..<start + word.count
    }
    return nil
  }
}
