"""Bands as helper functions of generated source: what a running cost pays, and the least cost that pays an amount."""

from __future__ import annotations


def band_helpers(count: int, scale: int, mode: str, side: str, inverse: str) -> list[str]:
    """``bandsN_D(x, edges…, rates…)``: paid of a running cost; ``unbands``: the least cost that pays an amount."""
    edges = [f"e{k}" for k in range(count)]
    rates = [f"r{k}" for k in range(count)]
    head = ", ".join(["x", *edges, *rates])
    half = f" + {scale // 2}" if mode == "half_up" else ""
    lines = [f"def bands{count}_{scale}({head}):", "    low = e0", "    due = 0"]
    if side == "fund":
        paid = [f"return (due{half}) // {scale}"]
    else:
        paid = ["above = max(0, x - e0)", f"return above - (above * {scale} - due{half}) // {scale}"]
    for k in range(count - 1):
        lines += [f"    if x <= e{k + 1}:", "        if x > low:", f"            due = due + (x - low) * r{k}"]
        lines += [f"        {line}" for line in paid]
        lines += [f"    if e{k + 1} > low:", f"        due = due + (e{k + 1} - low) * r{k}", f"        low = e{k + 1}"]
    lines += ["    if x > low:", f"        due = due + (x - low) * r{count - 1}"]
    lines += [f"    {line}" for line in paid]
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
