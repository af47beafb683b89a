/// Walks over the elements of a DICOM data set (PS3.5, section 7).
struct DICOMElements {
  let bytes: UnsafeRawBufferPointer
  var position: Int
  var end: Int
  var isExplicit: Bool
  var isBigEndian: Bool

  struct Element {
    var tag: DICOMDataSet.Tag
    /// Empty when the length is undefined.
    var value: Range<Int>
    var isUndefinedLength: Bool
    /// The two letters of its value representation; empty under implicit value representation.
    var representation: String

    /// Of value representation UN, whose content of undefined length is implicit (PS3.5, 6.2.2).
    var isUnknown: Bool { representation == "UN" }
  }

  private static let undefined = 0xFFFF_FFFF
  private static let longForms: Set<String> = ["OB", "OW", "OF", "OD", "OL", "OV", "SQ", "UC", "UR", "UT", "UN", "SV", "UV"]
  private static let shortForms: Set<String> = [
    "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FL", "FD", "IS", "LO", "LT", "PN", "SH", "SL", "SS", "ST", "TM", "UI", "UL", "US",
  ]

  /// Whether two bytes name a value representation of PS3.5, 6.2.
  static func isRepresentation(_ first: UInt8, _ second: UInt8) -> Bool {
    let letters = String(decoding: [first, second], as: UTF8.self)
    return longForms.contains(letters) || shortForms.contains(letters)
  }

  private static let deepestNesting = 64

  private func number<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) -> Int {
    Int(truncatingIfNeeded: isBigEndian ? bytes.bigEndian(type, at: offset) : bytes.littleEndian(type, at: offset))
  }

  /// The group of the next element; nil at the end.
  var nextGroup: Int? { position + 8 <= end ? number(UInt16.self, at: position) : nil }

  static func spelled(_ tag: DICOMDataSet.Tag) -> String {
    let digits = String(tag, radix: 16)
    let padded = String(repeating: "0", count: 8 - digits.count) + digits
    return "(\(padded.prefix(4)),\(padded.suffix(4)))"
  }

  /// Tag, length and value representation of the next element, whose value comes next; the length is nil where it is undefined.
  mutating func head() throws(CodecProblem) -> (tag: DICOMDataSet.Tag, length: Int?, representation: String) {
    guard position + 8 <= end else { throw .truncated(.dicom, reason: "an element starts at byte \(position) of \(end)") }
    let tag = UInt32(number(UInt16.self, at: position)) << 16 | UInt32(number(UInt16.self, at: position + 2))
    var length: Int
    var representation = ""
    if !isExplicit || tag >> 16 == 0xFFFE {
      length = number(UInt32.self, at: position + 4)
      position += 8
    } else {
      let letters = [bytes[position + 4], bytes[position + 5]]
      guard letters.allSatisfy({ (0x41...0x5A).contains($0) }) else {
        throw .damaged(.dicom, reason: "element \(Self.spelled(tag)) at byte \(position) has no value representation")
      }
      representation = String(decoding: letters, as: UTF8.self)
      if Self.longForms.contains(representation) {
        guard position + 12 <= end else { throw .truncated(.dicom, reason: "element \(Self.spelled(tag)) has no length") }
        length = number(UInt32.self, at: position + 8)
        position += 12
      } else {
        length = number(UInt16.self, at: position + 6)
        position += 8
      }
    }
    return (tag, length == Self.undefined ? nil : length, representation)
  }

  /// The next element; its value, if of known length, is passed.
  mutating func next() throws(CodecProblem) -> Element {
    let head = try head()
    guard let length = head.length else {
      return Element(tag: head.tag, value: position..<position, isUndefinedLength: true, representation: head.representation)
    }
    guard length <= end - position else {
      throw .truncated(.dicom, reason: "element \(Self.spelled(head.tag)) claims \(length) bytes, but \(end - position) are left")
    }
    defer { position += length }
    return Element(tag: head.tag, value: position..<position + length, isUndefinedLength: false, representation: head.representation)
  }

  /// The head of an item or a delimiter; nil for an undefined length.
  mutating func item() throws(CodecProblem) -> (tag: DICOMDataSet.Tag, length: Int?) {
    guard position + 8 <= end else { throw .truncated(.dicom, reason: "a sequence without an end") }
    let tag = UInt32(number(UInt16.self, at: position)) << 16 | UInt32(number(UInt16.self, at: position + 2))
    let length = number(UInt32.self, at: position + 4)
    position += 8
    guard tag == 0xFFFE_E000 || tag == 0xFFFE_E00D || tag == 0xFFFE_E0DD else {
      throw .damaged(.dicom, reason: "\(Self.spelled(tag)) instead of an item at byte \(position - 8)")
    }
    if length == Self.undefined { return (tag, nil) }
    guard length <= end - position else {
      throw .truncated(.dicom, reason: "an item claims \(length) bytes, but \(end - position) are left")
    }
    return (tag, length)
  }

  /// Passes a sequence of undefined length whose head has been read.
  mutating func skipSequence(unknown: Bool, depth: Int = 0) throws(CodecProblem) {
    guard depth < Self.deepestNesting else {
      throw .damaged(.dicom, reason: "sequences nested more than \(Self.deepestNesting) levels deep")
    }
    let wasExplicit = isExplicit
    if unknown { isExplicit = false }
    defer { isExplicit = wasExplicit }
    while true {
      let head = try item()
      if head.tag == 0xFFFE_E0DD { return }
      if let length = head.length {
        position += length
        continue
      }
      while nextGroup != nil {
        let element = try next()
        if element.tag == 0xFFFE_E00D { break }
        if element.isUndefinedLength { try skipSequence(unknown: element.isUnknown, depth: depth + 1) }
      }
    }
  }

  /// Encapsulated pixel data whose head has been read (PS3.5, A.4): the offset table, the fragments, and whether a delimiter follows them.
  mutating func fragments() throws(CodecProblem) -> (offsets: [Int], fragments: [Range<Int>], isDelimited: Bool) {
    var offsets: [Int]?
    var fragments: [Range<Int>] = []
    while fragments.isEmpty || position + 8 <= end {
      let head = try item()
      if head.tag == 0xFFFE_E0DD { return (offsets ?? [], fragments, true) }
      guard head.tag == 0xFFFE_E000, let length = head.length else { throw .damaged(.dicom, reason: "a fragment without a length") }
      if offsets == nil {
        offsets = stride(from: position, to: position + length - 3, by: 4).map { number(UInt32.self, at: $0) }
      } else {
        fragments.append(position..<position + length)
      }
      position += length
    }
    return (offsets ?? [], fragments, false)
  }
}
