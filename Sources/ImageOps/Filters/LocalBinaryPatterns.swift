import Basics
internal import Platform

extension GrayImage {
  /// The number of codes of ``localBinaryPatterns()``.
  public static let patternCount = 10

  /// Computes rotation-invariant uniform local binary patterns from each pixel's eight neighbors at distance 1: code 0...8 is the number of neighbors
  /// at least as bright, if they are contiguous (flat areas, edges, corners, ends); 9 if they are not.
  ///
  /// Diagonal neighbors are bilinear; the outside of the image is 0. Definition: scikit-image `feature.local_binary_pattern` with 8 points, radius 1
  /// and method `uniform`. O(pixels).
  /// - Throws: `CancellationError`.
  /// - Source: Ojala, Pietikäinen and Mäenpää, Multiresolution Gray-Scale and Rotation Invariant Texture Classification, IEEE PAMI 24, 2002.
  public func localBinaryPatterns() throws -> GrayImage {
    let width = size.width
    // Where diagonal neighbors lie between pixels, rounded as there: to five digits, and once more in the sum with the place.
    @Sendable func part(_ place: Double) -> Double { place - place.rounded(.down) }
    let diagonal = 0.70711
    let parts = (0..<width).map { (left: part(Double($0) - diagonal), right: part(Double($0) + diagonal)) }
    return try mapRows(reach: .init(1), beyond: .constant(0), range: 0...9) { row, rows, line in
      let (above, here, below) = (rows.row(row - 1), rows.row(row), rows.row(row + 1))
      let (upPart, downPart) = (part(Double(row) - diagonal), part(Double(row) + diagonal))
      for x in 0..<width {
        /// Between the pixel and the diagonal neighbor; the lesser row and column first, as the reference adds.
        func corner(_ vertical: UnsafePointer<Float>, up: Bool, left: Bool) -> Double {
          let (first, second) = up ? (vertical, here) : (here, vertical)
          let columns = left ? (x - 1, x) : (x, x + 1)
          // Distance from the lesser column and from the lesser row.
          let (across, down) = (left ? parts[x].left : parts[x].right, up ? upPart : downPart)
          let top = (1 - across) * Double(first[columns.0]) + across * Double(first[columns.1])
          let bottom = (1 - across) * Double(second[columns.0]) + across * Double(second[columns.1])
          return (1 - down) * top + down * bottom
        }
        let center = Double(here[x])
        let ring = (
          Double(here[x + 1]) - center >= 0, corner(above, up: true, left: false) - center >= 0, Double(above[x]) - center >= 0,
          corner(above, up: true, left: true) - center >= 0, Double(here[x - 1]) - center >= 0,
          corner(below, up: false, left: true) - center >= 0, Double(below[x]) - center >= 0,
          corner(below, up: false, left: false) - center >= 0
        )
        func bit(_ isSet: Bool, _ place: UInt32) -> UInt32 { isSet ? 1 << place : 0 }
        let low = bit(ring.0, 0) | bit(ring.1, 1) | bit(ring.2, 2) | bit(ring.3, 3)
        let bits = low | bit(ring.4, 4) | bit(ring.5, 5) | bit(ring.6, 6) | bit(ring.7, 7)
        // Changes along the ring, its two ends not compared.
        let changes = ((bits ^ bits >> 1) & 0x7F).nonzeroBitCount
        line[x] = changes <= 2 ? Float(bits.nonzeroBitCount) : 9
      }
    }
  }
}
