/// A lookup table of a DICOM file: modality, VOI (PS3.3, C.11.1 and C.11.2) or one channel of a palette (C.7.6.3.1.5).
struct DICOMLookupTable {
  /// The number that the first entry stands for; numbers below it take this entry, those beyond the last one the last.
  let first: Int
  let entries: [UInt16]
  /// Significant bits of an entry: as the file says, or as many as the entries have.
  let bits: Int
  /// Whether entries lie packed, two in a word.
  let isPacked: Bool

  /// - Parameters:
  ///   - what: what errors call the table.
  ///   - isSigned: whether the first number is signed.
  init(
    _ attributes: DICOMAttributes, descriptor: DICOMDataSet.Tag, data: DICOMDataSet.Tag, isSigned: Bool, _ what: String
  ) throws(CodecProblem) {
    let numbers = attributes.words(descriptor)
    guard numbers.count >= 3 else { throw .damaged(.dicom, reason: "\(what) without a descriptor") }
    let count = numbers[0] == 0 ? 65_536 : Int(numbers[0])
    first = isSigned ? Int(Int16(bitPattern: numbers[1])) : Int(numbers[1])
    let named = Int(numbers[2])
    guard (1...16).contains(named) else { throw .damaged(.dicom, reason: "\(what) of \(named) bits per entry") }
    let words = attributes.words(data)
    if words.count >= count {
      isPacked = false
      entries = Array(words.prefix(count))
    } else if named <= 8, words.count >= (count + 1) / 2 {
      // The first of two entries is the low byte of a word, in either byte order (PS3.3, C.11.1.1.1).
      isPacked = true
      entries = (0..<count).map { words[$0 / 2] >> ($0 % 2 == 0 ? 0 : 8) & 0xFF }
    } else {
      throw .damaged(.dicom, reason: "\(what) of fewer than \(count) entries")
    }
    bits = max(named, UInt16.bitWidth - (entries.max() ?? 0).leadingZeroBitCount)
  }

  /// The entry of a number.
  @inline(__always)
  subscript(number: Float) -> UInt16 {
    // In this order of comparison NaN takes the first entry.
    let place = Double(number) - Double(first)
    return entries[place > 0 ? Int(min(place, Double(entries.count - 1))) : 0]
  }

  /// The largest number of its bits.
  var top: Float { Float(1 << bits - 1) }
}

/// A palette as gray.
struct DICOMPalette {
  /// The gray of each entry, from the number `first` on.
  let gray: [Float]
  let first: Int
  /// 8 or 16.
  let bitDepth: Int
  let isColored: Bool

  /// Palettes of 16 bits whose entries are 8-bit levels times 256 or 257 give these levels; any other keeps 16 bits.
  init(_ attributes: DICOMAttributes, isSigned: Bool) throws(CodecProblem) {
    if attributes.has(0x0028_1221) { throw .unsupported(.dicom, feature: "a segmented palette") }
    guard attributes.has(0x0028_1101) else { throw .damaged(.dicom, reason: "no palette") }
    var channels: [DICOMLookupTable] = []
    for channel: DICOMDataSet.Tag in 1...3 {
      channels.append(
        try DICOMLookupTable(
          attributes, descriptor: 0x0028_1100 | channel, data: 0x0028_1200 | channel, isSigned: isSigned, "a palette"))
    }
    let (red, green, blue) = (channels[0], channels[1], channels[2])
    guard channels.allSatisfy({ $0.entries.count == red.entries.count && $0.first == red.first && ($0.bits > 8) == (red.bits > 8) }) else {
      throw .damaged(.dicom, reason: "a palette whose channels differ in length")
    }
    first = red.first
    isColored = !(red.entries == green.entries && green.entries == blue.entries)
    let all = red.entries + green.entries + blue.entries
    let isShifted = all.allSatisfy { $0 & 0xFF == 0 } || all.allSatisfy { $0 & 0xFF == $0 >> 8 }
    bitDepth = red.bits <= 8 || isShifted ? 8 : 16
    let shift: UInt16 = red.bits > 8 && isShifted ? 8 : 0
    gray = red.entries.indices.map {
      Luma.of(red: red.entries[$0] >> shift, green: green.entries[$0] >> shift, blue: blue.entries[$0] >> shift)
    }
  }

  @inline(__always)
  func gray(of number: Float) -> Float { gray[min(gray.count - 1, max(0, Int(number) - first))] }
}
