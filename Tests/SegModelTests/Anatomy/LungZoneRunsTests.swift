import ImageOps
import Testing

@testable import SegModel

@Suite struct LungZoneRunsTests {
  /// Labels and a mask of pseudo-random pixels, 3 standing for a label that is no lung.
  private func random(_ size: Size, seed: UInt64) -> (lungs: LabelImage, mask: Mask) {
    var state = seed
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    let labels = (0..<size.count).map { _ in [0, 0, 1, 1, 1, 2, 2, 2, 3][Int(next() % 9)] as UInt32 }
    return (LabelImage(size: size, labels: labels), Mask(size: size) { _ in next() & 1 == 1 })
  }

  @Test(arguments: [(1, 1), (63, 20), (64, 7), (65, 31), (200, 90)]) func `runs count as pixels do`(_ width: Int, _ height: Int) throws {
    let size = Size(width: width, height: height)
    for seed in 1...5 as ClosedRange<UInt64> {
      let (lungs, mask) = random(size, seed: seed)
      // Pixel by pixel, with the thirds by their definition.
      var expected = LungZones()
      for lung in Lung.allCases {
        let rows = (0..<height).filter { row in (0..<width).contains { lungs[row, $0] == lung.label } }
        guard let top = rows.first, let bottom = rows.last else { continue }
        let thirds = LungThirds(rows: top..<bottom + 1)
        for row in rows {
          for column in 0..<width where lungs[row, column] == lung.label {
            let zone = LungZone(lung, thirds.third(at: Double(row))).index
            expected.zones[zone].area += 1
            expected.zones[zone].opaque += mask[row, column] ? 1 : 0
          }
        }
      }
      let found = LungZoneRuns(lungs).zones(opaque: mask)
      #expect(found.zones.map(\.area) == expected.zones.map(\.area))
      #expect(found.zones.map(\.opaque) == expected.zones.map(\.opaque))
    }
  }

  @Test func `without lungs there is nothing`() {
    let size = Size(width: 70, height: 3)
    let empty = LabelImage(size: size, labels: [UInt32](repeating: 0, count: size.count))
    #expect(LungZoneRuns(empty).zones(opaque: Mask(size: size, filled: true)) == LungZones())
    #expect(empty.isEmpty)
  }

  @Test func `the labeled pixels of a mask are those of mask and labels`() throws {
    let (lungs, mask) = random(Size(width: 131, height: 17), seed: 3)
    #expect(try lungs.foreground(within: mask).words == lungs.foreground.intersection(mask).words)
    #expect(throws: ImageError.self) { try lungs.foreground(within: Mask(size: Size(width: 1, height: 1))) }
  }

  @Test func `a mask is picked by nearest neighbor as labels are`() throws {
    let (_, mask) = random(Size(width: 131, height: 67), seed: 9)
    let labels = LabelImage(size: mask.size, labels: mask.elements.map { $0 ? 1 : 0 })
    for target in [Size(width: 50, height: 50), Size(width: 300, height: 20), Size(width: 131, height: 67), Size(width: 1, height: 1)] {
      #expect(try mask.resampled(to: target).words == labels.resampled(to: target).foreground.words)
    }
  }
}
