import ImageOps
import SegLang
import SegModel

/// `view`: the page in the browser that follows the prompt.
struct ViewCommand: Command {
  static let category = Category.seeing
  static let summary = "Opens a page in the browser that shows each new result."
  static let discussion = """
    The page lies on this machine alone and follows the prompt: the X-ray with its layers, before and after, a probe and a ruler, the histogram with its \
    threshold, severity by zone, and the steps. What is changed there comes to the prompt as a command and is recorded. The browser is the one that \
    :set browser= or BROWSER names, or else the desktop's; browser=false only prints the address. prior= takes an earlier X-ray, or what was found on it: it is \
    registered onto the later one, or laid lungs on lungs where that fails, which the page says, for the comparison of before and after, with its opacity \
    as a layer; view alone takes it away.
    """
  static let examples = [
    Example("view", "Opens the page."),
    Example("old = phantom seed=1 | segment; phantom | segment; view prior=old", "Holds an earlier X-ray against the later."),
    Example("phantom | segment; view browser=false port=8642", "Prints the address, with a port that a tunnel can name."),
  ]
  static let seeAlso = ["show", "overlay", "threshold", "severity"]
  static let keywords = ["browser", "gui", "window", "page", "mouse", "live"]
  static let isRecorded = false

  @Option("Whether a browser is opened.") var browser = true
  @Option("Port of the page; any that is free where none is given.", in: 1024...65535) var port: Double?

  @Option("Earlier X-ray, or what was found on it.") var prior: AnyValue?

  func run(_ context: Context) throws {
    guard let desk = context[ViewService.self] else { return context.note("the page follows a prompt, and there is none here") }
    if let prior, !(prior.value is GrayImage || prior.value is Phantom || prior.value is Mask || prior.value is Segmentation) {
      throw CommandProblem.notAPrior(type(of: prior.value).typeName)
    }
    // The command has no input, so what it was given is the earlier picture.
    let step = prior == nil ? nil : context.origins.first
    desk.ask(ViewDesk.Request(opensBrowser: browser, port: port.map { UInt16($0) }, prior: step))
  }
}
