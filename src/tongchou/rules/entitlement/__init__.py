"""Who is entitled to which layer, on any day, by which payment: from paid months (yn2021 四; jn2007 一(二))."""
