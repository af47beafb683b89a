/// Inputs that once broke what must hold for every text.
let finds: [String] = [
  "x = [1]\nfor i in 1..60 { x := [x, x] }",
  "a = -70\nimg = load a.png\nb = [a ^ a, img.width]\nc = -a + img.width",
  "fn f(x: Image) { return x | threshold 3 | morph-open radius=3 }\nxs = [1] | each { f (load a.png) }",
  "s = \"a\"\nfor i in 1..60 { s := s + s }",
  "s = \"a\"\nfor i in 1..60 { s := \"{s}{s}\" }",
  "xs = [1, 2] | each {\n  y = it\n  y = y + 1\n  y\n}\nfn f(a) {\n  a = 2\n  a = 3\n  return a\n}\nzs = xs | each { f it }",
  "\u{FEFF}fn f(a) { return a }\nx = f 3",
  "[] | each { shae=3px }",
  "param left_lung1: Number =#1\n# a comment",
  "fn clean(m: Mask, r = #3px) {\n  return m\n}",
  "(p99.9 ) | save \"a b.png\"",
]
