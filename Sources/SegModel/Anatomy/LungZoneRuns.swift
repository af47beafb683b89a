import ImageOps

/// The six zones of lungs as runs of pixels in rows, so that masks in the same lungs are counted word by word.
struct LungZoneRuns: Sendable {
  private struct Run {
    let zone: Int
    let row: Int
    let columns: Range<Int>
  }

  private let runs: [Run]
  private let size: Size

  /// O(pixels).
  init(_ lungs: LabelImage) {
    let (width, height) = (lungs.size.width, lungs.size.height)
    size = lungs.size
    runs = lungs.labels.withUnsafeBufferPointer { labels in
      let thirds = LungZones.thirds(labels, width: width)
      var runs: [Run] = []
      for row in 0..<height {
        var column = 0
        while column < width {
          let label = labels[row * width + column]
          guard label == LabelImage.rightLung || label == LabelImage.leftLung else {
            column += 1
            continue
          }
          let first = column
          while column < width, labels[row * width + column] == label { column += 1 }
          let side = Int(label) - 1
          let zone = LungZone.index(Lung.allCases[side], thirds[side].number(ofRow: row))
          runs.append(Run(zone: zone, row: row, columns: first..<column))
        }
      }
      return runs
    }
  }

  /// The counts of a mask without uncertainty. O(words of the lungs).
  /// - Precondition: the mask has the size of the lungs.
  func zones(opaque mask: Mask) -> LungZones {
    precondition(mask.size == size, "mask and lungs belong to one image")
    var zones = LungZones()
    mask.words.withUnsafeBufferPointer { words in
      for run in runs {
        let (first, last) = (run.columns.lowerBound, run.columns.upperBound - 1)
        let head: UInt64 = ~0 << UInt64(first & 63)
        let tail: UInt64 = ~0 >> UInt64(63 - last & 63)
        let start = run.row * mask.wordsPerRow
        var opaque = 0
        for word in first >> 6...last >> 6 {
          var bits = words[start + word]
          if word == first >> 6 { bits &= head }
          if word == last >> 6 { bits &= tail }
          opaque += bits.nonzeroBitCount
        }
        zones.zones[run.zone].area += run.columns.count
        zones.zones[run.zone].opaque += opaque
      }
    }
    for index in zones.zones.indices {
      zones.zones[index].certain = zones.zones[index].opaque
      zones.zones[index].possible = zones.zones[index].opaque
      zones.zones[index].probability = Double(zones.zones[index].opaque)
    }
    return zones
  }
}
