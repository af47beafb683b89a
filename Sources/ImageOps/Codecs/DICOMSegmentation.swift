import Basics

/// A DICOM segmentation (PS3.3, A.51): named masks over one image.
public struct DICOMSegmentation: Sendable {
  /// One segment.
  public struct Segment: Sendable {
    /// The segment's label; on reading, the meaning of its type code if the file has no label.
    public let label: String
    /// The segmented property type, such as the code of an opacity.
    public let type: DICOMCode
    /// The segmented property category, such as the code of a morphologically abnormal structure.
    public let category: DICOMCode
    /// The segment's pixels; the size is the segmentation's.
    public let mask: Mask

    /// Whether the segment is the background of a label map (segment number 0).
    public var isBackground = false

    /// Creates a segment that is not background.
    public init(label: String, type: DICOMCode, category: DICOMCode, mask: Mask) {
      (self.label, self.type, self.category, self.mask) = (label, type, category, mask)
    }
  }

  /// Width and height of the frames in pixels.
  public let size: Size
  /// The segments in the order of the file.
  public let segments: [Segment]
  /// The SOP Instance UIDs of the images that the segmentation refers to, each once, at most 1000.
  public private(set) var references: [String] = []
  /// Whether the file was fractional: pixels of at least half of the maximum value are in the mask.
  public private(set) var isFractional = false
  /// The number of frames (in a label map: of labels per frame, added up) whose segment the file does not describe. They are ignored.
  public private(set) var undescribedFrames = 0

  /// Creates a segmentation from masks.
  /// - Precondition: Every mask has this size.
  public init(size: Size, segments: [Segment]) { (self.size, self.segments) = (size, segments) }

  static let imageInstead = "an image instead of a segmentation"
  static let storageClass = "1.2.840.10008.5.1.4.1.1.66.4"
  /// Of segmentations with a frame per segment, and of label maps.
  static let storageClasses: Set<String> = [storageClass, "1.2.840.10008.5.1.4.1.1.66.7"]
}

extension DICOMSegmentation {
  private static let sequences: Set<DICOMDataSet.Tag> = [
    0x0062_0002, 0x0062_0003, 0x0062_000F, 0x0062_000A, 0x5200_9229, 0x5200_9230, 0x0008_1115, 0x0008_114A, 0x0008_1199, 0x0008_2112,
    0x0008_9124,
  ]

  /// How frames hold segments.
  private enum Coding {
    /// One bit per pixel, one segment per frame.
    case binary
    /// One byte per pixel, one segment per frame, inside from this value on.
    case fractional(half: Int)
    /// The number of the segment at each pixel, in 8 or 16 bits.
    case labels(bits: Int)

    var bits: Int {
      switch self {
      case .binary: 1
      case .fractional: 8
      case .labels(let bits): bits
      }
    }
  }

  /// Reads a segmentation: binary, fractional (pixels of at least half of the maximum are inside) or a label map.
  ///
  /// Frames of one segment are united, also those of different slices, since a radiograph has one slice.
  /// - Parameter name: The file's name in errors.
  /// - Throws: `CodecError.unreadable`, also for big-endian or compressed files, more than 64 segments and images; `CancellationError`.
  public static func decode(_ file: [UInt8], name: String) throws -> DICOMSegmentation {
    do {
      return try file.pixels { bytes throws(CodecProblem) in
        try DICOMInflation.inflating(bytes) { bytes throws(CodecProblem) in Result { try segmentation(bytes) } }
      }.get()
    } catch let problem as CodecProblem { throw CodecError.unreadable(name: name, problem) }
  }

  /// The size that the file's header states, without reading pixels; nil if it states none. The size may be invalid.
  public static func size(of file: [UInt8]) -> Size? {
    file.withUnsafeBytes { bytes in
      guard let root = try? DICOMTree(bytes, sequences: [], upTo: 0x7FE0_0010).root, let height = root.word(0x0028_0010, bytes),
        let width = root.word(0x0028_0011, bytes)
      else { return nil }
      return Size(width: width, height: height)
    }
  }

