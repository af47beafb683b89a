import Testing

@testable import SegModel

@Suite struct CaseSplitTests {
  private func cases(_ count: Int, corrected: Bool = true, prefix: String = "p") -> [AcceptedCase] {
    (0..<count).map { number in
      AcceptedCase(
        CaseRecord(
          annotated: "\(prefix)\(number).png", imagePath: "/none/\(prefix)\(number)", annotationPath: "/none",
          patient: "\(prefix)\(number / 2)"),
        isCorrected: corrected)
    }
  }

  @Test func `no patient is in both parts, and the order of the cases does not matter`() throws {
    let split = try CaseSplit(cases(40), share: 0.3)
    let (learned, heldOut) = (Set(split.learned.map(\.record.patient)), Set(split.heldOut.map(\.record.patient)))
    #expect(learned.isDisjoint(with: heldOut))
    #expect(heldOut.count == 6 && learned.count == 14)
    #expect(split.learned.count + split.heldOut.count == 40)
    let other = try CaseSplit(cases(40).reversed(), share: 0.3)
    #expect(Set(other.heldOut.map(\.record.id)) == Set(split.heldOut.map(\.record.id)))
  }

  @Test func `three patients are held out at least, and three learned`() throws {
    let least = try CaseSplit(cases(12), share: 0.1)
    #expect(Set(least.heldOut.map(\.record.patient)).count == 3 && Set(least.learned.map(\.record.patient)).count == 3)
    #expect(throws: LearningError.tooFewCorrected(patients: 5, known: 0, unchanged: 0)) { try CaseSplit(cases(10), share: 0.3) }
  }

  @Test func `cases accepted without a change do not count, and are divided on their own`() throws {
    #expect(throws: LearningError.tooFewCorrected(patients: 2, known: 0, unchanged: 10)) {
      try CaseSplit(cases(4) + cases(20, corrected: false, prefix: "u"), share: 0.3)
    }
    let split = try CaseSplit(cases(20) + cases(20, corrected: false, prefix: "u"), share: 0.3)
    #expect(split.heldOut.count(where: \.isCorrected) == 6 && split.heldOut.count { !$0.isCorrected } == 6)
  }

  @Test func `the error names the least number of patients`() {
    let text = LearningError.tooFewCorrected(patients: 2, known: 1, unchanged: 4).description
    #expect(
      text == "learning needs corrected or drawn cases of at least 6 patients, 3 to learn from and 3 to prove the gain; there are 2. "
        + "The model already learned from 1 of them, so these cannot prove a gain. Cases accepted without a change (4) do not count")
  }

  @Test func `a reference set is divided by patient, and at most twice the learned cases are rehearsed`() {
    let records = cases(200).map(\.record)
    let split = ReferenceSplit(records, share: 0.3, excluding: [], learned: 20)
    #expect(split.rehearsed.count == 40 && split.heldOut.count == 60)
    #expect(Set(split.rehearsed.map(\.patient)).isDisjoint(with: split.heldOut.map(\.patient)))
    let none = ReferenceSplit([], share: 0.3, excluding: [], learned: 20)
    #expect(none.rehearsed.isEmpty && none.heldOut.isEmpty)
  }
}
