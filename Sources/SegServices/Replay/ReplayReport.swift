import Basics
import ImageOps
import SegLang
import SegValues

/// What came of comparing a run with what was recorded of an earlier one.
public struct ReplayReport: Sendable {
  public struct Step: Sendable {
    public let number: Int
    public let name: String?
    public let line: String
    /// The line as it was recorded, where it is another.
    public let recordedLine: String?
    /// By how much the value differs; empty where the line is new or gone.
    public let differences: [String]
    package let figures: [(name: String, value: Double)]
    /// Whether nothing that it was made from differs: the difference starts here.
    public let isCause: Bool
  }

  /// What was replayed, as messages call it.
  public let subject: String
  public let stepCount: Int
  public let identicalCount: Int
  public let differing: [Step]
  /// Inputs, models, version, lines that are gone: what else is not as it was.
  public let remarks: [String]
  public let isIdentical: Bool
  /// Cases that failed in the run.
  public let failureCount: Int

  public init(
    subject: String, stepCount: Int, identicalCount: Int, differing: [Step], remarks: [String], isIdentical: Bool, failureCount: Int = 0
  ) {
    self.failureCount = failureCount
    self.subject = subject
    self.stepCount = stepCount
    self.identicalCount = identicalCount
    self.differing = differing
    self.remarks = remarks
    self.isIdentical = isIdentical
  }

  /// Compares a run with a lock.
  /// - Parameters:
  ///   - script: SHA-256 of the script that ran.
  ///   - others: what else is not as it was.
  public init(subject: String, of now: RunRecord, script: String, with lock: RunLock, others: [String] = []) {
    let then = lock.run
    var remarks = lock.script == script ? [] : ["the script was changed after it was locked"]
    remarks += others + Self.changes("input", from: then.inputs, to: now.inputs) + Self.changes("model", from: then.models, to: now.models)
    remarks += Self.failures(from: then.failures, to: now.failures)
    let pairs = Self.pairs(then.steps, now.steps)
    var differing: [Step] = []
    var isDifferent = Set<Int>()
    var identical = 0
    let changedFiles = Set(Self.changed(from: then.inputs + then.models, to: now.inputs + now.models))
    for (old, new, isSameLine) in pairs {
      guard let new else { continue }
      guard let old else {
        isDifferent.insert(new.number)
        differing.append(
          Step(
            number: new.number, name: new.name, line: new.line, recordedLine: nil, differences: ["not in the lock"], figures: [],
            isCause: true))
        continue
      }
      guard old.value.sha256 != new.value.sha256 || !isSameLine else {
        identical += 1
        continue
      }
      let (texts, figures) = new.value.differences(from: old.value)
      let follows = new.parents.contains { isDifferent.contains($0) }
      if !texts.isEmpty { isDifferent.insert(new.number) }
      let readsChanged = changedFiles.contains { new.line.contains($0) }
      differing.append(
        Step(
          number: new.number, name: new.name, line: new.line, recordedLine: isSameLine ? nil : old.line,
          differences: texts.isEmpty ? ["the value is unchanged"] : texts, figures: figures,
          isCause: !isSameLine || !follows || readsChanged
        ))
    }
    let gone = pairs.filter { $0.new == nil }.compactMap(\.old)
    for old in gone.prefix(5) { remarks.append("step \(old.number) of the lock is missing now: \(old.line)") }
    if gone.count > 5 { remarks.append("and \(gone.count - 5) more are missing") }
    let isIdentical = differing.isEmpty && gone.isEmpty && remarks.isEmpty
    if lock.program != ProgramVersion.text {
      remarks.append("the lock was written by segsh \(lock.program); this is \(ProgramVersion.text)")
    }
    if !then.isWhole || !now.isWhole { remarks.append("only the first \(StepRecorder.limit) steps are compared") }
    self.init(
      subject: subject, stepCount: now.steps.count, identicalCount: identical, differing: differing, remarks: remarks,
      isIdentical: isIdentical, failureCount: now.failures.count)
  }

