import Basics
import ImageOps
import Testing

@testable import SegServices

@Suite struct OpacityChangeTests {
  private let size = Size(width: 60, height: 40)

  private func box(_ rows: Range<Int>, _ columns: Range<Int>) -> Mask {
    Mask(size: size) { rows.contains($0 / size.width) && columns.contains($0 % size.width) }
  }

  @Test func `new, resolved and persistent opacity share out the field that both X-rays show`() throws {
    let (before, now) = (box(10..<20, 5..<15), box(10..<20, 12..<30))
    let change = try OpacityChange(from: (box(0..<40, 0..<30), before), to: (box(5..<40, 0..<28), now), tolerance: 0)
    #expect(change.field == box(5..<40, 0..<28))
    #expect(change.new == box(10..<20, 15..<28) && change.resolved == box(10..<20, 5..<12) && change.persistent == box(10..<20, 12..<15))
    #expect(change.percent(of: change.new) == 100 * 130.0 / (35 * 28))
  }

  @Test func `an outline that moved by less than the tolerance has not changed`() throws {
    let lungs = box(0..<40, 0..<60)
    let change = try OpacityChange(from: (lungs, box(10..<20, 10..<30)), to: (lungs, box(9..<21, 9..<31)), tolerance: 2)
    #expect(change.new.isEmpty && change.resolved.isEmpty && change.persistent == box(9..<21, 9..<31))
    let grown = try OpacityChange(from: (lungs, box(10..<20, 10..<30)), to: (lungs, box(10..<20, 10..<40)), tolerance: 2)
    #expect(grown.new == box(10..<20, 32..<40) && grown.resolved.isEmpty)
  }

  @Test func `is empty without opacity or without a shared field`() throws {
    let (lungs, none) = (box(0..<40, 0..<20), Mask(size: size))
    let clear = try OpacityChange(from: (lungs, none), to: (lungs, none), tolerance: 3)
    #expect(clear.new.isEmpty && clear.resolved.isEmpty && clear.persistent.isEmpty && clear.percent(of: clear.new) == 0)
    let apart = try OpacityChange(from: (lungs, lungs), to: (box(0..<40, 40..<60), box(0..<40, 40..<60)), tolerance: 3)
    #expect(apart.field.isEmpty && apart.percent(of: apart.new) == 0)
  }
}
