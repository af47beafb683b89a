import ImageOps
