import Testing

@testable import segsh

@Suite struct DisplaySettingsTests {
  @Test func `names of patients are hidden unless someone says otherwise`() {
    var settings = DisplaySettings()
    #expect(settings.phi == .hide)
    let problem = settings.take("phi", "show")
    #expect(problem == nil)
    #expect(settings.phi == .show)
  }

  @Test(arguments: [("phi", "maybe", "hide or show"), ("thumbnail", "hide", "auto or on or off"), ("phy", "hide", "did you mean `phi`?")])
  func `what makes no sense is refused with the reason`(name: String, value: String, reason: String) throws {
    var settings = DisplaySettings()
    let problem = settings.take(name, value)
    #expect(try #require(problem).contains(reason))
    #expect(settings == DisplaySettings())
  }

  @Test func `every setting has help, values and a value`() {
    for name in DisplaySettings.names {
      #expect(!DisplaySettings.help(name).isEmpty)
      #expect(DisplaySettings.values(of: name).contains(DisplaySettings()[name] ?? ""))
    }
  }
}
