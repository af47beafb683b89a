import SegCommands
import SegServices

/// How far the learner got in the lessons that came with the program, kept between sessions: names and numbers, and nothing that was typed or made.
struct LessonProgress {
  struct Entry: Equatable {
    /// Steps that were entered, from 1.
    var step: Int
    var steps: Int
    /// Checkpoints that were reached alone, at the best time.
    var reached: Int
    var isDone: Bool

    /// "3 of 5", for the list of lessons.
    var text: String { isDone ? "done" : "\(step) of \(steps)" }
  }

  private(set) var entries: [String: Entry] = [:]
  /// Nil: nothing is kept.
  private let path: String?

  private static let limit = 64 << 10

  /// - Parameter path: of the file; nothing is there at first. A line that cannot be read is passed over.
  init(path: String?) {
    self.path = path
    guard let path, let bytes = Files.read(path, limit: Self.limit) else { return }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 5, let step = Int(words[1]), let steps = Int(words[2]), let reached = Int(words[3]), (1...1000).contains(step),
        (step...1000).contains(steps), (0...steps).contains(reached)
      else { continue }
      entries[String(words[0])] = Entry(step: step, steps: steps, reached: reached, isDone: words[4] == "done")
    }
  }

  /// The file beside the history.
  static var standard: LessonProgress { LessonProgress(path: History.stateFolder.map { $0 + "/lessons" }) }

  /// Remembers where the learner is. A lesson in a file of one's own is not kept, since its path may say whose it is; what was done stays done.
  mutating func note(_ lesson: Lesson, step: Int, reached: Int, isDone: Bool = false) {
    guard LessonLibrary.names.contains(lesson.name), !lesson.name.contains(" ") else { return }
    let old = entries[lesson.name]
    let entry = Entry(
      step: step, steps: lesson.steps.count, reached: max(reached, old?.reached ?? 0), isDone: isDone || old?.isDone == true)
    guard entry != old else { return }
    entries[lesson.name] = entry
    save()
  }

  /// What cannot be written is not kept; a lesson goes on all the same.
  private func save() {
    guard let path else { return }
    let lines = entries.sorted { $0.key < $1.key }.map { name, entry in
      "\(name) \(entry.step) \(entry.steps) \(entry.reached) \(entry.isDone ? "done" : "open")\n"
    }
    Files.makeFolders(above: path)
    try? Files.write(lines.joined(), to: path)
  }
}
