"""What units and retirees owe beside the monthly levy: one-off sums, instalments, surcharges, the low tier, advances.

Also what a changed contribution base does. Pure rules: figures of the law in, numbers, steps and warnings out.
"""
