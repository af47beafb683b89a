/// A text chunk of a PNG file: iTXt on writing; tEXt, zTXt or iTXt on reading.
public struct ImageText: Hashable, Sendable {
  /// The keyword: 1-79 printable ASCII characters without a space at either end, such as `Software`.
  public var key: String
  /// The text, without NUL.
  public var value: String

  /// Creates a note; writing checks key and value.
  public init(key: String, value: String) {
    self.key = key
    self.value = value
  }

  /// Reads all text chunks of a PNG file in file order; empty for the other formats.
  /// - Throws: `CodecError.unreadable`.
  public static func read(from path: String) throws(CodecError) -> [ImageText] {
    try decode(try FileBytes.read(path), name: path)
  }

  /// Reads all text chunks from the bytes of a PNG file; see ``read(from:)``.
  /// - Parameter name: The file's name in errors.
  public static func decode(_ bytes: [UInt8], name: String) throws(CodecError) -> [ImageText] {
    do throws(CodecProblem) {
      return try bytes.decoded { bytes, format throws(CodecProblem) in format == .png ? try PNGCodec.text(from: bytes) : [] }
    } catch { throw .unreadable(name: name, error) }
  }

  /// What PNG asks of a key and a value.
  func check() throws(CodecProblem) {
    let scalars = key.unicodeScalars
    let printable = scalars.allSatisfy { (0x20...0x7E).contains($0.value) }
    guard (1...79).contains(scalars.count), printable, key.first != " ", key.last != " " else {
      throw .cannotHold(.png, what: "a text chunk named `\(key)`; a name has 1 to 79 printable ASCII characters")
    }
    guard !value.utf8.contains(0) else { throw .cannotHold(.png, what: "a text chunk that contains a NUL byte") }
  }
}

extension [UInt8] {
  /// Runs a decoder on these bytes once the format is known by its signature.
  func decoded<Decoded>(
    by decode: (UnsafeRawBufferPointer, ImageFormat) throws(CodecProblem) -> Decoded
  ) throws(CodecProblem) -> Decoded {
    let result: Result<Decoded, CodecProblem> = withUnsafeBytes { bytes in
      do throws(CodecProblem) {
        return .success(try decode(bytes, try ImageFormat.recognized(in: bytes)))
      } catch { return .failure(error) }
    }
    return try result.get()
  }
}
