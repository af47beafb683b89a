import SegModel
import Testing

struct LungThirdsTests {
  @Test func `every row lies in one third`() {
    for height in 1...40 {
      let thirds = LungThirds(rows: 7..<7 + height)
      let bands = LungThird.allCases.map { thirds.rows(of: $0) }
      #expect(bands[0].lowerBound == 7 && bands[2].upperBound == 7 + height)
      #expect(bands[0].upperBound == bands[1].lowerBound && bands[1].upperBound == bands[2].lowerBound)
      for row in thirds.rows {
        // A row by its upper edge and by the band that holds it.
        #expect(bands[thirds.third(at: Double(row)).rawValue].contains(row), "row \(row) of \(height)")
      }
    }
  }

  @Test func `zones are thirds of the lungs`() {
    for zone in LungZone.allCases {
      #expect(LungZone(zone.lung, zone.third) == zone && LungZone.allCases[zone.index] == zone)
      #expect(zone.mirrored.third == zone.third && zone.mirrored.lung != zone.lung && zone.mirrored.mirrored == zone)
    }
    #expect(LungZone.allCases.map(\.place) == ["right upper", "right middle", "right lower", "left upper", "left middle", "left lower"])
  }
}
