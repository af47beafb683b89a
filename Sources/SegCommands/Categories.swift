import SegLang

extension Category {
  static let files = Category("Files", rank: 1)
  static let segmentation = Category("Segmentation", rank: 2)
  static let masks = Category("Masks", rank: 3)
  static let correcting = Category("Correction", rank: 4)
  static let measuring = Category("Measurement", rank: 5)
  static let cases = Category("Cases and tables", rank: 6)
  static let intensity = Category("Intensity", rank: 7)
  static let filters = Category("Filters", rank: 8)
  static let geometry = Category("Geometry", rank: 9)
  static let seeing = Category("Display", rank: 10)
  static let lessons = Category("Lessons", rank: 11)
  static let help = Category("Help", rank: 12)
}
