"""stub"""
def sentence_zh(f): return f.sentence("en")
