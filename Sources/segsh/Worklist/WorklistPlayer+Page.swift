import Basics
import SegServices
import SegValues

extension WorklistPlayer {
  /// The open list for the live view, one row per case: place of the state in `states`, percentage, doubt, view, date, whether there is a comment, name.
  func pageState(hidesNames: Bool) -> JSON {
    guard let worklist else { return ["open": false] }
    let states = WorklistStore.Status.allCases
    func text(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
    let rows = worklist.items.map { item -> JSON in
      let shown = item.shown
      return .array([
        .number(Double(states.firstIndex(of: item.reading.status) ?? 0)), shown?.percent.map { .number(($0 * 10).rounded() / 10) } ?? .null,
        text(shown?.doubt?.replacing("_", with: " ")), .string(item.view), .string(item.date), .bool(item.reading.comment != nil),
        .string(hidesNames ? "" : item.file.name),
      ])
    }
    let readers = worklist.options.adjudicated
    return [
      "open": true, "states": .array(states.map { .string($0.rawValue) }), "rows": .array(rows),
      "place": place.map { .number(Double($0)) } ?? .null, "reader": .string(worklist.options.reader),
      "readers": readers.map { .array([.string($0.first), .string($0.second)]) } ?? .null,
      "comment": text(place.flatMap { worklist.items[$0].reading.comment }),
      "archive": .bool(worklist.options.archive != nil),
    ]
  }
}
