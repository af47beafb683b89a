import SegModel
import Testing

@Suite struct StructureNameTests {
  @Test(arguments: [("heart", "heart"), ("Pleural effusion", "pleural_effusion"), ("line-2", "line_2")])
  func `a label becomes a name`(_ label: String, _ name: String) throws {
    #expect(try StructureName(label).description == name)
  }

  @Test func `names that mean something else are refused`() {
    for label in ["lungs", "Right lung", "GGO", "opacity"] {
      #expect(throws: StructureNameError.isChannel(label)) { try StructureName(label) }
    }
    for label in ["width", "probability", "structures"] {
      #expect(throws: StructureNameError.isReserved(label)) { try StructureName(label) }
    }
    for label in ["", "2nd", "_x", "a/b", "h\u{e9}art", String(repeating: "a", count: 41)] {
      #expect(throws: StructureNameError.invalid(label)) { try StructureName(label) }
    }
  }

  @Test func `lists have each name once`() throws {
    #expect(try StructureName.list("heart, effusion").map(\.description) == ["heart", "effusion"])
    #expect(throws: StructureNameError.twice(.heart)) { try StructureName.list("heart,Heart") }
    #expect(throws: StructureNameError.invalid("")) { try StructureName.list("heart,") }
    #expect(throws: StructureNameError.tooMany(9)) { try StructureName.list("a,b,c,d,e,f,g,h,i") }
  }
}
