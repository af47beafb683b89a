import ImageOps
import Testing

@testable import SegModel

/// Segmentations that a reader corrects.
@Suite struct CorrectionTests {
  static let size = Size(width: 40, height: 30)

  static func box(_ rows: ClosedRange<Int>, _ columns: ClosedRange<Int>) -> Mask {
    Mask(size: size) { rows.contains($0 / size.width) && columns.contains($0 % size.width) }
  }

  /// Two lungs of 200 px, opacity in 40 px of the right one.
  static func drawn() -> Segmentation {
    let (right, left) = (box(5...24, 5...14), box(5...24, 25...34))
    let labels = (0..<size.count).map { index -> UInt32 in
      let (row, column) = (index / size.width, index % size.width)
      return right[row, column] ? LabelImage.rightLung : left[row, column] ? LabelImage.leftLung : 0
    }
    return Segmentation(
      lungs: LabelImage(size: size, labels: labels, names: LabelImage.lungNames), opacity: box(5...8, 5...14))
  }

  @Test func `opacity stays in the lungs`() throws {
    let before = Self.drawn()
    let (after, effect) = try before.adding(Self.box(20...24, 20...29), to: .opacity)
    #expect(effect == Segmentation.CorrectionEffect(changed: 25, outsideLungs: 25))
    #expect(after.opacity.count == 65 && after.lungs == before.lungs)
    #expect(after.corrections == 1 && after.uncorrected.opacity == before.opacity && after.uncorrected.corrections == 0)
    let (again, nothing) = try after.adding(Self.box(20...24, 25...29), to: .opacity)
    #expect(nothing.changed == 0 && again.opacity == after.opacity && again.corrections == 1, "what changes no pixel is no correction")
    #expect(again.uncorrected.opacity == before.opacity)
  }

  @Test func `structures are drawn, erased and restored, and change neither lungs nor opacity`() throws {
    let before = Self.drawn()
    let (drawn, effect) = try before.adding(Self.box(8...20, 10...29), to: .structure(.heart))
    #expect(effect == Segmentation.CorrectionEffect(changed: 260) && drawn.structures[.heart]?.count == 260)
    #expect(drawn.lungs == before.lungs && drawn.opacity == before.opacity && drawn.corrections == 1)
    #expect(drawn.uncorrected.structures.isEmpty)
    let model = before.with(structures: [.heart: Self.box(8...20, 10...29)])
    #expect(model.corrections == 0)
    let (erased, gone) = try model.removing(Self.box(8...8, 0...39), from: .structure(.heart))
    #expect(gone.changed == 20 && erased.structures[.heart]?.count == 240 && erased.corrections == 1)
    #expect(erased.uncorrected.structures[.heart]?.count == 260)
    let (opaque, _) = try erased.adding(Self.box(10...10, 5...14), to: .opacity)
    #expect(opaque.structures == erased.structures && opaque.uncorrected.structures == model.structures)
    #expect(try erased.removing(Self.box(0...1, 0...1), from: .structure(.heart)).segmentation.corrections == 1, "nothing changed")
  }

  @Test func `lungs do not overlap and take their opacity along`() throws {
    let before = Self.drawn()
    let (wider, effect) = try before.adding(Self.box(5...24, 15...26), to: .rightLung)
    #expect(effect == Segmentation.CorrectionEffect(changed: 240, fromOtherLung: 40))
    #expect(wider.mask(of: .rightLung).count == 440 && wider.mask(of: .leftLung).count == 160)
    #expect(wider.lungs.names == LabelImage.lungNames)
    let (less, gone) = try before.removing(Self.box(0...6, 0...39), from: .rightLung)
    #expect(gone == Segmentation.CorrectionEffect(changed: 20, lostOpacity: 20))
    #expect(less.mask(of: .leftLung) == before.mask(of: .leftLung) && less.opacity == Self.box(7...8, 5...14))
  }

  @Test func `adding and taking away are inverse`() throws {
    let before = Self.drawn()
    let shape = Self.box(12...14, 25...30)
    let there = try before.adding(shape, to: .opacity).segmentation
    let back = try there.removing(shape, from: .opacity).segmentation
    #expect(back.opacity == before.opacity && back.corrections == 2)
    #expect(throws: ImageError.self) { try before.adding(Mask(size: Size(width: 3, height: 3)), to: .opacity) }
  }

  @Test func `without lungs nothing is clipped`() throws {
    let none = LabelImage(size: Self.size, labels: [UInt32](repeating: 0, count: Self.size.count), names: LabelImage.lungNames)
    let (after, effect) = try Segmentation(lungs: none, opacity: Mask(size: Self.size)).adding(Self.box(1...2, 1...2), to: .opacity)
    #expect(after.opacity.count == 4 && effect.outsideLungs == 0)
    #expect(throws: SegmentationError.hasNoProbability) { try after.probability() }
    #expect(try Severity(after).percent == nil)
  }

  @Test func `severity of what was drawn is firm`() throws {
    let severity = try Severity(Self.drawn())
    #expect(severity.percent?.value == 10 && severity.rightPercent?.value == 20 && severity.leftPercent?.value == 0)
    #expect(severity.percent?.interval == 10...10 && severity.extentEstimate == nil)
  }

  @Test func `what was decided is certain`() throws {
    // A model that holds half of everything for opaque with a probability of 0.5.
    let side = 10
    let planes = [Float](repeating: 0.9, count: 200) + [Float](repeating: 0.5, count: 100)
    let source = Segmentation.Source(
      prediction: Segmentation.Prediction(side: side, planes: planes, features: [], ownFeatures: [], scores: nil),
      frame: FilmFrame(of: Size(width: side, height: side)), thresholds: .init(),
      extentEstimator: nil, brixiaEstimator: nil, intervalRules: nil, doubt: nil)
    let size = Size(width: side, height: side)
    let lungs = LabelImage(size: size, labels: [UInt32](repeating: 1, count: 100), names: LabelImage.lungNames)
    let found = Segmentation(lungs: lungs, opacity: Mask(size: size) { $0 < 50 }, source: source)
    let all = try found.adding(Mask(size: size, filled: true), to: .opacity).segmentation
    let firm = try #require(try Severity(all).percent)
    #expect(firm.value == 100 && firm.interval == 50...100, "the half that was drawn is certain, the other as it was")
    let none = try found.removing(Mask(size: size, filled: true), from: .opacity).segmentation
    let clear = try #require(try Severity(none).percent)
    #expect(clear.value == 0 && clear.interval == 0...50, "\(clear)")
  }
}
