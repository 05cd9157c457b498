"""The rules: pure functions of law's frozen tables and integers. No clock, no file, no database."""
