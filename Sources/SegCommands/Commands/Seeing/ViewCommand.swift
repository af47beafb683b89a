import ImageOps
import SegLang
import SegModel
import SegServices
import SegValues

/// `view`: the page in the browser that follows the prompt.
struct ViewCommand: Command {
  static let category = Category.seeing
  static let summary = "Opens a live view of the session in the browser."
  static let discussion = """
    The page is served on this machine only and follows the prompt: the X-ray with its layers, a before and after comparison, a pixel probe and \
    a ruler, the histogram with its threshold, severity by zone, and the steps. Changes made on the page arrive at the prompt as commands and \
    are recorded. The browser is the one named by :set browser= or BROWSER, otherwise the desktop default; browser=false only prints the \
    address. prior= adds an earlier X-ray or its segmentation for comparison: it is registered to the current one, or aligned by the lungs if \
    registration fails, which the page states. view without prior= removes it.
    """
  static let examples = [
    Example("view", "Opens the page."),
    Example("old = phantom seed=1 | segment; phantom | segment; view prior=old", "Compares an earlier X-ray with the current one."),
    Example("phantom | segment; view browser=false port=8642", "Prints the address, with a fixed port for a tunnel."),
  ]
  static let seeAlso = ["show", "overlay", "threshold", "severity"]
  static let keywords = ["browser", "gui", "window", "page", "mouse", "live"]
  static let traits: CommandTraits = [.showsOnly]

  @Option("Open a browser.") var browser = true
  @Option("Port of the page. Default: any free port.", in: 1024...65535) var port: Double?

  @Option("Earlier X-ray or its segmentation.") var prior: AnyValue?

  func run(_ context: Context) throws {
    guard let desk = context[ViewService.self] else { return context.note("the live view requires the interactive prompt") }
    if let prior, (prior.value as? any PixelValue)?.isPrior != true {
      throw CommandProblem.notAPrior(type(of: prior.value).typeName)
    }
    // The command has no input, so what it was given is the earlier image.
    let step = prior == nil ? nil : context.origins.first
    desk.ask(ViewRequest(opensBrowser: browser, port: port.map { UInt16($0) }, prior: step))
  }
}
