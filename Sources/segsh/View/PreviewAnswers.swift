import Basics
import Dispatch
import SegLang
import SegServices
import SegValues
import Synchronization

/// Answers what a change on a page would come to. Nothing is recorded, and the prompt is not disturbed: a line that is being typed stays as it is.
final class PreviewAnswers: Sendable {
  private struct Shown {
    let subject: ViewSubject
    let registry: Registry
    let host: Host
  }
  private let shown = Mutex<Shown?>(nil)
  private let preview = ViewPreview()
  private let worker: DispatchQueue

  /// - Parameter worker: A serial queue.
  init(_ worker: DispatchQueue) { self.worker = worker }

  /// What the pages show from now on.
  func show(_ subject: ViewSubject?, in session: Session) {
    let shown = subject.map { Shown(subject: $0, registry: session.registry, host: session.host) }
    self.shown.withLock { $0 = shown }
  }

  /// - Parameters:
  ///   - body: What a page posted.
  ///   - answer: Called later with a line of JSON: the number of the request and the severity, null where no lungs are known.
  /// - Returns: Whether it asks for a preview.
  func take(_ body: [UInt8], answer: @escaping @Sendable (String) -> Void) -> Bool {
    guard case .preview(let number, let post)? = ViewPost(body) else { return false }
    worker.async { [self] in
      var json: JSON = ["number": .number(Double(number)), "severity": .null]
      guard let shown = shown.withLock({ $0 }), let step = post.step.flatMap({ shown.subject.step($0) }) else { return }
      do {
        let severity = try preview.severity(
          after: post.change, on: step, in: shown.subject, registry: shown.registry, host: shown.host, line: { post.line(on: step, in: $0) }
        )
        if let severity { json["severity"] = SeverityReport(severity: severity).json }
      } catch {
        // What the command would refuse, it refuses when it is asked for.
        json["refused"] = true
      }
      answer(json.text)
    }
    return true
  }
}
