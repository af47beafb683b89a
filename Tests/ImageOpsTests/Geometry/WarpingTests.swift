import Basics
import Testing

@testable import ImageOps

@Suite struct WarpingTests {
  struct Fixture: Decodable {
    struct Picked: Decodable {
      /// Row and column of a step down, of a step to the right, and of the origin.
      let map: [Double]
      let expected: PackedImage
    }
    let labels: PackedImage
    let picked: [Picked]
  }

  @Test func `labels and masks seen through a map agree with scikit-image`() throws {
    let fixture = try ImageFixture.load("geometry", as: Fixture.self)
    let source = fixture.labels.image
    let labels = LabelImage(size: source.size, labels: source.pixels.map { UInt32($0) }, names: [2: "two"])
    #expect(fixture.picked.count == 6)
    for entry in fixture.picked {
      let map = AffineMap(
        down: .init(row: entry.map[0], column: entry.map[1]), across: .init(row: entry.map[2], column: entry.map[3]),
        origin: .init(row: entry.map[4], column: entry.map[5]))
      let expected = entry.expected.image
      let wanted = expected.pixels.map { UInt32($0) }
      let moved = try labels.pickedThrough(map, to: expected.size)
      #expect(moved.labels == wanted && moved.names == labels.names)
      let mask = try labels.mask(of: 2).pickedThrough(map, to: expected.size, spacing: .calibrated(row: 1, column: 2))
      #expect(mask == Mask(size: expected.size, spacing: .calibrated(row: 1, column: 2)) { wanted[$0] == 2 })
    }
  }
}
