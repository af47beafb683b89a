/// DICOM images (PS3.3, C.7.6.3): one frame, through its modality transform, bright where dense.
enum DICOMCodec {
  /// - Parameters:
  ///   - forLabels: refuses color and palettes, whose gray is no label.
  ///   - frame: the number of the frame, from 1; nil for the first, with a remark if there are more.
  static func grayImage(from file: UnsafeRawBufferPointer, forLabels: Bool = false, frame: Int? = nil) throws(CodecProblem) -> GrayImage {
    try DICOMInflation.inflating(file) { bytes throws(CodecProblem) in try image(bytes, forLabels: forLabels, frame: frame) }
  }

  /// What the header says about the examination; nil where it cannot be read.
  static func examination(of file: UnsafeRawBufferPointer) -> Examination? {
    try? DICOMInflation.inflating(file) { bytes throws(CodecProblem) in Examination(try DICOMDataSet(bytes).root) }
  }

  private static func image(_ bytes: UnsafeRawBufferPointer, forLabels: Bool, frame: Int?) throws(CodecProblem) -> GrayImage {
    let index = (frame ?? 1) - 1
    let dataSet = try DICOMDataSet(bytes, frame: index)
    var remarks = dataSet.remarks
    let format = try DICOMPixelFormat(dataSet, &remarks)
    guard format.isMonochrome || !forLabels else { throw .unsupported(.dicom, feature: "labels in color") }
    guard (0..<format.frames).contains(index) else { throw .noFrame(index + 1, count: format.frames) }
    if format.frames > 1, frame == nil { remarks.append(.firstOf(format.frames, "frame")) }
    // The numbers, once more where padding is set apart, and a frame that has to be decoded first.
    let isDecoded = if case .encapsulated? = dataSet.pixelData { true } else { false }
    try CodecProblem.admit(8 * format.size.count + (isDecoded ? 2 * format.byteCount : 0), of: format.size)
    let stored = try DICOMPixels.frame(index, dataSet, format, &remarks)
    var intensities = DICOMIntensities(stored, format)
    try intensities.applyModality(dataSet, format, &remarks)
    var voi = DICOMPresentation.voi(dataSet, format, intensities.range, &remarks)

    let isInverted = format.photometric == "MONOCHROME1"
    if isInverted {
      let sum = intensities.range.lowerBound + intensities.range.upperBound
      for index in intensities.values.indices { intensities.values[index] = sum - intensities.values[index] }
      voi = voi.map { $0.inverted(about: sum) }
    }
    if let padding = stored.padding { intensities.darken(padding) }
    DICOMPresentation.remarkOnUnused(dataSet, format, &remarks)
    var image = GrayImage(
      size: format.size, pixels: intensities.values, range: intensities.range, bitDepth: intensities.bitDepth,
      spacing: DICOMSpacing.spacing(dataSet, &remarks), polarity: isInverted ? .invertedFromMonochrome1 : .asStored)
    (image.voi, image.padding, image.remarks) = (voi, stored.padding, remarks)
    return image
  }
}

/// The numbers of an image on their way through the modality transform.
private struct DICOMIntensities {
  var values: [Float]
  var range: ClosedRange<Float>
  var bitDepth: Int

  init(_ stored: DICOMPixels, _ format: DICOMPixelFormat) {
    values = stored.values
    if let depth = stored.paletteDepth {
      (range, bitDepth) = (0...Float(1 << depth - 1), depth)
    } else if format.isFloat {
      (range, bitDepth) = (stored.values.finiteExtremes, 32)
    } else {
      (range, bitDepth) = (format.storedRange, format.bitsStored)
    }
  }

  /// The modality table or slope and intercept (PS3.3, C.11.1).
  mutating func applyModality(
    _ dataSet: DICOMDataSet, _ format: DICOMPixelFormat, _ remarks: inout [ReadingRemark]
  ) throws(CodecProblem) {
    let group = dataSet.attributes(in: DICOMDataSet.pixelValueTransformation)
    let slope = try group.decimal(0x0028_1053, named: "RescaleSlope") ?? 1
    let intercept = try group.decimal(0x0028_1052, named: "RescaleIntercept") ?? 0
    let isRescaled = slope != 1 || intercept != 0
    guard format.isMonochrome else {
      if isRescaled { remarks.append(.notUsed("RescaleSlope and RescaleIntercept", "the image is not MONOCHROME")) }
      return
    }
    if let item = dataSet.root.items(DICOMDataSet.modalityTables).first, !format.isFloat {
      let table = try DICOMLookupTable(
        item, descriptor: 0x0028_3002, data: 0x0028_3006, isSigned: format.isSigned, "a modality lookup table")
      for index in values.indices { values[index] = Float(table[values[index]]) }
      let entries = table.entries.map { Float($0) }
      (range, bitDepth) = (entries.finiteExtremes, table.bits)
      if isRescaled { remarks.append(.notUsed("RescaleSlope and RescaleIntercept", "the file also has a modality lookup table")) }
      return
    }
    guard isRescaled else { return }
    guard slope != 0 else {
      remarks.append(.notUsed("RescaleSlope", "it is 0"))
      return
    }
    let ends = [range.lowerBound, range.upperBound].map { Float(Double($0) * slope + intercept) }
    guard ends.allSatisfy(\.isFinite) else { throw .damaged(.dicom, reason: "rescale slope \(slope) and intercept \(intercept)") }
    for index in values.indices { values[index] = Float(Double(values[index]) * slope + intercept) }
    range = min(ends[0], ends[1])...max(ends[0], ends[1])
  }

  /// Padding becomes as dark as the darkest pixel of the image, so that it is background wherever it is looked at.
  mutating func darken(_ padding: Mask) {
    let width = padding.size.width
    func isPadding(_ index: Int) -> Bool { padding[index / width, index % width] }
    var least = Float.infinity
    for index in values.indices where !isPadding(index) && values[index] < least { least = values[index] }
    guard least.isFinite else { return }
    for index in values.indices where isPadding(index) { values[index] = least }
  }
}