  /// The SOP Instance UID of the file; nil if it states none.
  public static func instance(of file: [UInt8]) -> String? {
    file.withUnsafeBytes { bytes in
      (try? DICOMTree(bytes, sequences: [], upTo: 0x0009_0000).root).flatMap { $0.text(0x0008_0018, bytes) }
    }
  }

  /// The SOP Class UID of a DICOM file; nil if it states none.
  public static func storageClass(of file: [UInt8]) -> String? {
    file.withUnsafeBytes { bytes in
      (try? DICOMTree(bytes, sequences: [], upTo: 0x0009_0000).root).flatMap { $0.text(0x0008_0016, bytes) }
    }
  }

  private static func segmentation(_ bytes: UnsafeRawBufferPointer) throws -> DICOMSegmentation {
    let cancellation = Cancellation.current
    let tree = try DICOMTree(bytes, sequences: sequences)
    let root = tree.root
    guard root.text(0x0008_0016, bytes).map(storageClasses.contains) ?? false else {
      throw CodecProblem.unsupported(.dicom, feature: imageInstead)
    }
    guard !tree.isBigEndian else { throw CodecProblem.unsupported(.dicom, feature: "big-endian segmentations") }
    if case .encapsulated = tree.pixelData { throw CodecProblem.unsupported(.dicom, feature: "a compressed segmentation") }
    let (height, width) = (root.word(0x0028_0010, bytes) ?? 0, root.word(0x0028_0011, bytes) ?? 0)
    let size = Size(width: width, height: height)
    guard size.isValid else { throw CodecProblem.invalidSize(.dicom, width: width, height: height) }
    let coding = try coding(root, bytes)
    guard case .value(let data)? = root[0x7FE0_0010] else { throw CodecProblem.truncated(.dicom, reason: "it has no pixel data") }
    let frames = root.items(0x5200_9230)
    let frameCount = root.text(0x0028_0008, bytes).flatMap { Int($0) } ?? 1
    // In bits.
    let perFrame = size.count * coding.bits
    guard (1...65_536).contains(frameCount), data.count / frameCount >= perFrame / 8, data.count * 8 >= perFrame * frameCount else {
      throw CodecProblem.truncated(.dicom, reason: "\(data.count) bytes are too few for \(frameCount) frames of \(size)")
    }
    let descriptions = root.items(0x0062_0002)
    guard descriptions.count <= 64 else { throw CodecProblem.unsupported(.dicom, feature: "\(descriptions.count) segments") }
    try CodecProblem.admit(min(max(1, descriptions.count), 64) * (size.count / 8 + 8 * size.height), of: size)
    let numbers = descriptions.enumerated().map { $1.word(0x0062_0004, bytes) ?? $0 + 1 }
    let known = Set(numbers)
    var masks: [Int: Mask] = [:]
    var undescribed = 0
    for frame in 0..<frameCount {
      try cancellation.check()
      if case .labels(let labelBits) = coding {
        undescribed += addLabels(bytes, at: data.lowerBound + frame * size.count * labelBits / 8, labelBits, size, known, to: &masks)
        continue
      }
      let own = frames.indices.contains(frame) ? frames[frame].items(0x0062_000A).first?.word(0x0062_000B, bytes) : nil
      let number = own ?? root.items(0x5200_9229).first?.items(0x0062_000A).first?.word(0x0062_000B, bytes) ?? 1
      guard known.contains(number) else {
        undescribed += 1
        continue
      }
      var mask = masks[number] ?? Mask(size: size)
      for row in 0..<height {
        for column in 0..<width {
          let place = frame * size.count + row * width + column
          let isInside =
            if case .fractional(let half) = coding {
              Int(bytes[data.lowerBound + place]) >= half
            } else {
              bytes[data.lowerBound + place >> 3] >> UInt8(place & 7) & 1 == 1
            }
          if isInside { mask[row, column] = true }
        }
      }
      masks[number] = mask
    }
    let none = Mask(size: size)
    let segments = zip(numbers, descriptions).map { number, item in
      let type = code(item.items(0x0062_000F).first ?? [:], bytes)
      var segment = Segment(
        label: item.text(0x0062_0005, bytes) ?? type.meaning, type: type, category: code(item.items(0x0062_0003).first ?? [:], bytes),
        mask: masks[number] ?? none)
      if case .labels = coding { segment.isBackground = number == 0 }
      return segment
    }
    var result = DICOMSegmentation(size: size, segments: segments)
    result.references = references(root, bytes)
    if case .fractional = coding { result.isFractional = true }
    result.undescribedFrames = undescribed
    return result
  }

