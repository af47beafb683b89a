/// The elements of a DICOM data set by tag, sequences of interest with their items; the pixel data last.
struct DICOMTree {
  enum Node {
    case value(Range<Int>)
    case items([[DICOMDataSet.Tag: Node]])
  }

  enum PixelData {
    /// Pixel Data, or Float Pixel Data; its value representation, empty where that is implicit.
    case native(DICOMDataSet.Tag, Range<Int>, representation: String)
    /// The offset table and the fragments of encapsulated data.
    case encapsulated(offsets: [Int], fragments: [Range<Int>])
  }

  private(set) var root: [DICOMDataSet.Tag: Node] = [:]
  /// The image's own, not that of an icon.
  private(set) var pixelData: PixelData?
  let transferSyntax: String
  let isBigEndian: Bool
  private(set) var remarks: [ReadingRemark]
  private let sequences: Set<DICOMDataSet.Tag>
  private let end: DICOMDataSet.Tag
  private var budget = 1_000_000

  private static let deepest = 16
  private static let pixelTags: Set<DICOMDataSet.Tag> = [0x7FE0_0008, 0x7FE0_0009, 0x7FE0_0010]

  /// - Parameters:
  ///   - bytes: a file, its data set inflated (``DICOMInflation``).
  ///   - sequences: those whose items are read; all others are passed over.
  ///   - end: the tag from which nothing is read.
  init(_ bytes: UnsafeRawBufferPointer, sequences: Set<DICOMDataSet.Tag>, upTo end: DICOMDataSet.Tag = .max) throws(CodecProblem) {
    (self.sequences, self.end) = (sequences, end)
    let head = try DICOMHead(bytes)
    (transferSyntax, remarks, isBigEndian) = (head.transferSyntax, head.remarks, head.elements.isBigEndian)
    var parser = head.elements
    root = try elements(&parser, depth: 0)
  }

  /// The elements up to the pixel data, the end or an item's delimiter.
  private mutating func elements(_ parser: inout DICOMElements, depth: Int) throws(CodecProblem)
    -> [DICOMDataSet.Tag: Node]
  {
    guard depth < Self.deepest else { throw .damaged(.dicom, reason: "sequences nested more than \(Self.deepest) levels deep") }
    var found: [DICOMDataSet.Tag: Node] = [:]
    while parser.nextGroup != nil {
      budget -= 1
      guard budget > 0 else { throw .damaged(.dicom, reason: "more than a million elements") }
      let element = try parser.next()
      if depth == 0 {
        if element.tag >= end { break }
        if Self.pixelTags.contains(element.tag) {
          try keepPixelData(element, &parser)
          if !element.isUndefinedLength { found[element.tag] = .value(element.value) }
          break
        }
      } else if element.tag == 0xFFFE_E00D {
        break
      }
      if sequences.contains(element.tag) {
        found[element.tag] = .items(try items(element, &parser, depth: depth))
      } else if element.isUndefinedLength {
        try parser.skipSequence(unknown: element.isUnknown)
        found[element.tag] = .items([[:]])
      } else {
        found[element.tag] = .value(element.value)
      }
    }
    return found
  }

  private mutating func keepPixelData(_ element: DICOMElements.Element, _ parser: inout DICOMElements) throws(CodecProblem) {
    guard element.isUndefinedLength else {
      pixelData = .native(element.tag, element.value, representation: element.representation)
      return
    }
    let (offsets, fragments, isDelimited) = try parser.fragments()
    pixelData = .encapsulated(offsets: offsets, fragments: fragments)
    if !isDelimited { remarks.append(.noDelimiter) }
  }

  private mutating func items(_ element: DICOMElements.Element, _ parser: inout DICOMElements, depth: Int) throws(CodecProblem)
    -> [[DICOMDataSet.Tag: Node]]
  {
    var inner = parser
    if element.isUnknown { (inner.isExplicit, inner.isBigEndian) = (false, false) }
    if !element.isUndefinedLength { (inner.position, inner.end) = (element.value.lowerBound, element.value.upperBound) }
    var items: [[DICOMDataSet.Tag: Node]] = []
    while inner.nextGroup != nil {
      let head = try inner.item()
      if head.tag == 0xFFFE_E0DD { break }
      guard head.tag == 0xFFFE_E000 else { throw .damaged(.dicom, reason: "an item ends before it starts") }
      var content = inner
      if let length = head.length { content.end = inner.position + length }
      items.append(try elements(&content, depth: depth + 1))
      inner.position = head.length.map { inner.position + $0 } ?? content.position
    }
    if element.isUndefinedLength { parser.position = inner.position }
    return items
  }

  /// Up to 1024 bytes, without padding.
  static func trimmed(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> [UInt8] {
    var text = bytes[range.lowerBound..<min(range.upperBound, range.lowerBound + 1024)].filter { $0 != 0 }
    while text.last == 32 { text.removeLast() }
    return Array(text.drop { $0 == 32 })
  }

  static func text(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> String {
    String(decoding: trimmed(bytes, range), as: UTF8.self)
  }
}

extension [DICOMDataSet.Tag: DICOMTree.Node] {
  /// A text as it stands, without padding; nil where there is none.
  func bytes(_ tag: DICOMDataSet.Tag, _ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
    guard case .value(let range)? = self[tag], !range.isEmpty else { return nil }
    return DICOMTree.trimmed(bytes, range)
  }

  func text(_ tag: DICOMDataSet.Tag, _ bytes: UnsafeRawBufferPointer) -> String? {
    guard case .value(let range)? = self[tag], !range.isEmpty else { return nil }
    return DICOMTree.text(bytes, range)
  }

  func word(_ tag: DICOMDataSet.Tag, _ bytes: UnsafeRawBufferPointer) -> Int? {
    guard case .value(let range)? = self[tag], range.count >= 2 else { return nil }
    return Int(bytes.littleEndian(UInt16.self, at: range.lowerBound))
  }

  func items(_ tag: DICOMDataSet.Tag) -> [[DICOMDataSet.Tag: DICOMTree.Node]] {
    guard case .items(let items)? = self[tag] else { return [] }
    return items
  }
}
