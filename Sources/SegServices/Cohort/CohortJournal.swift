import Basics
internal import Platform
import Synchronization

/// The file that a run of a cohort appends to as its cases end: the plan, then one line per session, model and case.
///
/// A line is written by one call, so that a killed process leaves whole lines and at most a torn one at the end, which the next session removes.
/// A case that is done again, because it failed, has a second line; the last one counts. The file is locked while it is open.
package final class CohortJournal: Sendable {
  package static let name = "journal.jsonl"

  /// Where the line of a case is.
  struct Place {
    let offset: Int
    let length: Int32
    let hasFailed: Bool
  }

  /// A model that a case was segmented with.
  package struct Model: Sendable, Equatable {
    /// Its name, or the path of its file.
    package let name: String
    package let sha256: String
  }

  fileprivate struct State {
    var length: Int
    var isFlushed = true
    /// By the numbers of the cases: a shard of a million has few of them.
    var places: [Int: Place] = [:]
    var failedCount = 0
    var models: [Model] = []
    var sessions: [JSON] = []

    mutating func enter(_ place: Place, for number: Int) {
      failedCount += (place.hasFailed ? 1 : 0) - (places[number]?.hasFailed == true ? 1 : 0)
      places[number] = place
    }
  }

  package let plan: CohortPlan
  let path: String
  private let descriptor: Int32
  private let state: Mutex<State>

  private init(plan: CohortPlan, path: String, descriptor: Int32, state: consuming State) {
    (self.plan, self.path, self.descriptor) = (plan, path, descriptor)
    self.state = Mutex(state)
  }

  deinit { close(descriptor) }

  // MARK: Opening

  /// Starts the journal of a folder, which is made.
  /// - Throws: `CohortProblem.alreadyRun` where it has one, `inUse`, `cannotWrite`.
  package static func start(_ plan: CohortPlan, in folder: String) throws -> CohortJournal {
    try AtomicFile.makeFolder(folder)
    let path = folder + "/" + name
    let descriptor = Platform.open(SystemPath.bytes(path), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw CohortProblem.cannotWrite(path, FileError.reason(errno)) }
    let journal = CohortJournal(plan: plan, path: path, descriptor: descriptor, state: State(length: 0))
    try lock(descriptor, folder)
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size == 0 else { throw CohortProblem.alreadyRun(folder, done: 0, of: plan.caseCount) }
    try journal.append(plan.json)
    try journal.flush()
    return journal
  }

  /// Opens the journal of a folder to append to it; nil if the folder has no journal, or one whose first line was never finished.
  /// - Throws: `CohortProblem.inUse`, `notARun`, `damaged`, `otherVersion`, `cannotWrite`.
  package static func open(in folder: String) throws -> CohortJournal? { try open(in: folder, isReadOnly: false) }

  /// Opens the journal of a folder to read it.
  /// - Throws: `CohortProblem.inUse`, `notARun`, `damaged`, `otherVersion`, `cannotWrite`.
  package static func read(in folder: String) throws -> CohortJournal? { try open(in: folder, isReadOnly: true) }

  private static func open(in folder: String, isReadOnly: Bool) throws -> CohortJournal? {
    let path = folder + "/" + name
    let descriptor = Platform.open(
      SystemPath.bytes(path), (isReadOnly ? O_RDONLY : O_RDWR | O_APPEND) | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    if descriptor < 0, errno == ENOENT { return nil }
    guard descriptor >= 0 else { throw CohortProblem.cannotWrite(path, FileError.reason(errno)) }
    let journal: CohortJournal?
    do {
      try lock(descriptor, folder)
      journal = try read(descriptor, path)
    } catch {
      close(descriptor)
      throw error
    }
    // A journal closes its file itself.
    guard let journal else {
      close(descriptor)
      if !isReadOnly { unlink(SystemPath.bytes(path)) }
      return nil
    }
    if !isReadOnly { try journal.removeTornLine() }
    return journal
  }

  /// The plan of a folder's journal, from its first line; nil if the folder has no journal, or one whose first line is not whole.
  /// - Throws: `CohortProblem.notARun`, `otherVersion`, `cannotWrite`; `FileError`.
  package static func plan(in folder: String) throws -> CohortPlan? {
    let path = folder + "/" + name
    let descriptor = Platform.open(SystemPath.bytes(path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    if descriptor < 0, errno == ENOENT { return nil }
    guard descriptor >= 0 else { throw CohortProblem.cannotWrite(path, FileError.reason(errno)) }
    defer { close(descriptor) }
    var plan: CohortPlan?
    try forEachLine(of: descriptor, path) { line, _ in
      plan = try ChecksummedLine.json(line).map { try CohortPlan($0, path: path) }
      return false
    }
    return plan
  }

  private static func lock(_ descriptor: Int32, _ folder: String) throws(CohortProblem) {
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      // A file system without locks is no reason to refuse.
      if errno == EWOULDBLOCK { throw .inUse(folder) }
      return
    }
  }

  /// Nil where not even the plan is whole: then nothing was done.
  private static func read(_ descriptor: Int32, _ path: String) throws -> CohortJournal? {
    var plan: CohortPlan?
    var state = State(length: 0)
    var number = 0
    var torn: Int?
    try forEachLine(of: descriptor, path) { line, offset in
      number += 1
      guard let json = ChecksummedLine.json(line) else {
        torn = torn ?? number
        return true
      }
      if let torn { throw CohortProblem.damaged(path, line: torn) }
      state.length = offset + line.count + 1
      guard let plan else {
        plan = try CohortPlan(json, path: path)
        return true
      }
      if let model = json["model"]?.stringValue, let digest = json["sha256"]?.stringValue {
        state.models.append(Model(name: model, sha256: digest))
      } else if let session = json["session"] {
        state.sessions.append(session)
      } else if let entry = CohortEntry(json), entry.number <= plan.caseCount {
        state.enter(Place(offset: offset, length: Int32(line.count), hasFailed: entry.hasFailed), for: entry.number)
      } else {
        throw CohortProblem.damaged(path, line: number)
      }
      return true
    }
    guard let plan else {
      // What begins like a journal was torn in its first line; anything else is someone's file.
      guard state.length == 0, torn == nil || torn == 1, number <= 1, try beginsLikeOne(descriptor) else {
        throw CohortProblem.notARun(path)
      }
      return nil
    }
    return CohortJournal(plan: plan, path: path, descriptor: descriptor, state: state)
  }

  private static func beginsLikeOne(_ descriptor: Int32) throws -> Bool {
    let start = Array("{\"segsh_cohort\": ".utf8)
    var bytes = [UInt8](repeating: 0, count: start.count)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    return count >= 0 && start.starts(with: bytes.prefix(count))
  }

  /// Calls `body` with each line without its line feed, and where it begins, until it returns false; a last line without a line feed comes as it is,
  /// and is torn.
  private static func forEachLine(of descriptor: Int32, _ path: String, _ body: (ArraySlice<UInt8>, Int) throws -> Bool) throws {
    var held: [UInt8] = []
    var start = 0
    var end = 0
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = chunk.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, off_t(end)) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError.cannotRead(path: path, code: errno) }
      if count == 0 { break }
      end += count
      held += chunk[..<count]
      var first = held.startIndex
      while let feed = held[first...].firstIndex(of: UInt8(ascii: "\n")) {
        guard try body(held[first..<feed], start) else { return }
        start += feed - first + 1
        first = feed + 1
      }
      held.removeSubrange(..<first)
      guard held.count <= lineLimit else { throw CohortProblem.notARun(path) }
    }
    // Without its line feed even a whole line counts as torn, since the next one would be appended to it.
    if !held.isEmpty { _ = try body(held.dropLast(), start) }
  }

  private static let lineLimit = 64 << 20

  private func removeTornLine() throws {
    let length = state.withLock { $0.length }
    guard ftruncate(descriptor, off_t(length)) == 0 else { throw CohortProblem.cannotWrite(path, FileError.reason(errno)) }
  }

  // MARK: Writing

  /// - Throws: `CohortProblem.cannotWrite`.
  package func append(_ entry: CohortEntry) throws(CohortProblem) {
    let line = Array(ChecksummedLine.text(entry.json).utf8)
    try state.withLock { state throws(CohortProblem) in
      let place = Place(offset: state.length, length: Int32(line.count - 1), hasFailed: entry.hasFailed)
      try write(line, &state)
      state.enter(place, for: entry.number)
    }
  }

  /// Notes the start of a session: when, on which machine, with how many threads.
  package func append(session: JSON) throws(CohortProblem) {
    try append(["session": session])
    state.withLock { $0.sessions.append(session) }
  }

  /// Notes a model, once.
  package func append(_ model: Model) throws(CohortProblem) {
    guard state.withLock({ state in !state.models.contains(model) }) else { return }
    try append(["model": .string(model.name), "sha256": .string(model.sha256)])
    state.withLock { $0.models.append(model) }
  }

  private func append(_ json: JSON) throws(CohortProblem) {
    let line = Array(ChecksummedLine.text(json).utf8)
    try state.withLock { state throws(CohortProblem) in try write(line, &state) }
  }

  /// What could not be written whole is taken back, so that the file ends in a whole line.
  private func write(_ line: [UInt8], _ state: inout State) throws(CohortProblem) {
    guard line.withUnsafeBytes({ WholeFile.append($0, to: descriptor) }) else {
      let code = errno
      _ = ftruncate(descriptor, off_t(state.length))
      throw .cannotWrite(path, FileError.reason(code))
    }
    state.length += line.count
    state.isFlushed = false
  }

  /// Waits until all lines have reached the disk.
  package func flush() throws(CohortProblem) {
    guard
      state.withLock({ state in
        defer { state.isFlushed = true }
        return !state.isFlushed
      })
    else { return }
    guard fdatasync(descriptor) == 0 else { throw .cannotWrite(path, FileError.reason(errno)) }
  }

  // MARK: Reading

  /// The cases that have a line, in order.
  package var numbers: [Int] { state.withLock { $0.places.keys.sorted() } }
  package var models: [Model] { state.withLock { $0.models } }
  package var sessions: [JSON] { state.withLock { $0.sessions } }
  /// How many cases have a line, and in how many it says that they failed.
  package var doneCount: Int { state.withLock { $0.places.count } }
  package var failedCount: Int { state.withLock { $0.failedCount } }

  /// Whether a case has a line, and whether it says that the case failed.
  package func status(of number: Int) -> (isDone: Bool, hasFailed: Bool) {
    state.withLock { state in
      let place = state.places[number]
      return (place != nil, place?.hasFailed ?? false)
    }
  }

  /// The last line of a case; nil where it has none.
  /// - Throws: `FileError`, `CohortProblem.damaged`.
  package func entry(_ number: Int) throws -> CohortEntry? {
    guard let bytes = try line(number) else { return nil }
    guard let json = ChecksummedLine.json(bytes[...]), let entry = CohortEntry(json) else {
      throw CohortProblem.damaged(path, line: number)
    }
    return entry
  }

  /// The last line of a case as it was written, without its line feed; nil where it has none.
  private func line(_ number: Int) throws -> [UInt8]? {
    guard let place = state.withLock({ $0.places[number] }) else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(place.length))
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeMutableBytes { memory in
        pread(descriptor, memory.baseAddress.map { $0 + done }, memory.count - done, off_t(place.offset + done))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileError.cannotRead(path: path, code: count < 0 ? errno : EIO) }
      done += count
    }
    return bytes
  }
}

