/// An array of numbers with any number of dimensions, the content of an NPY file.
public struct NPYArray: Sendable, Equatable {
  /// Length of each dimension, slowest first; empty for a single number.
  public let shape: [Int]
  /// The numbers in C order (the last index varies fastest).
  public let values: [Float]

  /// Creates an array.
  /// - Precondition: The product of `shape` is the number of values.
  public init(shape: [Int], values: [Float]) {
    precondition(shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == values.count, "values fill the shape")
    self.shape = shape
    self.values = values
  }

  /// Reads an NPY file (versions 1 to 3): booleans, integers of 1-8 bytes and floating-point numbers of 2, 4 and 8 bytes, in either byte order and
  /// in C or Fortran order. All become `Float`, rounded to nearest.
  /// - Throws: `CodecError.unreadable`; the size is checked against the file's before memory is allocated.
  public static func read(from path: String) throws(CodecError) -> NPYArray {
    do throws(CodecError) {
      return try decode(try FileBytes.read(path), name: path)
    } catch { throw .unreadable(name: path, error.problem) }
  }

  /// Reads an array from a file's bytes; see ``read(from:)``.
  public static func decode(_ bytes: [UInt8], name: String) throws(CodecError) -> NPYArray {
    do throws(CodecProblem) {
      return try bytes.decoded { bytes, format throws(CodecProblem) in
        guard format == .npy else { throw .unsupported(format, feature: "arrays") }
        return try ArrayLayout(npy: bytes).array(from: bytes)
      }
    } catch { throw .unreadable(name: name, error) }
  }

  /// Encodes the array as an NPY file (version 1.0, little-endian float32, C order), as NumPy writes it.
  public func encoded() -> [UInt8] { NPYCodec.encoded(shape: shape, descriptor: "<f4", values.map(\.bitPattern)) }

  /// Writes an NPY file in one step.
  /// - Throws: `CodecError.unwritable`.
  public func write(to path: String) throws(CodecError) { try FileBytes.write(encoded(), to: path) }
}
