import SegLang
