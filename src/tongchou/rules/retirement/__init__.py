"""Retirement: at which age, early or late, and what medical years are still to be paid.

``age`` statutory age, its gradual rise and the choice around it · ``harmful_work`` early retirement after harmful work.
"""
