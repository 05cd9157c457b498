"""Tests of the office in a browser and for programs."""
