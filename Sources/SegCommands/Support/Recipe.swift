import ImageOps
import SegLang

struct Recipe {
  init(of context: Context) {}
  var notes: [PictureText] { [] }
  static func sources(of context: Context) -> [GrayImage.Source] { [] }
}
