import Basics
import Foundation
import ImageOps

/// Reads what the scripts in `Tools/fixtures` for masks write.
enum MaskFixtures {
  struct Missing: Error { let name: String }

  static func load<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
    guard let url = Bundle.module.url(forResource: "Fixtures/" + name, withExtension: nil) else { throw Missing(name: name) }
    return try JSONDecoder().decode(type, from: Data(contentsOf: url))
  }

  struct Packed: Decodable {
    let width: Int
    let height: Int
    let bits: Data

    var mask: Mask { MaskFixtures.mask(bits, Size(width: width, height: height)) }
  }

  /// Rows of whole bytes, the first pixel in the lowest bit.
  static func mask(_ bits: Data, _ size: Size) -> Mask {
    let bytes = [UInt8](bits)
    let bytesPerRow = (size.width + 7) / 8
    return Mask(size: size) { index in
      let (row, column) = (index / size.width, index % size.width)
      return bytes[row * bytesPerRow + column / 8] >> (column % 8) & 1 == 1
    }
  }

  /// Little-endian numbers.
  static func numbers<Number: BitwiseCopyable>(_ data: Data, of type: Number.Type) -> [Number] {
    data.withUnsafeBytes { bytes in
      (0..<bytes.count / MemoryLayout<Number>.size).map {
        bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Number>.size, as: type)
      }
    }
  }
}

extension Mask {
  /// Seeded speckles around a few large blocks, so that there are long runs, thin parts and holes.
  static func random(_ size: Size, seed: UInt64) -> Mask {
    var generator = SeededGenerator(seed: seed)
    var mask = Mask(size: size)
    for _ in 0..<6 {
      let rows = [Int.random(in: 0..<size.height, using: &generator), Int.random(in: 0..<size.height, using: &generator)].sorted()
      let columns = [Int.random(in: 0..<size.width, using: &generator), Int.random(in: 0..<size.width, using: &generator)].sorted()
      for row in rows[0]...rows[1] { for column in columns[0]...columns[1] { mask[row, column] = true } }
    }
    for _ in 0..<size.count / 40 {
      let (row, column) = (Int.random(in: 0..<size.height, using: &generator), Int.random(in: 0..<size.width, using: &generator))
      mask[row, column].toggle()
    }
    return mask
  }

  /// Whether every pixel of this mask is in the other.
  func isSubset(of other: Mask) throws -> Bool { try subtracting(other).isEmpty }

  /// The mask with a border of background or foreground around it.
  func padded(by margin: Int, with value: Bool) -> Mask {
    let wide = Size(width: size.width + 2 * margin, height: size.height + 2 * margin)
    return Mask(size: wide) { index in
      let (row, column) = (index / wide.width - margin, index % wide.width - margin)
      return size.contains(row: row, column: column) ? self[row, column] : value
    }
  }
}
