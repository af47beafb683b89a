/// What a JPEG, JPEG-LS or JPEG 2000 code stream says of its image.
struct CodeStream {
  enum Color: String, Hashable {
    case rgb = "RGB"
    case yCbCr = "YCbCr"
  }

  let width: Int
  let height: Int
  let components: Int
  /// Bits a sample.
  let precision: Int
  /// Whether samples are signed; only JPEG 2000 says it.
  private(set) var isSigned: Bool?
  /// What three components are, where markers say it: JFIF, Adobe's transform, components named R, G and B.
  private(set) var color: Color?
  /// JPEG by cosine transform, sequential or progressive, with Huffman codes.
  private(set) var isTransformed = false

  /// A JPEG that libjpeg-turbo reads.
  var isBaseline: Bool { isTransformed && precision == 8 }

  /// nil when the bytes start no code stream.
  init?(_ code: [UInt8]) {
    func word(_ offset: Int) -> Int { Int(code[offset]) << 8 | Int(code[offset + 1]) }
    func long(_ offset: Int) -> Int { word(offset) << 16 | word(offset + 2) }
    guard code.count >= 12, code[0] == 0xFF else { return nil }
    if code[1] == 0x4F {
      // JPEG 2000: SIZ follows at once (ISO/IEC 15444-1, A.5.1).
      guard code.count >= 44, word(2) == 0xFF51 else { return nil }
      width = long(8) - long(16)
      height = long(12) - long(20)
      components = word(40)
      precision = Int(code[42] & 0x7F) + 1
      isSigned = code[42] & 0x80 != 0
      guard code.count >= 42 + 3 * components else { return nil }
      for component in 0..<components
      where code[42 + 3 * component] != code[42] || code[43 + 3 * component] != 1 || code[44 + 3 * component] != 1 {
        return nil
      }
      return
    }
    guard code[1] == 0xD8 else { return nil }
    var offset = 2
    var named: Color?
    while offset + 10 <= code.count {
      guard code[offset] == 0xFF else { return nil }
      let marker = code[offset + 1]
      if marker == 0xFF {
        offset += 1
        continue
      }
      let next = offset + 2 + word(offset + 2)
      func holds(_ text: String) -> Bool {
        offset + 4 + text.utf8.count <= min(next, code.count) && code[(offset + 4)...].starts(with: text.utf8)
      }
      if marker == 0xE0, holds("JFIF"), named == nil { named = .yCbCr }
      if marker == 0xEE, holds("Adobe"), offset + 16 <= min(next, code.count) { named = code[offset + 15] == 0 ? .rgb : .yCbCr }
      let isFrame = (0xC0...0xCF).contains(marker) && marker != 0xC4 && marker != 0xC8 && marker != 0xCC
      if isFrame || marker == 0xF7 {
        precision = Int(code[offset + 4])
        height = word(offset + 5)
        width = word(offset + 7)
        components = Int(code[offset + 9])
        isTransformed = (0xC0...0xC2).contains(marker)
        if components == 3, offset + 19 <= code.count {
          let names = [code[offset + 10], code[offset + 13], code[offset + 16]]
          color = named ?? (names == Array("RGB".utf8) ? .rgb : nil)
        }
        return
      }
      offset = next
    }
    return nil
  }

  /// The code stream inside JP2 boxes (ISO/IEC 15444-1, annex I); the bytes themselves where there are none.
  static func withoutBoxes(_ code: [UInt8]) throws(CodecProblem) -> [UInt8] {
    guard code.starts(with: [0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20]) else { return code }
    func long(_ offset: Int) -> Int { (0..<4).reduce(0) { $0 << 8 | Int(code[offset + $1]) } }
    var offset = 0
    while offset + 8 <= code.count {
      var (length, head) = (long(offset), 8)
      if length == 1, offset + 16 <= code.count {
        (length, head) = (long(offset + 8) == 0 ? long(offset + 12) : code.count, 16)
      }
      let end = length == 0 ? code.count : min(code.count, offset + length)
      guard end >= offset + head else { break }
      if code[(offset + 4)...].starts(with: Array("jp2c".utf8)) { return Array(code[(offset + head)..<end]) }
      offset = end
    }
    throw .damaged(.dicom, reason: "JP2 boxes without a codestream")
  }
}
