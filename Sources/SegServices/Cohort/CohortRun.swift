import Basics
import Dispatch
import ImageOps
internal import Platform
import SegLang
import SegModel
import SegValues
import Synchronization

/// Runs a script once per case on several threads, so that reading, computing and writing overlap, and notes what came of each in the journal.
///
/// As many cases are in memory as there are threads. The results are written at the end, from the journal and in the order of the cases, so that
/// neither the threads nor a kill in between leave a trace in them.
package final class CohortRun: Sendable {
  package struct Options: Sendable {
    package var resumes = false
    package var retriesFailed = false
    /// More failures than this end the run; nil: none do.
    package var maximumFailures: Int?
    package var formats = CohortResults.Format.standard
    /// Whether the folder gets an RO-Crate description.
    package var describes = false
    package init() {}
  }

  /// How a run ended.
  package enum End: Sendable { case finished, interrupted, tooManyFailures }

  /// How far a run is.
  package struct Progress: Sendable, Equatable {
    /// Cases of the run, those that are done, and those of them that failed.
    package var total = 0
    package var done = 0
    package var failed = 0
    /// Cases of this session.
    package var doneNow = 0
    package var seconds = 0.0

    /// Cases per second of this session; nil before the first.
    package var rate: Double? { doneNow > 0 && seconds > 0 ? Double(doneNow) / seconds : nil }
    package var secondsLeft: Double? { rate.map { Double(total - done) / $0 } }

    package var json: JSON {
      func rounded(_ number: Double?) -> JSON { number.map { .number(($0 * 100).rounded() / 100) } ?? .null }
      return [
        "done": .number(Double(done)), "total": .number(Double(total)), "failed": .number(Double(failed)), "seconds": rounded(seconds),
        "cases_per_second": rounded(rate), "seconds_left": rounded(secondsLeft),
      ]
    }
  }

  package let plan: CohortPlan
  package let script: CohortScript
  package let cases: CohortCases
  package let folder: String
  private let options: Options

  package init(plan: CohortPlan, script: CohortScript, cases: CohortCases, folder: String, options: Options) {
    (self.plan, self.script, self.cases, self.folder, self.options) = (plan, script, cases, folder, options)
  }

  // MARK: Running

  private struct State {
    var running = 0
    var failure: (any Error)?
    var failed = 0
    var doneNow = 0
  }

  /// - Parameters:
  ///   - isCancelled: Asked often, from any thread.
  ///   - write: Gets what scripts print, a case at a time, from any thread.
  ///   - report: Hears about ten times a second how far the run is.
  /// - Returns: How it ended; results are written where it finished.
  /// - Throws: `CohortProblem`, `FileError`.
  package func run(
    isCancelled: @escaping @Sendable () -> Bool, write: @escaping @Sendable (String) -> Void, report: (Progress) -> Void
  ) throws -> (end: End, progress: Progress, summary: CohortResults.Summary?) {
    let journal = try openJournal()
    let numbers = plan.numbers
    let pending = numbers.filter { number in
      let status = journal.status(of: number)
      return !status.isDone || (options.retriesFailed && status.hasFailed)
    }
    let threads = Parallel.threadCount
    let workers = max(1, min(threads, pending.count))
    if !pending.isEmpty { try journal.append(session: Machine.json(script: script.name, threads: threads)) }
    // Each case has a thread of its own, so its operations need no others.
    Parallel.threadCount = max(1, threads / workers)
    defer { Parallel.threadCount = threads }
    let start = ContinuousClock.now
    let next = Atomic<Int>(0)
    let isStopped = Atomic<Bool>(false)
    let failedBefore = journal.failedCount - (options.retriesFailed ? pending.count { journal.status(of: $0).hasFailed } : 0)
    let state = Mutex(State(failed: failedBefore))
    let hasEnded = DispatchSemaphore(value: 0)
    // By a checksum: a million paths would take a hundred MB.
    let written = Mutex<Set<UInt64>>([])
    let isNew: @Sendable (String) -> Bool = { path in
      let hash = Array(path.utf8).withUnsafeBytes { XXHash64.hash($0) }
      return written.withLock { $0.insert(hash).inserted }
    }
    let stops: @Sendable () -> Bool = { isStopped.load(ordering: .relaxed) || isCancelled() }
    let work: @Sendable () -> Void = { [script, cases, options] in
      defer {
        if state.withLock({ state in
          state.running -= 1
          return state.running == 0
        }) {
          hasEnded.signal()
        }
      }
      while !stops() {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < pending.count, let (entry, printed) = script.run(pending[index], of: cases, isNew: isNew, isCancelled: stops) else {
          return
        }
        do {
          for model in ModelCache.digests { try journal.append(CohortJournal.Model(name: model.name, sha256: model.sha256)) }
          try journal.append(entry)
        } catch {
          state.withLock { $0.failure = $0.failure ?? error }
          isStopped.store(true, ordering: .relaxed)
          return
        }
        if !printed.isEmpty { write(printed) }
        state.withLock { state in
          state.doneNow += 1
          if entry.hasFailed { state.failed += 1 }
          if let most = options.maximumFailures, state.failed > most { isStopped.store(true, ordering: .relaxed) }
        }
      }
    }
    func progress() -> Progress {
      let (failed, doneNow) = state.withLock { ($0.failed, $0.doneNow) }
      let elapsed = (ContinuousClock.now - start).components
      return Progress(
        total: numbers.count, done: numbers.count - pending.count + doneNow, failed: failed, doneNow: doneNow,
        seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
    }
    if !pending.isEmpty {
      state.withLock { $0.running = workers }
      let started = (0..<workers).count { _ in BackgroundThread.start(work) }
      // Where the system gives fewer threads, this one works too.
      if started < workers {
        state.withLock { $0.running -= workers - started - 1 }
        work()
      }
      var lastFlush = ContinuousClock.now
      while hasEnded.wait(timeout: .now() + .milliseconds(100)) == .timedOut {
        report(progress())
        guard ContinuousClock.now - lastFlush > .seconds(1) else { continue }
        try? journal.flush()
        lastFlush = .now
      }
    }
    try journal.flush()
    let last = progress()
    report(last)
    if let failure = state.withLock({ $0.failure }) { throw failure }
    let results = CohortResults(journal: journal, plan: plan, folder: folder)
    if isStopped.load(ordering: .relaxed) {
      try results.writeFailures()
      return (.tooManyFailures, last, nil)
    }
    guard numbers.allSatisfy({ journal.status(of: $0).isDone }), !isCancelled() else { return (.interrupted, last, nil) }
    return (.finished, last, try results.write(options.formats, describes: options.describes))
  }

  // MARK: The journal

  /// - Throws: `CohortProblem` where the folder has a run that is not to be continued, or another one.
  private func openJournal() throws -> CohortJournal {
    guard let journal = try CohortJournal.open(in: folder) else {
      for format in CohortResults.Format.allCases where FilePaths.exists("\(folder)/\(format.fileName)") {
        throw CohortProblem.foreignResults("\(folder)/\(format.fileName)")
      }
      return try CohortJournal.start(plan, in: folder)
    }
    let numbers = journal.plan.numbers
    guard options.resumes || options.retriesFailed else {
      throw CohortProblem.alreadyRun(folder, done: journal.doneCount, of: numbers.count)
    }
    var changes = plan.changes(since: journal.plan)
    for model in journal.models {
      guard let digest = ModelCache.currentDigest(of: model.name) else {
        changes.append("the model \(model.name) is no longer there")
        continue
      }
      if digest != model.sha256 {
        changes.append("the model \(model.name) has changed (SHA-256 \(model.sha256.prefix(12))… before, \(digest.prefix(12))… now)")
      }
    }
    guard changes.isEmpty else { throw CohortProblem.changed(folder, changes) }
    try refuseChangedFiles(journal)
    return journal
  }

  /// Looks at the files of the cases that are done: size and time, and where these differ, the content.
  private func refuseChangedFiles(_ journal: CohortJournal) throws {
    var changed: [String] = []
    for number in plan.numbers where journal.status(of: number).isDone {
      guard let entry = try journal.entry(number), !entry.hasFailed else { continue }
      let file = cases.files[number - 1]
      guard FileStamp(file).text != entry.stamp else { continue }
      guard let digest = entry.file, let bytes = try? FileBytes.read(file), SHA256.hexDigest(of: bytes) == digest else {
        changed.append(cases.name(number))
        continue
      }
    }
    guard changed.isEmpty else { throw CohortProblem.changedFiles(changed) }
  }
}

/// Where and when a session ran.
package enum Machine {
  static func json(script: String, threads: Int) -> JSON {
    let kernel = FilePaths.start(of: "/proc/sys/kernel/osrelease", count: 256).prefix { !$0.isNewline }
    return [
      "started": .string(Self.time()), "script": .string(script), "processor": .string(processor),
      "cores": .number(Double(sysconf(Int32(_SC_NPROCESSORS_ONLN)))),
      "threads": .number(Double(threads)), "system": .string("Linux \(kernel)"),
    ]
  }

  /// The present as ISO 8601 in UTC.
  package static func time() -> String {
    var seconds = Platform.time(nil)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return
      "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
  }

  private static var processor: String {
    let text = FilePaths.start(of: "/proc/cpuinfo", count: 4096)
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").dropFirst().first.map { String($0.drop { $0 == " " }) } ?? "unknown"
  }
}