  /// Steps with the same line belong together; what is left of both is paired in order.
  ///
  /// Lines name other steps by number, so that a step that came in between shifts those behind it; a line is the same when it stands for the same.
  private static func pairs(_ old: [StepRecord], _ new: [StepRecord]) -> [(old: StepRecord?, new: StepRecord?, isSameLine: Bool)] {
    let oldKeys = keys(old)
    let newKeys = keys(new)
    var byKey: [String: Int] = [:]
    for (index, key) in oldKeys.enumerated() where byKey[key] == nil { byKey[key] = index }
    var partner = [Int?](repeating: nil, count: new.count)
    var taken = [Bool](repeating: false, count: old.count)
    for (index, key) in newKeys.enumerated() {
      if let found = byKey[key], !taken[found] {
        partner[index] = found
        taken[found] = true
      }
    }
    let isSame = partner.map { $0 != nil }
    // A changed line changes the keys of all that follows from it: those are paired in order, each with one of the same command.
    var next = 0
    for index in new.indices where partner[index] == nil {
      let command = commandName(new[index].line)
      guard let found = old.indices.dropFirst(next).first(where: { !taken[$0] && commandName(old[$0].line) == command }) else { continue }
      partner[index] = found
      taken[found] = true
      next = found + 1
    }
    return new.indices.map { index in
      let found = partner[index].map { old[$0] }
      return (found, new[index], isSame[index] || found.map { withoutNumbers($0) == withoutNumbers(new[index]) } ?? false)
    } + old.indices.filter { !taken[$0] }.map { (old[$0], nil, false) }
  }

  private static func commandName(_ line: String) -> String {
    let stage = line.split(separator: "|").last ?? ""
    return stage.split(separator: " ").first.map(String.init) ?? ""
  }

  /// What each line stands for: itself, with the lines of the steps that it names in place of their numbers; as digests.
  private static func keys(_ steps: [StepRecord]) -> [String] {
    var keys: [String] = []
    for step in steps {
      let parents = step.parents.map { keys.indices.contains($0 - 1) ? keys[$0 - 1] : "" }
      keys.append(SHA256.hexDigest(of: Array(([withoutNumbers(step)] + parents).joined(separator: "\n").utf8)))
    }
    return keys
  }

  /// A step's line with a bare `_` for the steps that it names.
  private static func withoutNumbers(_ step: StepRecord) -> String {
    var result = ""
    var rest = Substring(step.line)
    while let first = rest.popFirst() {
      let isStart = result.last.map { !($0.isLetter || $0.isNumber || "_./".contains($0)) } ?? true
      result.append(first)
      guard first == "_", isStart else { continue }
      let digits = rest.prefix { $0.isNumber }
      if let number = Int(digits), step.parents.contains(number) { rest = rest[digits.endIndex...] }
    }
    return result
  }

  private static func changed(from old: [RecordedFile], to new: [RecordedFile]) -> [String] {
    let before = Dictionary(old.map { ($0.name, $0.sha256) }) { first, _ in first }
    return new.filter { file in before[file.name].map { $0 != file.sha256 } ?? false }.map(\.name)
  }

  private static func changes(_ kind: String, from old: [RecordedFile], to new: [RecordedFile]) -> [String] {
    let before = Dictionary(old.map { ($0.name, $0) }) { first, _ in first }
    let changed = new.compactMap { file -> String? in
      guard let was = before[file.name], was.sha256 != file.sha256 else { return nil }
      return "\(kind) \(file.name) has changed: SHA-256 \(short(was.sha256)), \(NumberFormat.grouped(was.byteCount)) bytes before;"
        + " \(short(file.sha256)), \(NumberFormat.grouped(file.byteCount)) bytes now"
    }
    let names = Set(new.map(\.name))
    let added = new.filter { before[$0.name] == nil }.map { "\(kind) \($0.name) was not read by the locked run" }
    let gone = old.filter { !names.contains($0.name) }.map { "\(kind) \($0.name) was read by the locked run but is not read now" }
    return shortened(changed + added + gone)
  }