extension CohortJournal {
  /// The lines of a journal that is written at once, such as that of a merged cohort, and where they are, so that none is read again.
  struct Draft {
    private var buffer: [UInt8] = []
    fileprivate var state = State(length: 0)

    mutating func add(_ plan: CohortPlan) { add(plan.json) }

    mutating func add(session: JSON) {
      add(["session": session])
      state.sessions.append(session)
    }

    mutating func add(_ model: Model) {
      add(["model": .string(model.name), "sha256": .string(model.sha256)])
      state.models.append(model)
    }

    /// Copies the last line of a case.
    mutating func add(_ number: Int, from journal: CohortJournal) throws {
      guard let line = try journal.line(number) else { return }
      let hasFailed = journal.status(of: number).hasFailed
      state.enter(Place(offset: state.length, length: Int32(line.count), hasFailed: hasFailed), for: number)
      add(line + [UInt8(ascii: "\n")])
    }

    private mutating func add(_ json: JSON) { add(Array(ChecksummedLine.text(json).utf8)) }

    private mutating func add(_ line: [UInt8]) {
      state.length += line.count
      buffer += line
    }

    /// Whether enough lines have come together to be written.
    var isFull: Bool { buffer.count >= 1 << 20 }

    mutating func flush(_ write: (UnsafeRawBufferPointer) throws -> Void) throws {
      try buffer.withUnsafeBytes(write)
      buffer.removeAll(keepingCapacity: true)
    }
  }

  /// Opens the journal of a folder that a draft has just been written to.
  /// - Throws: `CohortProblem.inUse`, `notARun` where the file is not as long as the draft, `cannotWrite`.
  static func open(_ draft: Draft, of plan: CohortPlan, in folder: String) throws -> CohortJournal {
    let path = folder + "/" + name
    let descriptor = Platform.open(SystemPath.bytes(path), O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { throw CohortProblem.cannotWrite(path, FileError.reason(errno)) }
    // It closes the file where what follows throws.
    let journal = CohortJournal(plan: plan, path: path, descriptor: descriptor, state: draft.state)
    try lock(descriptor, folder)
    var status = stat()
    guard fstat(descriptor, &status) == 0, Int(status.st_size) == draft.state.length else { throw CohortProblem.notARun(path) }
    return journal
  }
}
