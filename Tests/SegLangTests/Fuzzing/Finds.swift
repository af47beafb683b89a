/// Inputs that once broke what must hold for every text.
let finds: [String] = [
  "x = [1]\nfor i in 1..60 { x := [x, x] }",
  "s = \"a\"\nfor i in 1..60 { s := s + s }",
  "s = \"a\"\nfor i in 1..60 { s := \"{s}{s}\" }",
]
