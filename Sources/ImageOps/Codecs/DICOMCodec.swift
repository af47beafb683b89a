/// DICOM pictures (PS3.3, C.7.6.3): the first frame, through its modality transform, bright where dense.
enum DICOMCodec {
  static func grayImage(from bytes: UnsafeRawBufferPointer) throws(CodecProblem) -> GrayImage {
    let dataSet = try DICOMDataSet(bytes)
    let format = try DICOMPixelFormat(dataSet, bytes)
    var pixels = try DICOMPixels.firstFrame(dataSet, format, bytes)
    var range = format.isSingleChannel ? format.storedRange : 0...255
    if format.isSingleChannel && !format.isPalette { try rescale(&pixels, &range, dataSet, format, bytes) }

    var window = window(dataSet, bytes)
    let isInverted = format.photometric == "MONOCHROME1"
    if isInverted {
      let sum = range.lowerBound + range.upperBound
      for index in pixels.indices { pixels[index] = sum - pixels[index] }
      window = window.map { GrayImage.Window(center: sum - $0.center, width: $0.width) }
    }
    return GrayImage(
      size: format.size, pixels: pixels, range: range, bitDepth: format.isSingleChannel && !format.isPalette ? format.bitsStored : 8,
      spacing: spacing(dataSet, bytes), polarity: isInverted ? .invertedFromMonochrome1 : .asStored, window: window)
  }

  /// The modality table or slope and intercept (PS3.3, C.11.1).
  private static func rescale(
    _ pixels: inout [Float], _ range: inout ClosedRange<Float>, _ dataSet: DICOMDataSet, _ format: DICOMPixelFormat,
    _ bytes: UnsafeRawBufferPointer
  ) throws(CodecProblem) {
    let descriptor = dataSet.words(0x0028_3002, bytes)
    let table = dataSet.words(0x0028_3006, bytes)
    if descriptor.count >= 3, !table.isEmpty {
      let first = format.isSigned ? Int(Int16(bitPattern: descriptor[1])) : Int(descriptor[1])
      let entries = table.prefix(descriptor[0] == 0 ? 65_536 : Int(descriptor[0])).map { Float($0) }
      for index in pixels.indices { pixels[index] = entries[min(entries.count - 1, max(0, Int(pixels[index]) - first))] }
      range = entries.finiteExtremes
      return
    }
    let slope = dataSet.decimals(0x0028_1053, bytes).first ?? 1
    let intercept = dataSet.decimals(0x0028_1052, bytes).first ?? 0
    guard slope != 1 || intercept != 0, slope != 0 else { return }
    let ends = [range.lowerBound, range.upperBound].map { Float(Double($0) * slope + intercept) }
    guard ends.allSatisfy(\.isFinite) else { throw .damaged(.dicom, reason: "rescale slope \(slope) and intercept \(intercept)") }
    for index in pixels.indices { pixels[index] = Float(Double(pixels[index]) * slope + intercept) }
    range = min(ends[0], ends[1])...max(ends[0], ends[1])
  }

  private static func window(_ dataSet: DICOMDataSet, _ bytes: UnsafeRawBufferPointer) -> GrayImage.Window? {
    guard let center = dataSet.decimals(0x0028_1050, bytes).first, let width = dataSet.decimals(0x0028_1051, bytes).first,
      Float(center).isFinite, Float(width).isFinite, Float(width) > 0
    else { return nil }
    return GrayImage.Window(center: Float(center), width: Float(width))
  }

  /// PixelSpacing is calibrated, unless it only repeats ImagerPixelSpacing (PS3.3, 10.7.1.3).
  private static func spacing(_ dataSet: DICOMDataSet, _ bytes: UnsafeRawBufferPointer) -> Spacing {
    func pair(_ tag: DICOMDataSet.Tag) -> [Double]? {
      let numbers = dataSet.decimals(tag, bytes)
      return numbers.count >= 2 && numbers[0] > 0 && numbers[1] > 0 ? Array(numbers.prefix(2)) : nil
    }
    let calibrated = pair(0x0028_0030)
    let imager = pair(0x0018_1164)
    if let imager, calibrated == nil || calibrated == imager { return .detectorPlane(row: imager[0], column: imager[1]) }
    return calibrated.map { .calibrated(row: $0[0], column: $0[1]) } ?? .unknown
  }
}

/// How the stored numbers of a DICOM picture are to be read.
struct DICOMPixelFormat {
  let size: Size
  let samples: Int
  let photometric: String
  let bitsAllocated: Int
  let bitsStored: Int
  let highBit: Int
  let isSigned: Bool
  let isPlanar: Bool
  let frames: Int

  var isPalette: Bool { photometric == "PALETTE COLOR" }
  var isSingleChannel: Bool { samples == 1 }
  /// What BitsStored can hold.
  var storedRange: ClosedRange<Float> {
    if isPalette { return 0...255 }
    let count = Float(sign: .plus, exponent: bitsStored, significand: 1)
    return isSigned ? -count / 2...count / 2 - 1 : 0...count - 1
  }
  var bytesPerSample: Int { bitsAllocated / 8 }
  /// Of one frame.
  var byteCount: Int { size.count * samples * bytesPerSample }

  init(_ dataSet: DICOMDataSet, _ bytes: UnsafeRawBufferPointer) throws(CodecProblem) {
    guard let rows = dataSet.word(0x0028_0010, bytes), let columns = dataSet.word(0x0028_0011, bytes) else {
      throw .damaged(.dicom, reason: "it has no rows and columns, hence no picture")
    }
    size = Size(width: columns, height: rows)
    guard size.isValid else { throw .invalidSize(.dicom, width: columns, height: rows) }
    samples = dataSet.word(0x0028_0002, bytes) ?? 1
    bitsAllocated = dataSet.word(0x0028_0100, bytes) ?? 8
    bitsStored = dataSet.word(0x0028_0101, bytes) ?? bitsAllocated
    highBit = dataSet.word(0x0028_0102, bytes) ?? bitsStored - 1
    isSigned = dataSet.word(0x0028_0103, bytes) == 1
    isPlanar = dataSet.word(0x0028_0006, bytes) == 1
    photometric = dataSet.text(0x0028_0004, bytes) ?? "MONOCHROME2"
    frames = dataSet.decimals(0x0028_0008, bytes).first.map { Int(min(max(1, $0), 1e6)) } ?? 1
    guard [8, 16, 32].contains(bitsAllocated) else { throw .unsupported(.dicom, feature: "\(bitsAllocated) bits allocated a sample") }
    guard (1...bitsAllocated).contains(bitsStored), (bitsStored - 1..<bitsAllocated).contains(highBit) else {
      throw .damaged(.dicom, reason: "\(bitsStored) bits stored up to bit \(highBit) of \(bitsAllocated)")
    }
    switch (photometric, samples) {
    case ("MONOCHROME1", 1), ("MONOCHROME2", 1): break
    case ("PALETTE COLOR", 1) where bitsAllocated <= 16: break
    case ("RGB", 3) where bitsAllocated == 8: break
    case ("YBR_FULL", 3) where bitsAllocated == 8, ("YBR_FULL_422", 3) where bitsAllocated == 8: break
    case ("YBR_RCT", 3) where bitsAllocated == 8, ("YBR_ICT", 3) where bitsAllocated == 8: break
    default: throw .unsupported(.dicom, feature: "\(photometric) in \(samples) samples of \(bitsAllocated) bits")
    }
  }
}