  private static func coding(_ root: [DICOMDataSet.Tag: DICOMTree.Node], _ bytes: UnsafeRawBufferPointer) throws(CodecProblem) -> Coding {
    let bits = root.word(0x0028_0100, bytes) ?? 1
    let type = root.text(0x0062_0001, bytes)
    switch (type, bits) {
    case ("BINARY", 1): return .binary
    case ("FRACTIONAL", 8):
      let maximum = root.word(0x0062_000E, bytes) ?? 255
      guard (1...255).contains(maximum) else { throw .damaged(.dicom, reason: "a maximum fractional value of \(maximum)") }
      return .fractional(half: (maximum + 1) / 2)
    case ("LABELMAP", 8), ("LABELMAP", 16): return .labels(bits: bits)
    default: throw .unsupported(.dicom, feature: "a \(type ?? "untyped") segmentation of \(bits) bits")
    }
  }

  /// Adds the pixels of a frame of labels to the segments' masks.
  /// - Returns: how many labels of the frame the file does not describe; 0 is background, described or not.
  private static func addLabels(
    _ bytes: UnsafeRawBufferPointer, at start: Int, _ bits: Int, _ size: Size, _ known: Set<Int>, to masks: inout [Int: Mask]
  ) -> Int {
    var unknown: Set<Int> = []
    var current = (number: 0, mask: Mask(size: size))
    for row in 0..<size.height {
      for column in 0..<size.width {
        let place = row * size.width + column
        let number = bits == 8 ? Int(bytes[start + place]) : Int(bytes.littleEndian(UInt16.self, at: start + 2 * place))
        guard number != 0 else { continue }
        guard known.contains(number) else {
          unknown.insert(number)
          continue
        }
        if number != current.number {
          if current.number != 0 { masks[current.number] = current.mask }
          current = (number, masks.removeValue(forKey: number) ?? Mask(size: size))
        }
        current.mask[row, column] = true
      }
    }
    if current.number != 0 { masks[current.number] = current.mask }
    return unknown.count
  }

  /// The instances that the series, the source images and the frames' derivations name.
  private static func references(_ root: [DICOMDataSet.Tag: DICOMTree.Node], _ bytes: UnsafeRawBufferPointer) -> [String] {
    var found: [String] = []
    func add(_ items: [[DICOMDataSet.Tag: DICOMTree.Node]]) {
      for item in items { if let text = item.text(0x0008_1155, bytes), !found.contains(text), found.count < 1000 { found.append(text) } }
    }
    for series in root.items(0x0008_1115) { add(series.items(0x0008_114A) + series.items(0x0008_1199)) }
    add(root.items(0x0008_2112))
    for frame in root.items(0x5200_9230) + root.items(0x5200_9229) {
      for derivation in frame.items(0x0008_9124) { add(derivation.items(0x0008_2112)) }
    }
    return found
  }

  private static func code(_ item: [DICOMDataSet.Tag: DICOMTree.Node], _ bytes: UnsafeRawBufferPointer) -> DICOMCode {
    DICOMCode(item.text(0x0008_0100, bytes) ?? "", item.text(0x0008_0102, bytes) ?? "", item.text(0x0008_0104, bytes) ?? "")
  }
}
