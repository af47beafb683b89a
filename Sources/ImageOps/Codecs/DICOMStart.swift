/// How a DICOM file starts (PS3.10, 7.1), also where its preamble or its meta information is missing.
enum DICOMStart {
  /// What the first element of a data set looks like.
  enum Encoding: Hashable { case explicitLittleEndian, explicitBigEndian, implicitLittleEndian }

  /// Whether "DICM" follows a preamble. A preamble may hold anything, a whole TIFF header too (PS3.10, 7.5), so this is asked before any other signature.
  static func hasPrefix(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 132 && bytes[128] == 0x44 && bytes[129] == 0x49 && bytes[130] == 0x43 && bytes[131] == 0x4D
  }

  /// Where the first element lies: behind preamble and prefix, or at the very start.
  static func firstElement(_ bytes: UnsafeRawBufferPointer) -> Int { hasPrefix(bytes) ? 132 : 0 }

  /// Whether a data set starts at the first byte: at least two elements in ascending order, the first of group 2 or 8.
  static func isBare(_ file: UnsafeRawBufferPointer) -> Bool {
    let bytes = UnsafeRawBufferPointer(rebasing: file.prefix(ImageFormat.headCount))
    guard bytes.count >= 16, let encoding = encoding(bytes, at: 0) else { return false }
    let isBigEndian = encoding == .explicitBigEndian
    let (low, high) = isBigEndian ? (bytes[1], bytes[0]) : (bytes[0], bytes[1])
    guard high == 0, low == 2 || low == 8 else { return false }
    var elements = DICOMElements(
      bytes: bytes, position: 0, end: bytes.count, isExplicit: encoding != .implicitLittleEndian, isBigEndian: isBigEndian)
    var before: DICOMDataSet.Tag = 0
    for _ in 0..<2 {
      guard let head = try? elements.head(), head.tag > before, head.tag >> 16 <= 0x7FE0 else { return false }
      before = head.tag
      // A sequence of undefined length, or an element that goes on beyond the head of the file.
      guard let length = head.length else { return true }
      guard length <= bytes.count - elements.position else { return length <= 65_536 && length <= file.count - elements.position }
      elements.position += length
    }
    return true
  }

  /// How the element at a place is written; nil where there is none.
  static func encoding(_ bytes: UnsafeRawBufferPointer, at start: Int) -> Encoding? {
    guard bytes.count >= start + 8 else { return nil }
    guard DICOMElements.isRepresentation(bytes[start + 4], bytes[start + 5]) else { return .implicitLittleEndian }
    // The first group is below 256.
    return bytes[start] == 0 && bytes[start + 1] != 0 ? .explicitBigEndian : .explicitLittleEndian
  }
}

/// How the data set of a DICOM file is written, and where its first element lies (PS3.10, 7; PS3.5, A).
struct DICOMHead {
  private(set) var transferSyntax = ""
  /// At the first element after the meta information.
  private(set) var elements: DICOMElements
  private(set) var remarks: [ReadingRemark] = []

  static let implicitLittleEndian = "1.2.840.10008.1.2"
  static let explicitLittleEndian = "1.2.840.10008.1.2.1"
  static let deflated = "1.2.840.10008.1.2.1.99"
  static let explicitBigEndian = "1.2.840.10008.1.2.2"
  /// Pixel data as it is, not encapsulated.
  static let native: Set<String> = [implicitLittleEndian, explicitLittleEndian, deflated, explicitBigEndian]

  /// - Parameter bytes: a file, its data set inflated (``DICOMInflation``).
  init(_ bytes: UnsafeRawBufferPointer) throws(CodecProblem) {
    let start = DICOMStart.firstElement(bytes)
    elements = DICOMElements(bytes: bytes, position: start, end: bytes.count, isExplicit: true, isBigEndian: false)
    // Meta information is explicit; a few writers leave that out.
    if DICOMStart.encoding(bytes, at: start) == .implicitLittleEndian { elements.isExplicit = false }
    while let group = elements.nextGroup, group == 2 {
      let element = try elements.next()
      if element.tag == 0x0002_0010 { transferSyntax = DICOMTree.text(bytes, element.value) }
    }
    let found = DICOMStart.encoding(bytes, at: elements.position)
    if transferSyntax.isEmpty {
      guard let found else { throw .damaged(.dicom, reason: "it states no transfer syntax") }
      transferSyntax = found.transferSyntax
      remarks.append(
        DICOMStart.hasPrefix(bytes) ? .missing("The transfer syntax", assumed: found.words) : .missingPreamble(assumed: found.words))
    }
    let named: DICOMStart.Encoding =
      switch transferSyntax {
      case Self.implicitLittleEndian: .implicitLittleEndian
      case Self.explicitBigEndian: .explicitBigEndian
      default: .explicitLittleEndian
      }
    if let found, found != named {
      remarks.append(.otherEncoding(named: named.words, found: found.words))
      if Self.native.contains(transferSyntax) { transferSyntax = found.transferSyntax }
    }
    elements.isExplicit = (found ?? named) != .implicitLittleEndian
    elements.isBigEndian = (found ?? named) == .explicitBigEndian
  }
}

extension DICOMStart.Encoding {
  fileprivate var words: String {
    switch self {
    case .explicitLittleEndian: "Explicit VR Little Endian"
    case .explicitBigEndian: "Explicit VR Big Endian"
    case .implicitLittleEndian: "Implicit VR Little Endian"
    }
  }

  fileprivate var transferSyntax: String {
    switch self {
    case .explicitLittleEndian: DICOMHead.explicitLittleEndian
    case .explicitBigEndian: DICOMHead.explicitBigEndian
    case .implicitLittleEndian: DICOMHead.implicitLittleEndian
    }
  }
}
