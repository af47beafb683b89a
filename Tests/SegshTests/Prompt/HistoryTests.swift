import Testing

@testable import segsh

@Suite struct HistoryTests {
  @Test func `lines that start with a blank are not kept`() {
    #expect(History.keeps("load x.png"))
    #expect(!History.keeps(" load x.png"))
    #expect(!History.keeps("\tload x.png"))
    #expect(!History.keeps(""))
  }
}
