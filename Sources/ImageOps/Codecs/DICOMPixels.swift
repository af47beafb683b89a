/// The pixel data of a frame of a DICOM file as gray numbers, before the modality transform.
struct DICOMPixels {
  var values: [Float]
  /// Pixels of padding; nil where there are none.
  var padding: Mask?
  /// That of a palette's entries; nil for direct images.
  var paletteDepth: Int?

  /// - Parameters:
  ///   - index: the frame, from 0.
  ///   - remarks: takes what was decided on the way.
  static func frame(
    _ index: Int, _ dataSet: DICOMDataSet, _ format: DICOMPixelFormat, _ remarks: inout [ReadingRemark]
  ) throws(CodecProblem) -> DICOMPixels {
    let palette = format.isPalette ? try DICOMPalette(dataSet.root, isSigned: format.isSigned) : nil
    let padding = DICOMPadding(dataSet.root, format, &remarks)
    let converter = DICOMGrayConverter(format, palette: palette, padding: padding)
    let gray: DICOMGrayConverter.Gray
    switch dataSet.pixelData {
    case nil: throw .truncated(.dicom, reason: "it has no pixel data")
    case .native(_, let range, let representation):
      gray = try native(UnsafeRawBufferPointer(rebasing: dataSet.bytes[range]), index, representation, dataSet, format, converter)
    case .encapsulated(let offsets, let fragments):
      guard !DICOMHead.native.contains(dataSet.transferSyntax) else {
        throw .damaged(.dicom, reason: "encapsulated pixel data under transfer syntax \(dataSet.transferSyntax)")
      }
      let code = try code(of: index, offsets, fragments, format, dataSet)
      gray = try DICOMCompressed.gray(code, dataSet.transferSyntax, format, converter, &remarks)
    }
    if gray.isColored || palette?.isColored ?? false { remarks.append(.colorToGray) }
    if gray.unusedBits > 0 { remarks.append(.unusedBits(count: gray.unusedBits, bits: format.bitsStored)) }
    if gray.rounded > 0 { remarks.append(.rounded(count: gray.rounded)) }
    var pixels = padding?.taken(from: gray.values, size: format.size, &remarks) ?? DICOMPixels(values: gray.values)
    pixels.paletteDepth = palette?.bitDepth
    return pixels
  }

  private static func native(
    _ all: UnsafeRawBufferPointer, _ index: Int, _ representation: String, _ dataSet: DICOMDataSet, _ format: DICOMPixelFormat,
    _ converter: DICOMGrayConverter
  ) throws(CodecProblem) -> DICOMGrayConverter.Gray {
    guard DICOMHead.native.contains(dataSet.transferSyntax) else {
      throw .damaged(.dicom, reason: "pixel data that is not encapsulated under transfer syntax \(dataSet.transferSyntax)")
    }
    let isSubsampled = format.photometric == "YBR_FULL_422"
    if isSubsampled, format.size.width % 2 == 1 { throw .unsupported(.dicom, feature: "YBR_FULL_422 with an odd number of columns") }
    let needed = isSubsampled ? format.byteCount / 3 * 2 : format.byteCount
    guard index == 0 || format.bytesPerSample > 0 || format.size.count % 8 == 0 else {
      throw .unsupported(.dicom, feature: "a later frame of single bits that does not begin with a byte")
    }
    guard all.count / needed > index else {
      throw .truncated(.dicom, reason: "\(all.count) bytes of pixel data; \(format.size) pixels need \(needed)")
    }
    let stored = UnsafeRawBufferPointer(rebasing: all[(index * needed)...])
    let layout: DICOMGrayConverter.Layout = isSubsampled ? .subsampled : format.isPlanar ? .planar : .interleaved
    let coding = DICOMGrayConverter.Coding(
      bytes: format.bytesPerSample, bits: format.bitsStored, highBit: format.highBit, isSigned: format.isSigned,
      isBigEndian: dataSet.isBigEndian)
    guard dataSet.isBigEndian, format.bytesPerSample <= 1, representation == "OW" else { return try converter.gray(stored, layout, coding) }
    // Words whose first sample is the low byte (PS3.5, annex D), which comes second.
    let swapped = (0..<stored.count & ~1).map { stored[$0 ^ 1] } + (stored.count % 2 == 1 ? [stored[stored.count - 1]] : [])
    return try swapped.pixels { bytes throws(CodecProblem) in try converter.gray(bytes, layout, coding) }
  }

