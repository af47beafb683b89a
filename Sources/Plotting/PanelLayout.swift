import ImageOps

extension FigureScene {
  /// Where the panels stand on paper.
  struct PanelLayout {
    struct Place {
      var head: [Item] = []
      var frame: PlotFrame
      var isUpright: Bool
    }

    private(set) var places: [Place] = []
    let left: Double
    let right: Double
    let height: Double

    init(_ figure: Figure, grid: PanelGrid, width: Double, top: Double) {
      let size = FigureScene.size
      let panels = figure.panels
      let columns = Double(grid.columns)
      // The heads are broken into lines before the width of the labels on the left is known, which is rarely more than this.
      let headRoom = (width - 44 - (columns - 1) * 12) / columns
      let heads = panels.map { Self.lines(of: $0, room: headRoom) }
      let headHeights = grid.greatest(heads.map { $0.isEmpty ? 0 : Double($0.count) * (size + 1.5) + 3 }, least: 0)
      let hasOwnX = panels.contains { $0.x != nil }
      let xLabelDepth = figure.x.title.isEmpty ? 4 : size + 7

      // The number of ticks depends on the width, and the width on their labels.
      let rowGap = 12.0
      let between = headHeights.reduce(0, +) + Double(grid.rows - 1) * (rowGap + (hasOwnX ? size + FigureScene.gap : 0))
      let plain =
        figure.height.map { ($0 / 25.4 * 72 - top - 24 - between) / Double(grid.rows) }
        ?? (grid.columns == 1 ? 0.52 * width : 0.64 * width / columns)
      var plotHeight = max(24, plain)
      let yValues = figure.marks.flatMap(\.ys)
      func yTicks() -> AxisTicks {
        AxisTicks(figure.y, values: yValues, target: FigureScene.count(in: plotHeight, each: 22, most: 6), isRounded: true)
      }
      var y = yTicks()
      let tickWidth = y.ticks.map { TextWidths.width($0.label, size: size) }.max() ?? 0
      left = min(width / 2.5, 4 + tickWidth + 2 * FigureScene.gap)

      let xValues = figure.marks.flatMap(\.xs)
      func xTicks(room: Double) -> [(axis: AxisTicks, isUpright: Bool)] {
        let common = FigureScene.horizontal(figure.x, values: xValues, room: room)
        return panels.map { panel in
          panel.x.map { FigureScene.horizontal($0, values: panel.marks.flatMap(\.xs), room: room) } ?? common
        }
      }
      /// How far the labels of the last and the first tick reach beyond the axis.
      func overhangs(_ axes: [(axis: AxisTicks, isUpright: Bool)], room: Double) -> (last: Double, first: Double) {
        func reach(_ tick: AxisTicks.Tick?, _ share: (Double) -> Double) -> Double {
          tick.map { TextWidths.width($0.label, size: size) / 2 - share($0.fraction) * room } ?? 0
        }
        let lying = axes.filter { !$0.isUpright }
        return (
          lying.map { reach($0.axis.ticks.last) { 1 - $0 } }.max() ?? 0, lying.map { reach($0.axis.ticks.first) { $0 } }.max() ?? 0
        )
      }
      var columnGap = 10.0
      var room = (width - left - 6 - (columns - 1) * columnGap) / columns
      var xs = xTicks(room: room)
      let (last, first) = overhangs(xs, room: room)
      right = width - 6 - max(0, last)
      if grid.columns > 1 {
        columnGap = max(columnGap, max(0, last) + max(0, first) + 5)
        room = (right - left - (columns - 1) * columnGap) / columns
        xs = xTicks(room: room)
      } else {
        room = right - left
      }
      if figure.isSquare, figure.height == nil {
        plotHeight = room
        y = yTicks()
      }
      func depth(_ axes: some Sequence<(axis: AxisTicks, isUpright: Bool)>) -> Double {
        axes.map { axis, isUpright in
          isUpright ? (axis.ticks.map { TextWidths.width($0.label, size: size) }.max() ?? 0) : size
        }.max() ?? size
      }

      var bottom = top
      for row in 0..<grid.rows {
        let members = min(panels.count, row * grid.columns)..<min(panels.count, (row + 1) * grid.columns)
        if row > 0 { bottom += rowGap + (hasOwnX ? FigureScene.gap + depth(xs[(row - 1) * grid.columns..<row * grid.columns]) : 0) }
        let rowTop = bottom + headHeights[row]
        bottom = rowTop + plotHeight
        for index in members {
          let column = grid.place(index).column
          let start = left + Double(column) * (room + columnGap)
          let end = column == grid.columns - 1 ? right : start + room
          let frame = PlotFrame(left: start, right: end, top: rowTop, bottom: bottom, x: xs[index].axis, y: y)
          var place = Place(frame: frame, isUpright: xs[index].isUpright)
          // Heads stand on their panels, whatever the others need.
          var baseline = rowTop - 4.5 - Double(heads[index].count - 1) * (size + 1.5)
          for (text, color) in heads[index] {
            place.head.append(.text(Text(text: text, at: Point(x: start, y: baseline), size: size, color: color)))
            baseline += size + 1.5
          }
          places.append(place)
        }
      }
      let lowest = xs.indices.filter { grid.isLowest($0) && grid.place($0).row == grid.rows - 1 }
      height = bottom + FigureScene.gap + depth(lowest.map { xs[$0] }) + xLabelDepth
    }

    private static func lines(of panel: Panel, room: Double) -> [(String, RGB)] {
      func lines(_ text: String, most: Int) -> [String] {
        TextWidths.wrapped(String(text.prefix(400)), size: FigureScene.size, width: room, most: most)
      }
      return lines(panel.title, most: 2).map { ($0, PlotStyle.ink) }
        + panel.notes.prefix(4).flatMap { lines($0, most: 3) }.map { ($0, PlotStyle.axis) }
    }
  }

  static func count(in length: Double, each: Double, most: Int) -> Int { max(2, min(most, Int(length / each))) }

  /// The horizontal axis with as many ticks as have room, and whether their labels stand upright.
  static func horizontal(_ axis: Axis, values: [Double], room: Double) -> (axis: AxisTicks, isUpright: Bool) {
    func widths(_ axis: AxisTicks) -> [Double] { axis.ticks.map { TextWidths.width($0.label, size: size) } }
    if case .categories(let names) = axis.scale {
      var axis = axis
      let slot = room / Double(max(1, names.count))
      let isUpright = (names.map { TextWidths.width($0.prefix(80), size: size) }.max() ?? 0) > slot - 2
      // Where even upright names have no room, only some are written.
      let every = isUpright ? max(1, Int(((size + 1) / slot).rounded(.up))) : 1
      axis.scale = .categories(
        names.enumerated().map { index, name in
          index % every == 0 ? TextWidths.cut(String(name.prefix(80)), size: size, width: isUpright ? 90 : slot) : ""
        })
      return (AxisTicks(axis, values: values, target: 1, isRounded: false), isUpright)
    }
    var ticks = AxisTicks(axis, values: values, target: 1, isRounded: false)
    for target in [8, 7, 6, 5, 4, 3, 2, 1] {
      ticks = AxisTicks(axis, values: values, target: target, isRounded: false)
      let pairs = zip(zip(ticks.ticks, widths(ticks)), zip(ticks.ticks, widths(ticks)).dropFirst())
      if pairs.allSatisfy({ ($1.0.fraction - $0.0.fraction) * room >= ($0.1 + $1.1) / 2 + 6 }) { break }
    }
    return (ticks, false)
  }
}