  /// How the cases that fail differ: in their number, or in why.
  private static func failures(from old: [FailedCase], to new: [FailedCase]) -> [String] {
    func key(_ failure: FailedCase) -> [String] { [failure.name, "\(failure.number)"] }
    let before = Dictionary(old.map { (key($0), $0) }) { first, _ in first }
    let after = Set(new.map(key))
    let changed = new.compactMap { failure -> String? in
      let head = "case \(failure.name) (\(failure.number) of \(failure.count))"
      guard let was = before[key(failure)] else { return "\(head) fails now but did not before: \(failure.reason)" }
      return was == failure ? nil : "\(head) fails with another error: \(was.reason) before; \(failure.reason) now"
    }
    let gone = old.filter { !after.contains(key($0)) }.map { failure in
      "case \(failure.name) (\(failure.number) of \(failure.count)) no longer fails; it failed before with: \(failure.reason)"
    }
    return shortened(changed + gone)
  }

  private static func shortened(_ lines: [String]) -> [String] {
    lines.count > 12 ? lines.prefix(10) + ["and \(lines.count - 10) more"] : lines
  }

  package static func short(_ digest: String?) -> String { digest.map { String($0.prefix(12)) + "…" } ?? "unknown" }

  // MARK: For people

  private func counted(_ count: Int) -> String { "\(NumberFormat.grouped(count)) step\(count == 1 ? "" : "s")" }

  /// "7 steps identical", or what differs, the causes in full.
  public var text: String {
    if isIdentical {
      let failed = failureCount > 0 ? ", \(failureCount == 1 ? "1 case fails" : "\(failureCount) cases fail") as before" : ""
      return (["\(subject): \(counted(stepCount)) identical\(failed)"] + remarks).joined(separator: "\n  ") + "\n"
    }
    let causes = differing.filter(\.isCause)
    let followers = differing.filter { !$0.isCause }
    var lines = remarks
    for step in causes.prefix(10) {
      lines.append("step \(step.number)\(step.name.map { ", \($0)" } ?? ""), differs: \(step.line)")
      if let recorded = step.recordedLine { lines.append("  recorded: \(recorded)") }
      lines += step.differences.map { "  \($0)" }
    }
    if causes.count > 10 { lines.append("and \(causes.count - 10) more") }
    for step in followers.prefix(10) {
      let by = step.differences.prefix(2).joined(separator: "; ")
      lines.append("step \(step.number)\(step.name.map { ", \($0)" } ?? ""), changed as a result: \(by)")
    }
    if followers.count > 10 { lines.append("and \(followers.count - 10) more changed as a result") }
    let head =
      differing.isEmpty
      ? "\(subject): \(counted(identicalCount)) identical, but there are other changes"
      : "\(subject): \(counted(differing.count)) of \(NumberFormat.grouped(stepCount)) \(differing.count == 1 ? "differs" : "differ")"
    return ([head] + lines).joined(separator: "\n  ") + "\n"
  }

  public var json: JSON {
    [
      "subject": .string(subject), "identical": .bool(isIdentical), "steps": .number(Double(stepCount)),
      "identical_steps": .number(Double(identicalCount)),
      "differing": .array(
        differing.map { step in
          [
            "step": .number(Double(step.number)), "name": step.name.map { .string($0) } ?? .null, "line": .string(step.line),
            "recorded_line": step.recordedLine.map { .string($0) } ?? .null, "starts_here": .bool(step.isCause),
            "differences": .array(step.differences.map { .string($0) }),
            "figures": .object(step.figures.map { JSON.Member($0.name, .number($0.value)) }),
          ]
        }), "remarks": .array(remarks.map { .string($0) }), "failed_cases": .number(Double(failureCount)),
    ]
  }
}
