import Basics
import ImageOps
import Testing

struct RegistrationTests {
  static let prior = try? Phantom.make(seed: 3, size: Size(width: 200, height: 180)).image

  /// How far the middle of the image and its corners lie from where they belong, in px.
  private func error(_ found: AffineMap, _ map: AffineMap, _ size: Size) -> Double {
    [(0.2, 0.2), (0.5, 0.5), (0.8, 0.3), (0.3, 0.8)].map { row, column in
      let (y, x) = (row * Double(size.height), column * Double(size.width))
      // The follow-up shows at `map`'s source what the prior shows; back and forth is where it began.
      let there = found.place(row: y, column: x)
      let back = map.place(row: there.row, column: there.column)
      return ((back.row - y) * (back.row - y) + (back.column - x) * (back.column - x)).squareRoot()
    }.max() ?? .infinity
  }

  @Test(arguments: [
    [-3e38, 3e38], [Float.leastNonzeroMagnitude, 0], [-Float.infinity, .infinity], [.nan, 1], [3.4e38, -3.4e38, .nan, .infinity],
  ]) func `extreme values do not trap`(values: [Float]) throws {
    let size = Size(width: 24, height: 20)
    let image = GrayImage(size: size, pixels: (0..<size.count).map { values[$0 % 7 % values.count] })
    let ramp = GrayImage(size: size, pixels: (0..<size.count).map { Float($0 % 24) })
    for (moving, prior) in [(image, image), (image, ramp), (ramp, image)] {
      let found = try moving.registered(to: prior, allowing: .affine)
      #expect(found.information.isFinite)
    }
  }

  @Test(arguments: [(RegistrationModel.translation, 0.0, 1.0), (.rigid, 4, 1), (.rigid, -6, 1), (.affine, 3, 1.06)])
  func `a known move is found`(model: RegistrationModel, degrees: Double, scale: Double) throws {
    let prior = try #require(Self.prior)
    let map = try AffineMap(
      about: prior.size, scale: .init(row: scale, column: scale), degrees: degrees, offset: .init(row: 5.5, column: -8.25))
    // Another exposure: intensities run the other way.
    let moved = try prior.warped(by: map)
    let followUp = moved.with(pixels: moved.pixels.map { 255 - 0.8 * $0 })
    let found = try followUp.registered(to: prior, allowing: model)
    #expect(error(found.map, map, prior.size) < 0.6)
    #expect(found.information > 1.2)
  }

  @Test func `a picture lies on itself`() throws {
    let prior = try #require(Self.prior)
    let found = try prior.registered(to: prior)
    #expect(found.map.origin.row == 0 && found.map.origin.column == 0 && found.degrees == 0)
    // Values between two bins count in both, so even an image does not say all of itself.
    #expect(found.information > 1.5 && found.information <= 2)
  }

  @Test func `threads do not matter and it stops`() throws {
    let prior = try #require(Self.prior)
    let moved = try prior.warped(by: AffineMap(about: prior.size, degrees: 2))
    let results = try withThreadCounts { try moved.registered(to: prior).map }
    #expect(results[0] == results[1] && results[1] == results[2])
    let counter = PollCounter(cancelsAt: 50)
    #expect(throws: CancellationError.self) { try Cancellation.polling(counter.token) { try moved.registered(to: prior) } }
  }

  @Test func `constant and tiny pictures stay`() throws {
    for size in [Size(width: 1, height: 1), Size(width: 9, height: 2)] {
      let image = GrayImage(size: size, filledWith: 7)
      let found = try image.registered(to: image)
      #expect(found.map.origin.row.isFinite && found.information <= 2)
    }
  }
}
