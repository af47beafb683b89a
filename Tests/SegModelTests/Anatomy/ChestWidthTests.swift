import ImageOps
import SegModel
import Testing

struct ChestWidthTests {
  /// Two lungs of 20 rows, 6 columns from the borders, 8 apart above; the heart takes 5 columns off the left one and 2 off the right below.
  @Test func `widths of drawn lungs`() throws {
    var lungs = LabelImage(size: Size(width: 60, height: 30), labels: [UInt32](repeating: 0, count: 1800))
    for row in 5..<25 {
      let isLow = row >= 15
      for column in 6..<(isLow ? 24 : 26) { lungs[row, column] = 1 }
      for column in (isLow ? 39 : 34)..<54 { lungs[row, column] = 2 }
    }
    let widths = try lungs.chestWidths()
    #expect(widths.thorax == 48)
    #expect(widths.heart == 15)
    #expect(widths.ratio == 15.0 / 48)
    // Below the domes only the angles at the sides are left, whose inner borders are the diaphragm's.
    for row in 25..<29 {
      for column in 6..<8 { lungs[row, column] = 1 }
      for column in 52..<54 { lungs[row, column] = 2 }
    }
    #expect(try lungs.chestWidths() == widths)
  }

  @Test func `wants both lungs`() {
    var lungs = LabelImage(size: Size(width: 9, height: 3), labels: [UInt32](repeating: 0, count: 27))
    #expect(throws: ImageError.noPixels) { try lungs.chestWidths() }
    lungs[1, 2] = 1
    #expect(throws: ImageError.noPixels) { try lungs.chestWidths() }
    lungs[1, 1] = 2
    #expect(throws: ImageError.noPixels) { try lungs.chestWidths() }
  }
}
