/// SegLang
