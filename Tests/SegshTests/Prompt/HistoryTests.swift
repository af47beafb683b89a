import Testing

@testable import segsh

@Suite struct HistoryTests {
  @Test(arguments: [
    ("load chest.png | segment", "load chest.png | segment"),
    ("load ward/Doe_Jane.dcm | segment", "load DICOM | segment"),
    ("img = load \"Jane Doe.DCM\" ; show", "img = load DICOM ; show"),
    ("load studies/IM0001", "load DICOM"),
    ("load study/1.2.840.113619", "load DICOM"),
    ("overlay mask | save out.png", "overlay mask | save out.png"),
    ("threshold 0.5 | severity", "threshold 0.5 | severity"),
  ])
  func `names of DICOM files are left out`(entry: String, kept: String) {
    #expect(History.withoutPatients(entry) == kept)
  }

  @Test func `lines that start with a blank are not kept`() {
    #expect(History.keeps("load x.png"))
    #expect(!History.keeps(" load x.png"))
    #expect(!History.keeps("\tload x.png"))
    #expect(!History.keeps(""))
  }
}
