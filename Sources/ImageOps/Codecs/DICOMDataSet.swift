/// What a DICOM file says of one frame of its image. Of the patient, age and dates alone are looked at, for ``Examination``.
struct DICOMDataSet {
  /// Group and element, `0x0028_0010`.
  typealias Tag = UInt32

  let bytes: UnsafeRawBufferPointer
  let transferSyntax: String
  let isBigEndian: Bool
  let pixelData: DICOMTree.PixelData?
  let root: DICOMAttributes
  /// What taking the file apart had to assume.
  let remarks: [ReadingRemark]
  /// The functional groups of the frame, then those that all frames share (PS3.3, C.7.6.16).
  private let functionalGroups: [DICOMAttributes]

  static let modalityTables: Tag = 0x0028_3000
  static let voiTables: Tag = 0x0028_3010
  static let pixelMeasures: Tag = 0x0028_9110
  static let frameVOI: Tag = 0x0028_9132
  static let pixelValueTransformation: Tag = 0x0028_9145
  private static let sharedGroups: Tag = 0x5200_9229
  private static let frameGroups: Tag = 0x5200_9230

  /// - Parameters:
  ///   - bytes: a file, its data set inflated (``DICOMInflation``).
  ///   - frame: the frame whose functional groups hold, from 0; the first where there are fewer groups.
  init(_ bytes: UnsafeRawBufferPointer, frame: Int = 0) throws(CodecProblem) {
    let tree = try DICOMTree(
      bytes,
      sequences: [
        Self.modalityTables, Self.voiTables, Self.pixelMeasures, Self.frameVOI, Self.pixelValueTransformation, Self.sharedGroups,
        Self.frameGroups, Examination.viewCodes, Examination.anatomicRegions,
      ])
    (self.bytes, transferSyntax, isBigEndian) = (bytes, tree.transferSyntax, tree.isBigEndian)
    (pixelData, remarks) = (tree.pixelData, tree.remarks)
    root = DICOMAttributes(item: tree.root, bytes: bytes, isBigEndian: tree.isBigEndian)
    let groups = root.items(Self.frameGroups)
    functionalGroups = [groups.indices.contains(frame) ? groups[frame] : groups.first, root.items(Self.sharedGroups).first].compactMap {
      $0
    }
  }

  /// The attributes that a functional group holds for the frame; those of the data set itself where there is no such group.
  func attributes(in group: Tag) -> DICOMAttributes {
    functionalGroups.lazy.compactMap { $0.items(group).first }.first ?? root
  }
}

/// The values of a data set, or of an item of a sequence.
struct DICOMAttributes {
  let item: [DICOMDataSet.Tag: DICOMTree.Node]
  let bytes: UnsafeRawBufferPointer
  let isBigEndian: Bool

  /// The bytes of an element; nil when it is absent or empty.
  func value(_ tag: DICOMDataSet.Tag) -> Range<Int>? {
    guard case .value(let range)? = item[tag], !range.isEmpty else { return nil }
    return range
  }

  /// Whether an element is there, be it a value or a sequence.
  func has(_ tag: DICOMDataSet.Tag) -> Bool { value(tag) != nil || !items(tag).isEmpty }

  func items(_ tag: DICOMDataSet.Tag) -> [DICOMAttributes] {
    item.items(tag).map { DICOMAttributes(item: $0, bytes: bytes, isBigEndian: isBigEndian) }
  }

  /// The 16-bit numbers of an element.
  func words(_ tag: DICOMDataSet.Tag) -> [UInt16] {
    guard let range = value(tag) else { return [] }
    return stride(from: range.lowerBound, to: range.upperBound - 1, by: 2).map {
      isBigEndian ? bytes.bigEndian(UInt16.self, at: $0) : bytes.littleEndian(UInt16.self, at: $0)
    }
  }

  func word(_ tag: DICOMDataSet.Tag) -> Int? { words(tag).first.map(Int.init) }

  /// A number of 4 or 8 bytes, floating-point (FL or FD).
  func float(_ tag: DICOMDataSet.Tag) -> Double? {
    guard let range = value(tag) else { return nil }
    let start = range.lowerBound
    switch range.count {
    case 4:
      return Double(
        Float(bitPattern: isBigEndian ? bytes.bigEndian(UInt32.self, at: start) : bytes.littleEndian(UInt32.self, at: start)))
    case 8: return Double(bitPattern: isBigEndian ? bytes.bigEndian(UInt64.self, at: start) : bytes.littleEndian(UInt64.self, at: start))
    default: return nil
    }
  }

  /// 64-bit numbers of an element (OV), as offsets.
  func offsets(_ tag: DICOMDataSet.Tag) -> [Int] {
    guard let range = value(tag) else { return [] }
    return stride(from: range.lowerBound, to: range.upperBound - 7, by: 8).map {
      Int(truncatingIfNeeded: isBigEndian ? bytes.bigEndian(UInt64.self, at: $0) : bytes.littleEndian(UInt64.self, at: $0))
    }
  }

  func text(_ tag: DICOMDataSet.Tag) -> String? { value(tag).map { DICOMTree.text(bytes, $0) } }

  /// The parts of a text of several values, without blanks around them.
  func texts(_ tag: DICOMDataSet.Tag) -> [String] {
    (text(tag) ?? "").split(separator: "\\", omittingEmptySubsequences: false).map { String(Self.trimmed($0)) }
  }

  /// The decimal strings of an element (PS3.5, 6.2), nil in place of one that is none, such as `0,5`; empty when the element is absent or empty.
  func decimals(_ tag: DICOMDataSet.Tag) -> [Double?] {
    value(tag) == nil ? [] : texts(tag).map(Self.decimal)
  }

  /// The first decimal string.
  /// - Throws: where it is no number: another number in its place would change every pixel.
  func decimal(_ tag: DICOMDataSet.Tag, named name: String) throws(CodecProblem) -> Double? {
    guard let first = decimals(tag).first else { return nil }
    guard let number = first else {
      throw .damaged(.dicom, reason: "\(name) is \(spelled(tag)), which is not a number with a decimal point (PS3.5, 6.2)")
    }
    return number
  }

  /// A text for messages: only characters of numbers, so that nothing else of the file gets out.
  func spelled(_ tag: DICOMDataSet.Tag) -> String {
    let text = text(tag) ?? ""
    let isNumeric = text.count <= 64 && text.allSatisfy { $0.isASCII && ($0.isNumber || "+-.,;:/\\ eE".contains($0)) }
    return isNumeric ? "`\(text)`" : "a text"
  }

  private static func decimal(_ text: String) -> Double? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0) }), let number = Double(text),
      number.isFinite
    else { return nil }
    return number
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return text
  }
}
