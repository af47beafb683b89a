import Basics

/// Sorting in two passes over 16 bits each: O(n), and the cancellation is polled on the way.
extension Float {
  /// Bits that stand in the numbers' order; −0 and 0 are one number.
  var orderedBits: UInt32 {
    let bits = (self + 0).bitPattern
    return bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits
  }
}

extension [Float] {
  /// The numbers in ascending order. Two planes.
  func radixSorted() throws -> [Float] {
    try scattered(self, \.orderedBits)
  }

  /// The indices of the numbers in ascending or descending order, those of equal ones in their own. Two planes.
  func radixOrder(descending: Bool = false) throws -> [Int32] {
    func places() throws -> [Int32] {
      try Parallel.filled(rows: count, of: 1, grain: 65_536) { rows, output in
        for index in rows { output[index - rows.lowerBound] = Int32(truncatingIfNeeded: index) }
      }
    }
    let flip: UInt32 = descending ? ~0 : 0
    return try withUnsafeBufferPointer { numbers in
      try scattered(places(), { numbers[Int($0)].orderedBits ^ flip })
    }
  }

  private func scattered<Item: BitwiseCopyable & Sendable>(_ items: consuming [Item], _ key: (Item) -> UInt32) throws -> [Item] {
    let cancellation = Cancellation.current
    guard let first = items.first else { return [] }
    // Each pass writes to memory of its own: what was read is let go, and never copied whole.
    var current = items
    for shift: UInt32 in [0, 16] {
      var starts = [Int](repeating: 0, count: 65_537)
      try current.inParts { part in for item in current[part] { starts[Int(key(item) >> shift & 0xFFFF) + 1] += 1 } }
      for digit in 0..<65_536 { starts[digit + 1] += starts[digit] }
      var sorted = try [Item](filledWith: first, count: current.count)
      try sorted.withUnsafeMutableBufferPointer { sorted in
        // Places far apart are written, each perhaps in a page of its own.
        for start in stride(from: 0, to: current.count, by: 65_536) {
          try cancellation.check()
          for item in current[start..<Swift.min(current.count, start + 65_536)] {
            let digit = Int(key(item) >> shift & 0xFFFF)
            sorted[starts[digit]] = item
            starts[digit] += 1
          }
        }
      }
      current = sorted
    }
    return current
  }
}
