import Glibc

extension PictureFormat {
  /// Bytes from the start of a file that are enough to recognize every format.
  public static let headCount = 512

  /// The format of a file by its content, whatever its name; nil for a folder, a file that cannot be read and any other kind of file. Reads `headCount` bytes.
  public init?(contentOf path: String) {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let head = [UInt8](unsafeUninitializedCapacity: Self.headCount) { buffer, count in
      while count < buffer.count {
        let got = Glibc.read(file, buffer.baseAddress.map { $0 + count }, buffer.count - count)
        if got < 0 && errno == EINTR { continue }
        guard got > 0 else { return }
        count += got
      }
    }
    guard let format = head.withUnsafeBytes({ PictureFormat(signatureOf: $0) }) else { return nil }
    self = format
  }
}

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
    let bytes = UnsafeRawBufferPointer(rebasing: file.prefix(PictureFormat.headCount))
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
