import Basics
internal import Platform
import SegLang
import SegValues

/// Makes one run of the shards of a cohort: the same journal entries, and so the same results, as if it had not been sharded.
package enum CohortMerge {
  /// - Parameters:
  ///   - folders: The shards' folders, or folders that contain them.
  ///   - target: The folder of the whole, which is made.
  ///   - describes: Whether it gets an RO-Crate description.
  /// - Throws: `CohortProblem`, `FileError`.
  package static func merge(_ folders: [String], into target: String, formats: Set<CohortResults.Format>, describes: Bool = false) throws
    -> CohortResults.Summary
  {
    let shards = try folders.flatMap(shardFolders)
    guard let first = shards.first else { throw CohortProblem.notARun(folders.first ?? target) }
    try AtomicFile.makeFolder(target)
    if let old = try CohortJournal.read(in: target) {
      var plan = try plan(of: first)
      plan.shard = nil
      guard plan.changes(since: old.plan).isEmpty else {
        throw CohortProblem.alreadyRun(target, done: old.doneCount, of: old.plan.numbers.count)
      }
    }
    var whole: (plan: CohortPlan, draft: CohortJournal.Draft)?
    try AtomicFile.write(to: "\(target)/\(CohortJournal.name)") { append in
      whole = try copy(shards, append)
    }
    guard let whole else { throw CohortProblem.notARun("\(target)/\(CohortJournal.name)") }
    let journal = try CohortJournal.open(whole.draft, of: whole.plan, in: target)
    return try CohortResults(journal: journal, plan: journal.plan, folder: target).write(formats, describes: describes)
  }

  /// A folder with a journal, or those in it that have one.
  private static func shardFolders(_ folder: String) throws -> [String] {
    if FilePaths.exists("\(folder)/\(CohortJournal.name)") { return [folder] }
    let inner = FilePaths.names(in: folder, limit: .max).map { "\(folder)/\($0)" }.filter {
      FilePaths.exists("\($0)/\(CohortJournal.name)")
    }
    // A merged run may lie beside its shards.
    let shards = try inner.filter { try plan(of: $0).shard != nil }
    guard !shards.isEmpty else { throw CohortProblem.notARun(folder) }
    return shards
  }

  private static func plan(of folder: String) throws -> CohortPlan {
    guard let plan = try CohortJournal.plan(in: folder) else { throw CohortProblem.notARun("\(folder)/\(CohortJournal.name)") }
    return plan
  }

  /// Copies the lines of all shards as they are, one shard after the other, so that only one is open at a time and each line is parsed once.
  private static func copy(_ folders: [String], _ append: (UnsafeRawBufferPointer) throws -> Void) throws -> (
    CohortPlan, CohortJournal.Draft
  )? {
    var draft = CohortJournal.Draft()
    var plan: CohortPlan?
    var models: [CohortJournal.Model] = []
    var places: [Int: String] = [:]
    var count = 0
    for folder in folders {
      guard let journal = try CohortJournal.read(in: folder) else {
        throw CohortProblem.notARun("\(folder)/\(CohortJournal.name)")
      }
      guard let shard = journal.plan.shard else { throw CohortProblem.notAShard(folder) }
      var whole = journal.plan
      whole.shard = nil
      if let plan, count == shard.count {
        let changes = whole.changes(since: plan)
        guard changes.isEmpty else { throw CohortProblem.shardsDiffer(folders[0], folder, changes) }
      } else if plan != nil {
        throw CohortProblem.shardsDiffer(folders[0], folder, ["one is of \(count) shards, the other of \(shard.count)"])
      } else {
        (plan, count) = (whole, shard.count)
        draft.add(whole)
      }
      if let other = places.updateValue(folder, forKey: shard.number) { throw CohortProblem.shardTwice(shard.number, other, folder) }
      let numbers = journal.plan.numbers
      guard numbers.allSatisfy({ journal.status(of: $0).isDone }) else {
        throw CohortProblem.shardUnfinished(folder, done: journal.doneCount, of: numbers.count)
      }
      for model in journal.models where !models.contains(model) {
        if let other = models.first(where: { $0.name == model.name }) {
          throw CohortProblem.shardsDiffer(
            folders[0], folder,
            ["the model \(model.name) has the SHA-256 \(other.sha256.prefix(12))… in one, \(model.sha256.prefix(12))… in the other"])
        }
        models.append(model)
        draft.add(model)
      }
      for session in journal.sessions { draft.add(session: session) }
      for number in numbers {
        try draft.add(number, from: journal)
        if draft.isFull { try draft.flush(append) }
      }
    }
    let missing = (1...max(1, count)).filter { places[$0] == nil }
    guard missing.isEmpty else { throw CohortProblem.shardsMissing(missing, of: count) }
    try draft.flush(append)
    return plan.map { ($0, draft) }
  }
}
