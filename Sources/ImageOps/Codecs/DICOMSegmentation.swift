/// A DICOM segmentation (PS3.3, A.51): masks with names over one picture.
public struct DICOMSegmentation: Sendable {
  /// One segment.
  public struct Segment: Sendable {
    /// Its name, and what its code means; a file may have either.
    public let label: String
    public let type: DICOMCode
    public let category: DICOMCode
    public let mask: Mask

    public init(label: String, type: DICOMCode, category: DICOMCode, mask: Mask) {
      (self.label, self.type, self.category, self.mask) = (label, type, category, mask)
    }
  }

  public let size: Size
  public let segments: [Segment]

  /// - Precondition: the masks have this size.
  public init(size: Size, segments: [Segment]) { (self.size, self.segments) = (size, segments) }

  static let pictureInstead = "a picture where a segmentation was to be"
  static let storageClass = "1.2.840.10008.5.1.4.1.1.66.4"
}

extension DICOMSegmentation {
  private static let sequences: Set<DICOMDataSet.Tag> = [0x0062_0002, 0x0062_0003, 0x0062_000F, 0x0062_000A, 0x5200_9229, 0x5200_9230]

  /// Reads a file: binary segments, or fractional ones, of which what is at least half counts. Frames of one segment are joined, as are other slices of a
  /// volume, since a radiograph has one.
  /// - Throws: `CodecError.unreadable`.
  public static func decode(_ file: [UInt8], name: String) throws(CodecError) -> DICOMSegmentation {
    do throws(CodecProblem) {
      return try file.pixels { bytes throws(CodecProblem) in
        try DICOMInflation.inflating(bytes) { bytes throws(CodecProblem) in try segmentation(bytes) }
      }
    } catch { throw .unreadable(name: name, error) }
  }

  private static func segmentation(_ bytes: UnsafeRawBufferPointer) throws(CodecProblem) -> DICOMSegmentation {
    let tree = try DICOMTree(bytes, sequences: sequences)
    let root = tree.root
    guard root.text(0x0008_0016, bytes) == storageClass else {
      throw .unsupported(.dicom, feature: pictureInstead)
    }
    guard !tree.isBigEndian else { throw .unsupported(.dicom, feature: "big-endian segmentations") }
    if case .encapsulated = tree.pixelData { throw .unsupported(.dicom, feature: "a compressed segmentation") }
    let (height, width) = (root.word(0x0028_0010, bytes) ?? 0, root.word(0x0028_0011, bytes) ?? 0)
    let size = Size(width: width, height: height)
    guard size.isValid else { throw .invalidSize(.dicom, width: width, height: height) }
    let isBinary = root.text(0x0062_0001, bytes) == "BINARY"
    let bits = root.word(0x0028_0100, bytes) ?? 1
    guard isBinary && bits == 1 || root.text(0x0062_0001, bytes) == "FRACTIONAL" && bits == 8 else {
      throw .unsupported(.dicom, feature: "a \(root.text(0x0062_0001, bytes) ?? "nameless") segmentation of \(bits) bits")
    }
    guard case .value(let data)? = root[0x7FE0_0010] else { throw .truncated(.dicom, reason: "it has no pixel data") }
    let frames = root.items(0x5200_9230)
    let frameCount = root.text(0x0028_0008, bytes).flatMap { Int($0) } ?? 1
    // In bits.
    let perFrame = size.count * bits
    guard (1...65_536).contains(frameCount), data.count / frameCount >= perFrame / 8, data.count * 8 >= perFrame * frameCount else {
      throw .truncated(.dicom, reason: "\(data.count) bytes hold less than \(frameCount) frames of \(size)")
    }
    let half = ((root.word(0x0062_000E, bytes) ?? 255) + 1) / 2
    let descriptions = root.items(0x0062_0002)
    guard descriptions.count <= 64 else { throw .unsupported(.dicom, feature: "\(descriptions.count) segments") }
    var masks: [Int: Mask] = [:]
    for frame in 0..<frameCount {
      let own = frames.indices.contains(frame) ? frames[frame].items(0x0062_000A).first?.word(0x0062_000B, bytes) : nil
      let number = own ?? root.items(0x5200_9229).first?.items(0x0062_000A).first?.word(0x0062_000B, bytes) ?? 1
      guard masks[number] != nil || masks.count < 64 else { throw .damaged(.dicom, reason: "frames of more than 64 segments") }
      var mask = masks[number] ?? Mask(size: size)
      for row in 0..<height {
        for column in 0..<width {
          let place = frame * size.count + row * width + column
          let isInside =
            isBinary ? bytes[data.lowerBound + place >> 3] >> UInt8(place & 7) & 1 == 1 : Int(bytes[data.lowerBound + place]) >= half
          if isInside { mask[row, column] = true }
        }
      }
      masks[number] = mask
    }
    let none = Mask(size: size)
    let segments = descriptions.enumerated().map { index, item in
      let type = code(item.items(0x0062_000F).first ?? [:], bytes)
      return Segment(
        label: item.text(0x0062_0005, bytes) ?? type.meaning, type: type, category: code(item.items(0x0062_0003).first ?? [:], bytes),
        mask: masks[item.word(0x0062_0004, bytes) ?? index + 1] ?? none)
    }
    return DICOMSegmentation(size: size, segments: segments)
  }

  private static func code(_ item: [DICOMDataSet.Tag: DICOMTree.Node], _ bytes: UnsafeRawBufferPointer) -> DICOMCode {
    DICOMCode(item.text(0x0008_0100, bytes) ?? "", item.text(0x0008_0102, bytes) ?? "", item.text(0x0008_0104, bytes) ?? "")
  }
}
