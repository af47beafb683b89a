import Testing

@testable import ImageOps
@testable import SegCommands
@testable import SegServices

/// How an earlier X-ray is brought onto a later one.
@Suite struct PriorPlacementTests {
  private let size = Size(width: 120, height: 100)

  private func lungs(_ rows: Range<Int>, _ columns: Range<Int>, of size: Size) -> Mask {
    Mask(size: size) { (pixel: Int) -> Bool in rows.contains(pixel / size.width) && columns.contains(pixel % size.width) }
  }

  private func moved(_ row: Double, _ column: Double) throws -> Registration {
    Registration(map: try AffineMap(about: size, offset: .init(row: row, column: column)), information: 1.2)
  }

  @Test func `the registration under which lungs agree best is taken`() throws {
    let (later, earlier) = (lungs(20..<80, 30..<90, of: size), lungs(25..<85, 38..<98, of: size))
    let right = try moved(-5, -8)
    let placement = PriorPlacement(
      registrations: [(.affine, try moved(-2, -3)), (.rigid, right)], later: (size, later), earlier: (size, earlier))
    #expect(placement.way == .registered(.rigid) && placement.map == right.map && placement.agreement == 1)
    #expect(placement.words == "registered (rigid), lungs overlap 100 %")
    // Of equal ones the freest.
    let both = PriorPlacement(registrations: [(.affine, right), (.rigid, right)], later: (size, later), earlier: (size, earlier))
    #expect(both.way == .registered(.affine))
  }

  @Test func `boxes are laid on each other where registration went astray`() throws {
    let half = Size(width: 60, height: 50)
    let placement = PriorPlacement(
      registrations: [(.affine, try moved(40, 50))], later: (size, lungs(20..<80, 30..<90, of: size)),
      earlier: (half, lungs(10..<40, 20..<50, of: half)))
    #expect(placement.way == .lungs && (placement.agreement ?? 0) > 0.99)
    #expect(placement.words == "aligned to the lungs, not registered, lungs overlap 100 %")
    // Edges on edges: a pixel of the later box is half of one of the earlier.
    let corner = placement.map.place(row: 19.5, column: 29.5)
    #expect(abs(corner.row - 9.5) < 1e-9 && abs(corner.column - 19.5) < 1e-9)
  }

  @Test func `without lungs a small move is believed, and no large one`() throws {
    let none = (size: size, lungs: nil as Mask?)
    let small = try moved(3, 4)
    let found = PriorPlacement(
      registrations: [(.affine, try moved(30, 0)), (.rigid, small)], later: none, earlier: (size, lungs(1..<9, 1..<9, of: size)))
    #expect(found.way == .registered(.rigid) && found.agreement == nil && found.words == "registered (rigid)")
    let turned = Registration(map: try AffineMap(about: size, degrees: 20), information: 1.2)
    let lost = PriorPlacement(registrations: [(.affine, turned)], later: none, earlier: none)
    #expect(lost.way == .frame && lost.map == .identity && lost.words == "aligned to the image frame, not registered")
    #expect(PriorPlacement(registrations: [], later: none, earlier: none).way == .frame)
  }

  @Test func `empty lungs are none`() {
    let placement = PriorPlacement(registrations: [], later: (size, Mask(size: size)), earlier: (size, lungs(1..<9, 1..<9, of: size)))
    #expect(placement.way == .frame)
  }
}
