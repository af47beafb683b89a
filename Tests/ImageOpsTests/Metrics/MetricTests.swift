import Foundation
import ImageOps
import Testing

struct MetricTests {
  private struct Case: Decodable {
    struct Distances: Decodable { let hausdorff, hausdorff95, averageSymmetric, boundaryDice: Double }
    let kappa, specificity, volumeSimilarity: Double
    let prediction, truth: MaskFixtures.Packed
    let dice, iou, precision, recall: Double
    let pixels, millimeters: Distances
  }

  private struct Fixtures: Decodable {
    struct Pair: Decodable {
      let width, height: Int
      let truth, noisy: Data
      let mse, psnr, mae: Double
      let ssim: Double?
    }
    let masks: [Case]
    let pictures: [Pair]
  }

  private func isClose(_ one: Double, _ other: Double) -> Bool { abs(one - other) <= 1e-12 * max(1, abs(other)) }

  /// Against NumPy and SciPy by MedPy's definitions; the fixtures come from `Tools/fixtures/metrics.py`.
  @Test func `metrics match the reference`() throws {
    for item in try MaskFixtures.load("metrics.json", as: Fixtures.self).masks {
      let prediction = item.prediction.mask
      var truth = item.truth.mask
      #expect(isClose(try dice(of: prediction, against: truth), item.dice))
      #expect(isClose(try iou(of: prediction, against: truth), item.iou))
      #expect(isClose(try precision(of: prediction, against: truth), item.precision))
      #expect(isClose(try recall(of: prediction, against: truth), item.recall))
      let overlap = try Overlap(of: prediction, against: truth)
      #expect(isClose(overlap.kappa, item.kappa))
      #expect(isClose(overlap.specificity, item.specificity))
      #expect(isClose(overlap.volumeSimilarity, item.volumeSimilarity))
      truth.spacing = .calibrated(row: 0.5, column: 0.2)
      for (inMillimeters, expected) in [(false, item.pixels), (true, item.millimeters)] {
        let distances = try surfaceDistances(of: prediction, against: truth, inMillimeters: inMillimeters)
        #expect(isClose(distances.hausdorff, expected.hausdorff))
        #expect(isClose(distances.hausdorff95, expected.hausdorff95))
        #expect(isClose(distances.averageSymmetric, expected.averageSymmetric))
        #expect(isClose(distances.boundaryDice, expected.boundaryDice))
        #expect(distances.inMillimeters == inMillimeters)
      }
    }
  }

  /// Against scikit-image.
  @Test func `similarity matches the reference`() throws {
    for item in try MaskFixtures.load("metrics.json", as: Fixtures.self).pictures {
      let picture = { (data: Data) in
        GrayImage(size: Size(width: item.width, height: item.height), pixels: MaskFixtures.numbers(data, of: UInt8.self).map { Float($0) })
      }
      let result = try similarity(of: picture(item.noisy), to: picture(item.truth))
      #expect(isClose(result.meanSquaredError, item.mse) && isClose(result.meanAbsoluteError, item.mae))
      #expect(abs(result.peakSignalToNoise - item.psnr) < 1e-9)
      switch (result.structuralSimilarity, item.ssim) {
      case (let ours?, let theirs?): #expect(abs(ours - theirs) < 1e-9)
      case (let ours, let theirs): #expect(ours == nil && theirs == nil)
      }
      let itself = try similarity(of: picture(item.truth), to: picture(item.truth))
      #expect(itself.peakSignalToNoise == .infinity && itself.meanSquaredError == 0)
    }
    let results = try withThreadCounts {
      try similarity(of: seededPicture(1, Size(width: 300, height: 500)), to: seededPicture(2, Size(width: 300, height: 500)))
    }
    #expect(results[0] == results[1] && results[1] == results[2])
  }

  @Test func `empty masks`() throws {
    let empty = Mask(size: Size(width: 70, height: 3))
    let full = Mask(size: empty.size, filled: true)
    for metric in [dice(of:against:), iou(of:against:), precision(of:against:), recall(of:against:)] {
      #expect(try metric(empty, empty) == 1)
      #expect(try metric(full, full) == 1)
      #expect(try metric(empty, full) == 0)
      #expect(try metric(full, empty) == 0)
    }
    #expect(try surfaceDistances(of: empty, against: empty).hausdorff == 0)
    #expect(try surfaceDistances(of: empty, against: full).averageSymmetric == .infinity)
    #expect(try surfaceDistances(of: full, against: full).hausdorff == 0)
  }

  @Test func `metrics are symmetric and bounded`() throws {
    for seed: UInt64 in 100..<110 {
      let (one, other) = (
        Mask.random(Size(width: 150, height: 90), seed: seed), Mask.random(Size(width: 150, height: 90), seed: seed + 500)
      )
      #expect(try dice(of: one, against: other) == dice(of: other, against: one), "seed \(seed)")
      #expect(try precision(of: one, against: other) == recall(of: other, against: one), "seed \(seed)")
      let (there, back) = (try surfaceDistances(of: one, against: other), try surfaceDistances(of: other, against: one))
      #expect(there == back && there.averageSymmetric <= there.hausdorff && there.hausdorff95 <= there.hausdorff, "seed \(seed)")
    }
  }

  @Test func `overlaps by label equal those of their masks`() throws {
    var prediction = try Mask.random(Size(width: 150, height: 90), seed: 120).labeled()
    let truth = try Mask.random(Size(width: 150, height: 90), seed: 121).labeled()
    prediction.labels[7] = 9999
    let table = try overlaps(of: prediction, against: truth)
    #expect(Set(table.keys) == Set(prediction.labels + truth.labels).subtracting([0]))
    for (label, overlap) in table {
      #expect(try overlap == Overlap(of: prediction.mask(of: label), against: truth.mask(of: label)))
    }
  }

  @Test func `different sizes are refused`() {
    let (one, other) = (Mask(size: Size(width: 3, height: 3)), Mask(size: Size(width: 3, height: 4)))
    #expect(throws: ImageError.sizesDiffer(one.size, other.size)) { try dice(of: one, against: other) }
    #expect(throws: ImageError.sizesDiffer(one.size, other.size)) { try surfaceDistances(of: one, against: other) }
    #expect(throws: ImageError.spacingUnknown) { try surfaceDistances(of: one, against: one, inMillimeters: true) }
  }
}
