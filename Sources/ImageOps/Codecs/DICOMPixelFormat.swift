/// How the stored numbers of a DICOM image are to be read (PS3.3, C.7.6.3).
struct DICOMPixelFormat {
  let size: Size
  let samples: Int
  let photometric: String
  /// 1, 8, 16 or 32; 32 or 64 for floating point.
  let bitsAllocated: Int
  let bitsStored: Int
  let highBit: Int
  let isSigned: Bool
  let isPlanar: Bool
  let isFloat: Bool
  let frames: Int

  var isPalette: Bool { photometric == "PALETTE COLOR" }
  var isSingleChannel: Bool { samples == 1 }
  var isMonochrome: Bool { photometric == "MONOCHROME1" || photometric == "MONOCHROME2" }
  /// What BitsStored can hold.
  var storedRange: ClosedRange<Float> {
    let count = Float(sign: .plus, exponent: bitsStored, significand: 1)
    return isSigned ? -count / 2...count / 2 - 1 : 0...count - 1
  }
  /// 0 for single bits.
  var bytesPerSample: Int { bitsAllocated / 8 }
  /// Of one frame.
  var byteCount: Int { bitsAllocated == 1 ? (size.count * samples + 7) / 8 : size.count * samples * bytesPerSample }

  /// - Parameter remarks: takes what is missing and was assumed.
  init(_ dataSet: DICOMDataSet, _ remarks: inout [ReadingRemark]) throws(CodecProblem) {
    let root = dataSet.root
    guard let rows = root.word(0x0028_0010), let columns = root.word(0x0028_0011) else {
      throw .damaged(.dicom, reason: "it has no Rows and Columns, so it holds no image")
    }
    size = Size(width: columns, height: rows)
    guard size.isValid else { throw .invalidSize(.dicom, width: columns, height: rows) }
    samples = root.word(0x0028_0002) ?? 1
    if case .native(let tag, _, _)? = dataSet.pixelData, tag != 0x7FE0_0010 {
      isFloat = true
      bitsAllocated = tag == 0x7FE0_0008 ? 32 : 64
      (bitsStored, highBit, isSigned) = (bitsAllocated, bitsAllocated - 1, true)
    } else {
      isFloat = false
      guard let allocated = root.word(0x0028_0100) else { throw .damaged(.dicom, reason: "it has no BitsAllocated") }
      bitsAllocated = allocated
      bitsStored = root.word(0x0028_0101) ?? allocated
      highBit = root.word(0x0028_0102) ?? bitsStored - 1
      if root.word(0x0028_0101) == nil { remarks.append(.missing("BitsStored", assumed: "\(allocated)")) }
      if root.word(0x0028_0103) == nil { remarks.append(.missing("PixelRepresentation", assumed: "unsigned")) }
      isSigned = root.word(0x0028_0103) == 1
    }
    let planar = root.word(0x0028_0006)
    isPlanar = planar == 1
    if samples > 1, planar == nil { remarks.append(.missing("PlanarConfiguration", assumed: "color by pixel")) }
    photometric = root.text(0x0028_0004) ?? (samples == 1 ? "MONOCHROME2" : "RGB")
    if root.text(0x0028_0004) == nil { remarks.append(.missing("PhotometricInterpretation", assumed: photometric)) }
    let count = root.decimals(0x0028_0008)
    frames = count.first.flatMap { $0 }.map { Int(min(max(1, $0), 1e6)) } ?? 1
    if let first = count.first, first == nil { remarks.append(.notUsed("NumberOfFrames", "it is not a number")) }
    try check()
  }

  private func check() throws(CodecProblem) {
    if isFloat {
      guard samples == 1, isMonochrome else { throw .unsupported(.dicom, feature: "floating-point \(photometric) in \(samples) samples") }
      return
    }
    guard [1, 8, 16, 32].contains(bitsAllocated) else {
      throw .unsupported(.dicom, feature: "\(bitsAllocated) bits allocated per sample")
    }
    guard (1...bitsAllocated).contains(bitsStored), (bitsStored - 1..<bitsAllocated).contains(highBit) else {
      throw .damaged(.dicom, reason: "\(bitsStored) bits stored up to bit \(highBit) of \(bitsAllocated)")
    }
    switch (photometric, samples) {
    case ("MONOCHROME1", 1), ("MONOCHROME2", 1): return
    case ("PALETTE COLOR", 1) where bitsAllocated == 8 || bitsAllocated == 16: return
    case ("RGB", 3), ("YBR_FULL", 3), ("YBR_RCT", 3), ("YBR_ICT", 3):
      if bitsAllocated == 8 || bitsAllocated == 16, !isSigned { return }
    case ("YBR_FULL_422", 3) where bitsAllocated == 8 && !isSigned: return
    default: break
    }
    throw .unsupported(
      .dicom, feature: "\(Self.known(photometric)) in \(samples) \(isSigned ? "signed " : "")samples of \(bitsAllocated) bits")
  }

  /// A code string for messages; other text of a file stays in it.
  private static func known(_ text: String) -> String {
    text.utf8.count <= 16 && text.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x20 || $0 == 0x5F }
      ? text : "an unknown photometric interpretation"
  }
}
