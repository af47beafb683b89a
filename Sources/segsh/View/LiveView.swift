import Basics
import Dispatch
import ImageOps
import Platform
import SegCommands
import SegLang
import SegServices
import SegView
import Terminal

/// The page that follows the prompt: starts the server when `view` asks for it, and tells it of each new state.
final class LiveView {
  let desk = PendingRequest<ViewRequest>()
  private var server: ViewServer?
  private var subject: ViewSubject?
  private var looked: Int?
  private var prior: Step?
  private let memory = ViewMemory()
  /// Scenes are put together one after the other, away from the prompt.
  private let worker = DispatchQueue(label: "segsh.view")
  private let previews: PreviewAnswers
  private var redirect: BrowserRedirect?
  /// The open worklist for the page, and the outlines of readers to show.
  var worklist: () -> (state: JSON, readings: [(reader: String, step: Step)]) = { (["open": false], []) }
  private var publishedWorklist = ""

  init() { previews = PreviewAnswers(worker) }

  /// Readable when a page has posted something; nil while there is no page.
  var postsFile: Int32? { server?.postsFile }

  /// Acts on what `view` asked for.
  func respond(_ session: Session, _ settings: DisplaySettings) {
    guard let request = desk.take() else { return }
    do {
      if let port = request.port, let server, server.port != port { stop() }
      let server = try self.server ?? ViewServer(port: request.port ?? 0)
      self.server = server
      let (previews, site) = (previews, Weak(server))
      server.answer { body in previews.take(body) { site.server?.publish("preview", $0) } }
      prior = request.prior
      show(session, settings)
      tell(server, opensBrowser: request.opensBrowser, settings)
    } catch let failure as ViewServer.Failure {
      Console.shared.tell("error: \(Self.words(failure))")
    } catch {
      Console.shared.tell("error: \(error)")
    }
  }

  private func tell(_ server: ViewServer, opensBrowser: Bool, _ settings: DisplaySettings) {
    Console.shared.tell("view: \(server.address)")
    guard opensBrowser else { return }
    if let words = Browser.command(settings.browser) {
      redirect = redirect ?? BrowserRedirect(to: server.address)
      if let redirect, Browser.open("file://\(redirect.path)", with: words) { return }
      Console.shared.tell("  cannot start a browser; open this address in one")
    } else if let host = Browser.remoteHost {
      Console.shared.tell(
        "  from your own computer: run `ssh -L \(server.port):127.0.0.1:\(server.port) \(host)`, then open the address there")
    } else {
      Console.shared.tell("  open this address in a browser on this computer (`:set browser=NAME` selects a browser)")
    }
  }

  private static func words(_ failure: ViewServer.Failure) -> String {
    switch failure {
    case .cannotListen(let port, let code): "cannot serve the page on port \(port): \(String(cString: strerror(code)))"
    case .cannotStart(let code): "cannot serve the page: \(String(cString: strerror(code)))"
    }
  }

  // MARK: What the page shows

  /// A line begins to run.
  func begin() { server?.publish("busy", "true") }

  /// A line has run, or was taken back: the page shows what is newest.
  func follow(_ session: Session, _ settings: DisplaySettings) {
    guard server != nil else { return }
    if session.step(of: "it")?.id != subject?.latestID { looked = nil }
    show(session, settings)
  }

  /// What a post came to.
  func told(_ text: String, isError: Bool) {
    server?.publish("told", (["error": .bool(isError), "text": .string(text)] as JSON).text)
  }

  private func show(_ session: Session, _ settings: DisplaySettings) {
    guard let server else { return }
    let worklist = worklist()
    let state = worklist.state.text
    let isNewState = state != publishedWorklist
    publishedWorklist = state
    subject = ViewSubject(session, lookingAt: looked, hidesPatients: settings.phi == .hide, prior: prior)
    subject?.readings = worklist.readings
    previews.show(subject, in: session)
    let (subject, memory) = (subject, memory)
    worker.async {
      // With its image, so that no click means the case before.
      defer {
        if isNewState { server.publish("worklist", state) }
        server.publish("busy", "false")
      }
      do {
        guard let subject else { return server.publish("scene", "{}", planes: [:]) }
        let scene = try ViewScene(subject, memory: memory)
        server.publish("scene", scene.json, planes: scene.planes.mapValues { ViewSite.Plane($0) })
      } catch {
        server.publish("told", (["error": .bool(true), "text": .string("\(error)")] as JSON).text)
      }
    }
  }

  // MARK: What the page asks for

  /// Hands over what pages posted; looking at another step is answered here.
  func takePosts(_ session: Session, _ settings: DisplaySettings, run: (ViewPost, _ line: String?) -> Void) {
    guard let server else { return }
    for body in server.takePosts() {
      guard let post = ViewPost(body) else {
        told("a page cannot request this", isError: true)
        continue
      }
      switch post {
      case .look(let step):
        looked = step
        show(session, settings)
      case .undo, .redo: run(post, nil)
      case .worklist(let request): run(post, request.line)
      case .grow(let step, let verb, let points, let layer, isPreview: true): grow(step, verb, points, layer)
      // The server hands these over by itself.
      case .preview: continue
      default:
        guard let subject, let step = post.step.flatMap({ subject.step($0) }), let line = post.line(on: step, in: subject) else {
          told("the value that was shown no longer exists", isError: true)
          continue
        }
        looked = nil
        run(post, line)
      }
    }
  }

  /// Shows what a click would leave; nothing where the command would fail, whose error then tells why.
  private func grow(_ step: Int, _ verb: ViewPost.Verb, _ points: [ViewPost.Point], _ layer: ViewPost.Layer?) {
    guard let server, let step = subject?.step(step) else { return }
    worker.async {
      let preview = ClickPreview(step, layer: layer?.oneLine, removes: verb == .exclude)
      let bits = Cancellation.polling(.never) { try? preview?.bits(at: points.map { FinePoint(hundredths: $0.row, $0.column) }) }
      let event: JSON = ["step": .number(Double(step.id)), "found": .bool(bits != nil)]
      server.publishGrowth(event.text, ViewSite.Plane { bits ?? [] })
    }
  }

  func stop() {
    server?.stop()
    server = nil
    publishedWorklist = ""
    redirect = nil
  }
}

/// A server that its own handler does not keep alive.
private struct Weak: Sendable {
  weak let server: ViewServer?
  init(_ server: ViewServer) { self.server = server }
}
