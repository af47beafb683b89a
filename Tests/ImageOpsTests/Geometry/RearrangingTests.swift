import Testing

@testable import ImageOps

@Suite struct RearrangingTests {
  struct Fixture: Decodable {
    struct Padded: Decodable {
      let mode: String
      let expected: PackedImage
    }
    struct Rotated: Decodable {
      let degrees: Double
      let method: String
      let expanding: Bool
      let expected: PackedImage
    }
    let source: PackedImage
    let padded: [Padded]
    let rotated: [Rotated]
  }

  static let sizes = [
    Size(width: 1, height: 1), Size(width: 1, height: 9), Size(width: 130, height: 1), Size(width: 64, height: 3),
    Size(width: 65, height: 7),
  ]

  @Test func `padding agrees with NumPy`() throws {
    let fixture = try ImageFixture.load("geometry", as: Fixture.self)
    let corner = try fixture.source.image.cropped(row: 0, column: 0, size: Size(width: 5, height: 4))
    let modes: [String: Padding<Float>] = ["edge": .edge, "reflect": .reflect, "symmetric": .symmetric, "constant": .constant(9)]
    for entry in fixture.padded {
      let mode = try #require(modes[entry.mode])
      let result = try corner.padded(top: 3, bottom: 9, left: 2, right: 13, with: mode)
      #expect(largestDifference(result, entry.expected.image) == 0, "\(entry.mode)")
    }
  }

  @Test func `turning agrees with scikit-image`() throws {
    let fixture = try ImageFixture.load("geometry", as: Fixture.self)
    let source = fixture.source.image
    #expect(fixture.rotated.count > 10)
    for entry in fixture.rotated {
      let interpolation = try #require(Interpolation(rawValue: entry.method))
      let result = try source.rotated(degrees: entry.degrees, using: interpolation, fill: 7, expanding: entry.expanding)
      let difference = largestDifference(result, entry.expected.image, scale: 220)
      #expect(difference < 1e-5, "\(entry.method) by \(entry.degrees)°, expanding: \(entry.expanding)")
    }
  }

  @Test(arguments: sizes) func `cropping undoes padding`(_ size: Size) throws {
    let picture = seededPicture(1, size)
    let mask = seededMask(2, size)
    for mode in [Padding<Float>.edge, .reflect, .symmetric, .constant(3)] {
      #expect(try picture.padded(top: 3, bottom: 1, left: 70, right: 2, with: mode).cropped(row: 3, column: 70, size: size) == picture)
    }
    #expect(try mask.padded(top: 3, left: 70, with: .constant(true)).cropped(row: 3, column: 70, size: size) == mask)
  }

  @Test(arguments: sizes) func `turns and flips form a group`(_ size: Size) throws {
    let picture = seededPicture(3, size)
    let mask = seededMask(4, size)
    #expect(try picture.rotated(quarterTurns: 1).rotated(quarterTurns: 3) == picture)
    #expect(try mask.rotated(quarterTurns: 1).rotated(quarterTurns: 1) == mask.rotated(quarterTurns: -2))
    #expect(try picture.flipped(.horizontal).flipped(.horizontal) == picture)
    #expect(try mask.flipped(.horizontal).flipped(.vertical) == mask.rotated(quarterTurns: 2))
    #expect(try picture.transposed().transposed() == picture)
    #expect(try picture.transposed().flipped(.vertical) == picture.rotated(quarterTurns: 1))
    #expect(try picture.transposed().spacing == .calibrated(row: 0.3, column: 0.2))
    #expect(try mask.transposed().words.count == mask.transposed().wordsPerRow * size.width)
  }

  @Test func `quarter turn is counterclockwise`() throws {
    let picture = GrayImage(size: Size(width: 2, height: 1), pixels: [1, 2])
    #expect(try picture.rotated(quarterTurns: 1).pixels == [2, 1])
    #expect(try picture.rotated(quarterTurns: 1).size == Size(width: 1, height: 2))
    #expect(try picture.rotated(quarterTurns: -1).pixels == [1, 2])
  }

  @Test func `any angle agrees with quarter turns`() throws {
    let picture = seededPicture(5, Size(width: 11, height: 8))
    for turns in 0...3 {
      for interpolation in Interpolation.allCases {
        let turned = try picture.rotated(degrees: Double(90 * turns), using: interpolation, expanding: true)
        #expect(try turned.pixels == picture.rotated(quarterTurns: turns).pixels)
      }
      let mask = seededMask(6, Size(width: 70, height: 8))
      #expect(try mask.rotated(degrees: Double(90 * turns), expanding: true).elements == mask.rotated(quarterTurns: turns).elements)
    }
  }

  @Test func `labels keep their names`() throws {
    let labels = LabelImage(size: Size(width: 2, height: 2), labels: [1, 2, 0, 2], names: [1: "right lung"])
    #expect(try labels.flipped(.horizontal).labels == [2, 1, 2, 0])
    #expect(try labels.flipped(.horizontal).names == [1: "right lung"])
    #expect(try Set(labels.rotated(degrees: 30).labels).isSubset(of: [0, 1, 2]))
  }

  @Test func `cropping must stay inside`() {
    let picture = seededPicture(7, Size(width: 5, height: 4))
    for (row, column, size) in [
      (0, 0, Size(width: 6, height: 1)), (-1, 0, Size(width: 1, height: 1)), (4, 0, Size(width: 1, height: 1)),
      (.max, 0, Size(width: 1, height: 1)),
      (0, .min, Size(width: 1, height: 1)), (0, 0, Size(width: 0, height: 1)),
    ] {
      #expect(throws: ImageError.self) { try picture.cropped(row: row, column: column, size: size) }
    }
  }

  @Test func `impossible requests are refused`() {
    let picture = seededPicture(8, Size(width: 5, height: 4))
    #expect(throws: ImageError.self) { try picture.padded(top: -1, with: .edge) }
    #expect(throws: ImageError.self) { try picture.padded(top: .max, with: .edge) }
    #expect(throws: ImageError.self) { try picture.padded(top: 65_535, with: .edge) }
    #expect(throws: ImageError.self) { try picture.rotated(degrees: .nan) }
    #expect(throws: ImageError.self) { try picture.rotated(degrees: .infinity, expanding: true) }
  }

  @Test func `threads do not matter`() throws {
    let picture = seededPicture(9, Size(width: 403, height: 311))
    let results = try withThreadCounts { try picture.rotated(degrees: 17, using: .bicubic, expanding: true) }
    #expect(results[0] == results[1] && results[1] == results[2])
  }
}
