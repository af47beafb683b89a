import Basics

/// The deflated transfer syntax (PS3.5, A.5).
enum DICOMInflation {
  /// The largest data set that is inflated, in bytes.
  private static let limit = 1 << 28

  /// Runs `body` on a file whose data set is inflated, or on the file itself where it is not deflated.
  static func inflating<Result>(
    _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws(CodecProblem) -> Result
  ) throws(CodecProblem) -> Result {
    guard let start = try startOfDeflated(bytes) else { return try body(bytes) }
    let file = Array(bytes[..<start]) + (try inflated(UnsafeRawBufferPointer(rebasing: bytes[start...])))
    return try file.pixels(body)
  }

  /// Where a deflated data set starts; nil for any other transfer syntax.
  private static func startOfDeflated(_ bytes: UnsafeRawBufferPointer) throws(CodecProblem) -> Int? {
    var elements = DICOMElements(
      bytes: bytes, position: DICOMStart.firstElement(bytes), end: bytes.count, isExplicit: true, isBigEndian: false)
    var isDeflated = false
    var end = 0
    while let group = elements.nextGroup, group == 2 {
      // What is wrong with other files is said where they are read.
      guard let element = try? elements.next() else { return nil }
      if element.tag == 0x0002_0000, element.value.count == 4 {
        end = element.value.upperBound + Int(bytes.littleEndian(UInt32.self, at: element.value.lowerBound))
      }
      if element.tag == 0x0002_0010 { isDeflated = DICOMTree.text(bytes, element.value) == DICOMHead.deflated }
      // Deflated bytes may look like another element of group 2.
      if end > 0, elements.position >= end { break }
    }
    return isDeflated ? elements.position : nil
  }

  private static func inflated(_ bytes: UnsafeRawBufferPointer) throws(CodecProblem) -> [UInt8] {
    // Deflate shrinks at most 1032 to 1; the data set is held three times while it is joined to its head.
    try CodecProblem.admit(3 * min(limit, bytes.count * 1032))
    do throws(Deflate.Problem) { return try Deflate.inflated(bytes, .raw, limit: limit) } catch {
      switch error {
      case .damaged: throw .damaged(.dicom, reason: "its deflated data set cannot be decompressed")
      case .tooLarge(let limit): throw .unsupported(.dicom, feature: "a deflated data set of more than \(limit) bytes")
      case .noMemory: throw .library(.dicom, reason: "not enough memory")
      }
    }
  }
}
