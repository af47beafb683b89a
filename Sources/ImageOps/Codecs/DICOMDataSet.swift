/// The elements of a DICOM file (PS3.10) that describe its pixels, and where the pixel data lies. Nothing about the patient is looked at.
///
/// Every length is compared with what is left of the file before it is used, also inside sequences.
struct DICOMDataSet {
  /// Group and element, `0x0028_0010`.
  typealias Tag = UInt32

  enum PixelData {
    case native(Range<Int>)
    /// The offset table and the fragments of encapsulated data.
    case encapsulated(offsets: [Int], fragments: [Range<Int>])
  }

  private(set) var transferSyntax = ""
  private(set) var pixelData: PixelData?
  private var elements: [Tag: Range<Int>] = [:]
  private var isBigEndian = false

  /// The elements that are kept; all others are passed over.
  private static let kept: Set<Tag> = [
    0x0018_1164, 0x0028_0002, 0x0028_0004, 0x0028_0006, 0x0028_0008, 0x0028_0010, 0x0028_0011, 0x0028_0030, 0x0028_0100, 0x0028_0101,
    0x0028_0102, 0x0028_0103, 0x0028_1050, 0x0028_1051, 0x0028_1052, 0x0028_1053, 0x0028_1101, 0x0028_1102, 0x0028_1103, 0x0028_1201,
    0x0028_1202, 0x0028_1203, 0x0028_3000,
  ]
  private static let modalityTable: Tag = 0x0028_3000

  init(_ bytes: UnsafeRawBufferPointer) throws(CodecProblem) {
    var parser = DICOMElements(bytes: bytes, position: 132, end: bytes.count, isExplicit: true, isBigEndian: false)
    while let group = parser.nextGroup, group == 2 {
      let element = try parser.next()
      if element.tag == 0x0002_0010 {
        transferSyntax = Self.text(bytes, element.value)
      }
    }
    guard !transferSyntax.isEmpty else { throw .damaged(.dicom, reason: "it names no transfer syntax") }
    guard transferSyntax != "1.2.840.10008.1.2.1.99" else { throw .unsupported(.dicom, feature: "a deflated data set") }
    parser.isExplicit = transferSyntax != "1.2.840.10008.1.2"
    isBigEndian = transferSyntax == "1.2.840.10008.1.2.2"
    parser.isBigEndian = isBigEndian
    while parser.nextGroup != nil {
      let element = try parser.next()
      if element.tag == 0x7FE0_0010 {
        pixelData = element.isUndefinedLength ? try parser.fragments() : .native(element.value)
        return
      }
      if element.isUndefinedLength {
        let start = parser.position
        try parser.skipSequence(unknown: element.isUnknown)
        if element.tag == Self.modalityTable { try keepModalityTable(bytes, start..<parser.position, parser) }
      } else if element.tag == Self.modalityTable {
        try keepModalityTable(bytes, element.value, parser)
      } else if Self.kept.contains(element.tag) {
        elements[element.tag] = element.value
      }
    }
  }

  /// The first item of the modality table's sequence: its descriptor and its data.
  private mutating func keepModalityTable(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ outer: DICOMElements) throws(CodecProblem)
  {
    var parser = DICOMElements(
      bytes: bytes, position: range.lowerBound, end: range.upperBound, isExplicit: outer.isExplicit, isBigEndian: outer.isBigEndian)
    guard parser.nextGroup == 0xFFFE else { return }
    let item = try parser.item()
    if let length = item.length { parser.end = parser.position + length }
    while let group = parser.nextGroup, group != 0xFFFE {
      let element = try parser.next()
      if element.isUndefinedLength {
        try parser.skipSequence(unknown: element.isUnknown)
      } else if element.tag == 0x0028_3002 || element.tag == 0x0028_3006 {
        elements[element.tag] = element.value
      }
    }
  }

  /// The bytes of an element; nil when it is absent or empty.
  func value(_ tag: Tag) -> Range<Int>? { elements[tag].flatMap { $0.isEmpty ? nil : $0 } }

  /// The first 16-bit numbers of an element.
  func words(_ tag: Tag, _ bytes: UnsafeRawBufferPointer) -> [UInt16] {
    guard let range = value(tag) else { return [] }
    return stride(from: range.lowerBound, to: range.upperBound - 1, by: 2).map {
      isBigEndian ? bytes.bigEndian(UInt16.self, at: $0) : bytes.littleEndian(UInt16.self, at: $0)
    }
  }

  func word(_ tag: Tag, _ bytes: UnsafeRawBufferPointer) -> Int? { value(tag).flatMap { _ in words(tag, bytes).first.map(Int.init) } }

  func text(_ tag: Tag, _ bytes: UnsafeRawBufferPointer) -> String? { value(tag).map { Self.text(bytes, $0) } }

  /// The decimal strings of an element, those that are finite numbers.
  func decimals(_ tag: Tag, _ bytes: UnsafeRawBufferPointer) -> [Double] {
    guard let text = text(tag, bytes) else { return [] }
    return text.split(separator: "\\").compactMap { Double(Self.trimmed($0)) }.filter(\.isFinite)
  }

  /// Up to 256 characters, without padding.
  private static func text(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> String {
    let text = String(decoding: bytes[range.lowerBound..<min(range.upperBound, range.lowerBound + 256)].filter { $0 != 0 }, as: UTF8.self)
    return String(trimmed(text[...]))
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return text
  }
}
