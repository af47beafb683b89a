import ImageOps
import Testing

struct RegionPropertyTests {
  static let sizes = [(1, 1), (129, 3), (3, 77), (64, 64), (200, 150)].map { Size(width: $0.0, height: $0.1) }

  @Test func `keeping largest keeps the largest`() throws {
    let areas = [3, 7, 5]
    var mask = Mask(size: Size(width: 70, height: 7))
    for (index, area) in areas.enumerated() { for column in 0..<area { mask[2 * index + 1, column + 60] = true } }
    #expect(try mask.keepingLargest().count == 7)
    #expect(try mask.keepingLargest(2).count == 12)
    #expect(try mask.keepingLargest(9) == mask)
    #expect(try mask.keepingLargest(0).isEmpty)
    #expect(try mask.keepingLargest(-1).isEmpty)
  }

  @Test func `of equal components the first is kept`() throws {
    let mask = Mask(size: Size(width: 5, height: 1)) { $0 != 2 }
    #expect(try mask.keepingLargest() == Mask(size: mask.size) { $0 < 2 })
  }

  @Test func `empty masks have nothing`() throws {
    for size in Self.sizes {
      let empty = Mask(size: size)
      #expect(try empty.regions().isEmpty && empty.contours().isEmpty && empty.componentCount() == 0)
      #expect(try empty.fillingHoles() == empty && empty.keepingLargest() == empty && empty.removingSmall(below: 0) == empty)
      #expect(try empty.distanceTransform().pixels.allSatisfy { $0 == 0 })
    }
  }

  @Test func `full masks are far from everything`() throws {
    for size in Self.sizes {
      let full = Mask(size: size, filled: true)
      #expect(try full.distanceTransform().pixels.allSatisfy { $0 == .infinity })
      #expect(try full.contours().count == 1)
      #expect(try full.clearingBorder().isEmpty)
    }
  }

  @Test func `filled masks have outer contours only and polygons fill back to the mask`() throws {
    for (index, size) in Self.sizes.enumerated() {
      let mask = Mask.random(size, seed: UInt64(index + 70))
      for connectivity in Connectivity.allCases {
        let contours = try mask.contours(connectivity: connectivity)
        #expect(contours.filter { !$0.isHole }.count == (try mask.componentCount(connectivity: connectivity)), "seed \(index + 70)")
        #expect(rasterized(contours, size) == mask, "seed \(index + 70)")
      }
      #expect(try mask.fillingHoles().contours(connectivity: .eight).allSatisfy { !$0.isHole }, "seed \(index + 70)")
    }
  }

  /// Even-odd filling of polygons at pixel centers.
  private func rasterized(_ contours: [Contour], _ size: Size) -> Mask {
    var mask = Mask(size: size)
    for contour in contours {
      for (from, to) in zip(contour.vertices, contour.vertices.dropFirst() + contour.vertices.prefix(1)) {
        for row in 0..<size.height where (from.row > Double(row)) != (to.row > Double(row)) {
          let crossing = from.column + (Double(row) - from.row) / (to.row - from.row) * (to.column - from.column)
          for column in 0..<size.width where Double(column) > crossing { mask[row, column].toggle() }
        }
      }
    }
    return mask
  }

  @Test func `outer contours run clockwise`() throws {
    let ring = Mask(size: Size(width: 5, height: 5)) { ![6, 7, 8, 11, 12, 13, 16, 17, 18].contains($0) || $0 == 12 }
    let contours = try ring.contours()
    // The hole's first upper crack lies below it, after the pixel within has been met.
    #expect(contours.map(\.isHole) == [false, false, true])
    // Polygons through 20, 4 and 12 points halfway between pixels; each corner cuts off an eighth.
    #expect(contours.map(\.area) == [24.5, 0.5, 8.5])
    let first = try #require(contours.first)
    #expect(first.vertices.prefix(2) == [.init(row: -0.5, column: 0), .init(row: -0.5, column: 1)])
  }

  @Test func `distances follow the definition`() throws {
    for (index, size) in Self.sizes.enumerated() where size.count < 10_000 {
      let mask = Mask.random(size, seed: UInt64(index + 80))
      let outside = (0..<size.count).filter { !mask[$0 / size.width, $0 % size.width] }
      guard !outside.isEmpty else { continue }
      let expected = (0..<size.count).map { pixel in
        let nearest = outside.map { other in
          let (y, x) = (pixel / size.width - other / size.width, pixel % size.width - other % size.width)
          return y * y + x * x
        }.min()
        return Float(nearest ?? 0).squareRoot()
      }
      #expect(try mask.distanceTransform().pixels == expected, "seed \(index + 80)")
    }
  }

  @Test func `erosion by a disk is a distance threshold`() throws {
    let mask = Mask.random(Size(width: 200, height: 150), seed: 90)
    let distances = try mask.distanceTransform()
    for radius in [1, 2.5, 12] {
      #expect(try mask.eroded(by: .disk(radius: radius)) == Mask(size: mask.size) { Double(distances.pixels[$0]) > radius })
    }
  }

  @Test func `measures survive relabeling`() throws {
    let labels = try Mask.random(Size(width: 200, height: 150), seed: 91).labeled()
    let largest = labels.labels.max() ?? 0
    var permuted = labels
    permuted.labels = labels.labels.map { $0 == 0 ? 0 : 4_000_000_000 - $0 }
    var regions = try permuted.regions()
    regions.reverse()
    for index in regions.indices { regions[index].label = 4_000_000_000 - regions[index].label }
    #expect(regions.count == Int(largest) && largest > 3)
    #expect(try labels.regions() == regions)
  }

  @Test func `millimeters need a spacing`() {
    let mask = Mask(size: Size(width: 3, height: 3))
    #expect(throws: ImageError.spacingUnknown) { try mask.distanceTransform(inMillimeters: true) }
  }

  @Test func `padding and values that are no number are not measured`() throws {
    let size = Size(width: 4, height: 2)
    var image = GrayImage(size: size, pixels: [900, 10, 20, .nan, 900, 30, .infinity, 900])
    image.padding = Mask(size: size) { [0, 4, 7].contains($0) }
    let labels = LabelImage(size: size, labels: [1, 1, 1, 1, 2, 1, 1, 2])
    let regions = try labels.regions(beneath: image)
    let intensity = try #require(regions[0].intensity)
    #expect(regions[0].area == 6 && intensity.mean == 20 && intensity.minimum == 10 && intensity.maximum == 30)
    #expect(regions[1].area == 2 && regions[1].intensity == nil, "padding alone")
  }

  @Test func `the size of the picture beneath must agree`() {
    let mask = Mask(size: Size(width: 3, height: 3))
    #expect(throws: ImageError.sizesDiffer(mask.size, Size(width: 3, height: 4))) {
      try mask.regions(beneath: GrayImage(size: Size(width: 3, height: 4)))
    }
  }
}