  /// The fragments of a frame in one piece.
  private static func code(
    of index: Int, _ offsets: [Int], _ fragments: [Range<Int>], _ format: DICOMPixelFormat, _ dataSet: DICOMDataSet
  ) throws(CodecProblem) -> [UInt8] {
    guard let start = fragments.first?.lowerBound else { throw .truncated(.dicom, reason: "it has no pixel data") }
    var chosen = fragments[...]
    if format.frames > 1 {
      let extended = dataSet.root.offsets(0x7FE0_0001)
      let table = offsets.count > 1 ? offsets : extended
      if table.count > max(1, index) {
        // Offsets count from the first fragment's item, whose head has 8 bytes.
        let end = table.indices.contains(index + 1) ? table[index + 1] : Int.max
        chosen = fragments.drop { $0.lowerBound - start < (index == 0 ? 0 : table[index]) }.prefix { $0.lowerBound - start < end }
        guard !chosen.isEmpty else { throw .damaged(.dicom, reason: "the offset table names no fragment for frame \(index + 1)") }
      } else if fragments.count == format.frames {
        chosen = fragments[index...index]
      } else {
        throw .unsupported(.dicom, feature: "\(format.frames) frames in \(fragments.count) fragments without an offset table")
      }
    }
    return chosen.reduce(into: []) { $0.append(contentsOf: dataSet.bytes[$1]) }
  }
}

/// Numbers that stand for no image (PS3.3, C.7.5.1.1.2).
struct DICOMPadding {
  let range: ClosedRange<Float>
  /// The value as the file has it, for bits beyond BitsStored.
  let word: UInt16?
  private let name: String

  /// nil where the file names none, or one that has no use.
  init?(_ root: DICOMAttributes, _ format: DICOMPixelFormat, _ remarks: inout [ReadingRemark]) {
    func number(_ tag: DICOMDataSet.Tag) -> Double? {
      if format.isFloat { return root.float(tag) }
      return root.word(tag).map { format.isSigned ? Double(Int16(truncatingIfNeeded: $0)) : Double($0) }
    }
    let (first, last): (DICOMDataSet.Tag, DICOMDataSet.Tag) =
      format.isFloat
      ? (format.bitsAllocated == 32 ? (0x0028_0122, 0x0028_0124) : (0x0028_0123, 0x0028_0125)) : (0x0028_0120, 0x0028_0121)
    guard let value = number(first), value.isFinite else { return nil }
    guard format.isMonochrome else {
      remarks.append(.notUsed("PixelPaddingValue", "the image is not MONOCHROME"))
      return nil
    }
    let limit = number(last).flatMap { $0.isFinite ? $0 : nil }
    range = Float(min(value, limit ?? value))...Float(max(value, limit ?? value))
    word =
      format.isFloat || limit != nil || format.bitsStored == format.bitsAllocated
      ? nil : root.word(first).map { UInt16(truncatingIfNeeded: $0) }
    func text(_ number: Double) -> String { number == number.rounded() && abs(number) < 1e9 ? "\(Int(number))" : "\(number)" }
    name = "PixelPaddingValue \(text(value))" + (limit.map { ", PixelPaddingRangeLimit \(text($0))" } ?? "")
  }

  /// The pixels with padding set apart; they become NaN.
  func taken(from values: [Float], size: Size, _ remarks: inout [ReadingRemark]) -> DICOMPixels {
    var mask = Mask(size: size)
    var pixels = values
    var count = 0
    for row in 0..<size.height {
      for column in 0..<size.width {
        let value = values[row * size.width + column]
        if value.isNaN || range.contains(value) {
          mask[row, column] = true
          pixels[row * size.width + column] = .nan
          count += 1
        }
      }
    }
    if count == 0 { return DICOMPixels(values: values) }
    guard count < size.count else {
      remarks.append(.paddingIsAll(name))
      return DICOMPixels(values: values.map { $0.isNaN ? range.lowerBound : $0 })
    }
    remarks.append(.padding(count: count, name))
    return DICOMPixels(values: pixels, padding: mask)
  }
}

extension [UInt8] {
  /// Runs `body`, which may throw a codec's problem, on these bytes.
  func pixels<Result>(_ body: (UnsafeRawBufferPointer) throws(CodecProblem) -> Result) throws(CodecProblem) -> Result {
    let result: Swift.Result<Result, CodecProblem> = withUnsafeBytes { bytes in
      do throws(CodecProblem) { return .success(try body(bytes)) } catch { return .failure(error) }
    }
    return try result.get()
  }
}
