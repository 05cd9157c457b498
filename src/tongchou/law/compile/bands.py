"""Bands as helper functions of generated source: what a running cost pays, and the least cost that pays an amount."""

from __future__ import annotations


def band_helpers(count: int, scale: int, mode: str, side: str, inverse: str) -> list[str]:
    """``bandsN_D(x, edges…, rates…)``: paid of a running cost; ``unbands``: the least cost that pays an amount."""
    edges = [f"e{k}" for k in range(count)]
    rates = [f"r{k}" for k in range(count)]
    head = ", ".join(["x", *edges, *rates])
    half = f" + {scale // 2}" if mode == "half_up" else ""
    lines = [f"def bands{count}_{scale}({head}):", "    low = e0", "    due = 0"]
    for k in range(count):
        top = f"min(x, e{k + 1})" if k + 1 < count else "x"
        lines += [f"    if {top} > low:", f"        due = due + ({top} - low) * r{k}"]
        if k + 1 < count:
            lines += [f"        low = {top}"]
    if side == "fund":
        lines.append(f"    return (due{half}) // {scale}")
    else:
        lines += ["    above = max(0, x - e0)", f"    return above - (above * {scale} - due{half}) // {scale}"]
    lines += [
        "",
        "",
        f"def unbands{count}_{scale}({', '.join(['wanted', *edges, *rates])}):",
        "    low = e0",
        f"    need = wanted * {scale}",
    ]
    add = " + r{k} // 2" if inverse == "half_up" else ""
    for k in range(count):
        if k + 1 < count:
            lines += [
                f"    if e{k + 1} > low:",
                f"        if need <= (e{k + 1} - low) * r{k}:",
                f"            return low + (need{add.format(k=k)}) // r{k} if r{k} > 0 else low",
                f"        need = need - (e{k + 1} - low) * r{k}",
                f"        low = e{k + 1}",
            ]
        else:
            lines.append(f"    return low + (need{add.format(k=k)}) // r{k} if r{k} > 0 else low")
    return [*lines, "", ""]
