/// Scripts that use the whole grammar.
let corpus = [
  """
  seglang 1
  # a script
  param image: Path = "cases/p 01.dcm" "radiograph"
  param radius: Length = 2mm in 0.5mm..10mm "opening radius"

  img = load (image)   # the picture
  seg = img |   # lungs
    segment
  mask = seg.opacity
  if mask.area > 3 and not (img.width == 3) {
    print "area {mask.area}, {mask.area / 3:.2}"
  } else if false { print 'raw {x}' } else {
    # nothing
  }
  """,
  "fn clean(m: Mask, r = 3px) {\n  x = m | morph-open radius=(r)\n  return x minus m\n}\nfor i in [1, 2, 3] { print i ; print i*2 }\n",
  "x = {a: 1, b: [\n  1,\n  2, # two\n  3], c: {d: \"q\\\"\\{\\u{41}\"}}\nprint x.b[0]^2 - -3 % 2\n\n\n\nwhile x.a < 3 { x := {a: x.a+1, b: [], c: {d: \"\"}} }",
  "load a#2.png | threshold p99.9 within=_3 | save ~/out.png\r\nit > 3\t| overlay --outline --opacity 40%\nr = 1px..9px:2px",
  "log \"x\"; try { load x } catch e { print e.code; expect 1 == 2 }; assert 1 < 2; a := (count *.png) / 3; -a; not true or false xor true",
]
