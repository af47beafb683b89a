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

  /// The midline of both lungs is column 29.5; the heart reaches from column 20 to 44, so 10 px to the right of it and 15 px to the left.
  @Test func `widths with an outlined heart`() throws {
    let size = Size(width: 60, height: 30)
    var lungs = LabelImage(size: size, labels: [UInt32](repeating: 0, count: 1800))
    for row in 5..<25 {
      for column in 6..<26 { lungs[row, column] = 1 }
      for column in 34..<54 { lungs[row, column] = 2 }
    }
    let widths = try lungs.chestWidths(heart: Mask(size: size) { (12...20).contains($0 / 60) && (20...44).contains($0 % 60) })
    #expect(widths.midline == 29.5 && widths.heartRight == 10 && widths.heartLeft == 15)
    #expect(widths.thorax == 48 && widths.ratio == 25.0 / 48 && widths.doubts.isEmpty)
    let aside = try lungs.chestWidths(heart: Mask(size: size) { $0 / 60 == 12 && (32...38).contains($0 % 60) })
    #expect(aside.heart == 7 && aside.doubts == [.oneSided, .implausible])
    for row in 5..<25 { for column in 6..<16 { lungs[row, column] = 0 } }
    let turned = try lungs.chestWidths(heart: Mask(size: size) { $0 / 60 == 12 && (20...40).contains($0 % 60) })
    // The chest reaches from column 16 to 53, with its middle 5 px from the midline.
    #expect(turned.doubts == [.rotated(5.0 / 38)])
    #expect(throws: ImageError.noPixels) { try lungs.chestWidths(heart: Mask(size: size)) }
    #expect(throws: ImageError.self) { try lungs.chestWidths(heart: Mask(size: Size(width: 2, height: 2))) }
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
