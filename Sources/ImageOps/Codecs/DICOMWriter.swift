/// Writes the elements of a DICOM data set (PS3.5) as Explicit VR Little Endian, in the order in which they are added.
struct DICOMWriter {
  private(set) var bytes: [UInt8] = []

  private static let longForms: Set<String> = ["OB", "OW", "SQ", "UT", "UN"]

  /// A value, padded to an even length: with a blank for text, with a NUL for UIDs and bytes.
  mutating func add(_ tag: DICOMDataSet.Tag, _ representation: String, _ content: [UInt8]) {
    var value = content
    if value.count % 2 == 1 { value.append(["UI", "OB", "UN"].contains(representation) ? 0 : 32) }
    append(UInt16(tag >> 16))
    append(UInt16(tag & 0xFFFF))
    bytes += Array(representation.utf8)
    if Self.longForms.contains(representation) {
      append(UInt16(0))
      append(UInt32(value.count))
    } else {
      append(UInt16(min(value.count, 65_534)))
    }
    bytes += value
  }

  /// Text of up to 1024 bytes.
  mutating func add(_ tag: DICOMDataSet.Tag, _ representation: String, _ text: String) {
    add(tag, representation, Array(text.utf8.prefix(1024)))
  }

  mutating func add(_ tag: DICOMDataSet.Tag, number: UInt16) { add(tag, "US", [UInt8(number & 255), UInt8(number >> 8)]) }

  /// A tag as a value.
  mutating func add(_ tag: DICOMDataSet.Tag, pointingTo other: DICOMDataSet.Tag) {
    let (group, element) = (UInt16(other >> 16), UInt16(other & 0xFFFF))
    add(tag, "AT", [UInt8(group & 255), UInt8(group >> 8), UInt8(element & 255), UInt8(element >> 8)])
  }

  /// A sequence with an item for each closure.
  mutating func add(_ tag: DICOMDataSet.Tag, items: [(inout DICOMWriter) -> Void]) {
    var content = DICOMWriter()
    for item in items {
      var inner = DICOMWriter()
      item(&inner)
      content.append(UInt16(0xFFFE))
      content.append(UInt16(0xE000))
      content.append(UInt32(inner.bytes.count))
      content.bytes += inner.bytes
    }
    add(tag, "SQ", content.bytes)
  }

  /// A sequence of one item that is a code.
  mutating func add(_ tag: DICOMDataSet.Tag, code: DICOMCode) {
    add(
      tag,
      items: [
        { item in
          item.add(0x0008_0100, "SH", code.value)
          item.add(0x0008_0102, "SH", code.scheme)
          item.add(0x0008_0104, "LO", code.meaning)
        }
      ])
  }

  private mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    withUnsafeBytes(of: number.littleEndian) { bytes += Array($0) }
  }
}

/// A coded concept (PS3.3, 8.8): value, coding scheme and meaning.
public struct DICOMCode: Hashable, Sendable {
  /// Code Value (0008,0100).
  public let value: String
  /// Coding Scheme Designator (0008,0102), such as `SCT` or `DCM`.
  public let scheme: String
  /// Code Meaning (0008,0104).
  public let meaning: String

  /// Creates a code from its value, coding scheme and meaning.
  public init(_ value: String, _ scheme: String, _ meaning: String) { (self.value, self.scheme, self.meaning) = (value, scheme, meaning) }
}

/// A coding scheme of private codes, which the objects that use it define (Coding Scheme Identification Sequence).
public struct DICOMCodingScheme: Sendable {
  public let designator: String
  /// Coding Scheme UID.
  public let identifier: String
  public let name: String

  /// The codes that segsh needs and no standard has.
  public static let segsh = DICOMCodingScheme(
    designator: "99SEGSH", identifier: DICOMXRay.identifier(of: "coding scheme 99SEGSH"), name: "segsh private codes")
}
