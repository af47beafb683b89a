/// Numbers of one type that fill an array, and where in a file they are.
struct ArrayLayout {
  enum Kind: Equatable { case boolean, unsigned, signed, float }

  /// The format of the file, for errors.
  let format: ImageFormat
  let kind: Kind
  /// Bytes per number.
  let itemSize: Int
  let isBigEndian: Bool
  /// Whether the first index varies fastest.
  let isFortranOrder: Bool
  let shape: [Int]
  /// Where the numbers start.
  let offset: Int
  /// How many there are.
  let count: Int

  /// The numbers' bytes are known to be among `byteCount` bytes afterward.
  init(
    _ format: ImageFormat, _ kind: Kind, itemSize: Int, isBigEndian: Bool, isFortranOrder: Bool = false, shape: [Int], offset: Int,
    byteCount: Int
  ) throws(CodecProblem) {
    var count = 1
    for length in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard !overflow else { throw .damaged(format, reason: "the shape \(shape) is too large") }
      count = product
    }
    let (needed, overflow) = count.multipliedReportingOverflow(by: itemSize)
    guard !overflow, offset <= byteCount, needed <= byteCount - offset else {
      let found = max(0, byteCount - offset)
      throw .truncated(format, reason: "\(found) bytes of numbers, but the shape \(shape) needs \(overflow ? "more" : String(needed))")
    }
    (self.format, self.kind, self.itemSize, self.isBigEndian) = (format, kind, itemSize, isBigEndian)
    (self.isFortranOrder, self.shape, self.offset, self.count) = (isFortranOrder, shape, offset, count)
  }

  @inline(__always)
  func read<Bits: FixedWidthInteger, Number>(
    _ type: Bits.Type, _ bytes: UnsafeRawBufferPointer, _ values: UnsafeMutablePointer<Number>, _ value: (Bits) -> Number
  ) {
    for index in 0..<count {
      let bits = bytes.loadUnaligned(fromByteOffset: offset + index * MemoryLayout<Bits>.size, as: Bits.self)
      values[index] = value(isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits))
    }
  }
}
