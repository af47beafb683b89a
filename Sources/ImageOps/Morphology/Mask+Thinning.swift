import Basics

/// A thinning algorithm.
public enum ThinningMethod: String, CaseIterable, Hashable, Sendable {
  /// Guo and Hall 1989, algorithm A1: scikit-image `morphology.thin`.
  case guoHall
  /// Zhang and Suen 1984, as published.
  case zhangSuen
}

extension Mask {
  /// Thins the mask: removes border pixels, one layer per step, without breaking a region or closing a hole, down to a skeleton one pixel wide.
  ///
  /// `steps` nil goes on until nothing changes. Beyond the image is outside. 64 pixels at a time; O(words · steps).
  /// - Throws: `CancellationError`.
  /// - Source: Guo and Hall, Parallel Thinning with Two-Subiteration Algorithms, CACM 32, 1989; Zhang and Suen, CACM 27, 1984.
  public func thinned(by method: ThinningMethod = .guoHall, steps: Int? = nil) throws -> Mask {
    var result = self
    var step = 0
    while step < steps ?? .max {
      let before = result.words
      for pass in [ThinningPass.first, .second] { result.words = try result.thinnedWords(by: method, pass) }
      if result.words == before { break }
      step += 1
    }
    return result
  }

  private func thinnedWords(by method: ThinningMethod, _ pass: ThinningPass) throws -> [UInt64] {
    let (count, height) = (wordsPerRow, size.height)
    return try words.withUnsafeBufferPointer { words in
      nonisolated(unsafe) let words = words
      return try Parallel.filled(rows: height, of: count) { rows, output in
        for row in rows {
          for index in 0..<count {
            let place = row * count + index
            let target = (row - rows.lowerBound) * count + index
            let word = words[place]
            guard word != 0 else {
              output[target] = 0
              continue
            }
            func line(_ row: Int) -> (west: UInt64, here: UInt64, east: UInt64) {
              guard row >= 0, row < height else { return (0, 0, 0) }
              let place = row * count + index
              let here = words[place]
              return (
                here << 1 | (index > 0 ? words[place - 1] >> 63 : 0), here, here >> 1 | (index < count - 1 ? words[place + 1] << 63 : 0)
              )
            }
            // Inside a region nothing goes; most words of a large one lie there.
            if word == ~0, row > 0, row < height - 1, words[place - count] == ~0, words[place + count] == ~0, index > 0, index < count - 1,
              words[place - 1] >> 63 == 1, words[place + 1] & 1 == 1
            {
              output[target] = word
              continue
            }
            let neighbors = Neighbors(above: line(row - 1), here: line(row), below: line(row + 1))
            output[target] = word & ~(method == .guoHall ? neighbors.guoHall(pass) : neighbors.zhangSuen(pass))
          }
        }
      }
    }
  }
}

private enum ThinningPass { case first, second }

/// The eight neighbors of 64 pixels at once.
private struct Neighbors {
  let north, northEast, east, southEast, south, southWest, west, northWest: UInt64

  init(
    above: (west: UInt64, here: UInt64, east: UInt64), here: (west: UInt64, here: UInt64, east: UInt64),
    below: (west: UInt64, here: UInt64, east: UInt64)
  ) {
    (northWest, north, northEast) = above
    (west, east) = (here.west, here.east)
    (southWest, south, southEast) = below
  }

  /// Where the center may go by Guo and Hall's conditions.
  func guoHall(_ pass: ThinningPass) -> UInt64 {
    let crossings = Sum4(~east & (northEast | north), ~north & (northWest | west), ~west & (southWest | south), ~south & (southEast | east))
    let one = Sum4(east | northEast, north | northWest, west | southWest, south | southEast)
    let other = Sum4(northEast | north, northWest | west, southWest | south, southEast | east)
    let width = one.atLeastTwo & other.atLeastTwo & ~(one.isFour & other.isFour)
    let keeps =
      switch pass {
      case .first: (northEast | north | ~southEast) & east
      case .second: (southWest | south | ~northWest) & west
      }
    return crossings.isOne & width & ~keeps
  }

  /// Where the center may go by Zhang and Suen's conditions.
  func zhangSuen(_ pass: ThinningPass) -> UInt64 {
    let first = Sum4(~north & northEast, ~northEast & east, ~east & southEast, ~southEast & south)
    let second = Sum4(~south & southWest, ~southWest & west, ~west & northWest, ~northWest & north)
    let crossesOnce = (first.isOne & second.isNone) | (first.isNone & second.isOne)
    let (edges, corners) = (Sum4(north, east, south, west), Sum4(northEast, southEast, southWest, northWest))
    let atLeastTwo = edges.atLeastTwo | corners.atLeastTwo | (edges.isOne & corners.isOne)
    let aboveSix = (edges.isFour & corners.atLeastThree) | (corners.isFour & edges.atLeastThree)
    let keeps =
      switch pass {
      case .first: east & south & (north | west)
      case .second: north & west & (east | south)
      }
    return crossesOnce & atLeastTwo & ~aboveSix & ~keeps
  }
}

/// How many of four bits are set, for 64 places at once.
private struct Sum4 {
  private let ones, twos, fours: UInt64

  init(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) {
    let (ab, cd) = (a ^ b, c ^ d)
    let (abCarry, cdCarry) = (a & b, c & d)
    let carry = ab & cd
    ones = ab ^ cd
    twos = abCarry ^ cdCarry ^ carry
    fours = abCarry & cdCarry
  }

  var isNone: UInt64 { ~(ones | twos | fours) }
  var isOne: UInt64 { ones & ~twos & ~fours }
  var isFour: UInt64 { fours }
  var atLeastTwo: UInt64 { twos | fours }
  var atLeastThree: UInt64 { (twos & ones) | fours }
}
