"""Tongchou (统筹): settle, explain and administer Chinese medical insurance by dated, cited law."""
