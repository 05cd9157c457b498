"""Minimum allowance and hardship groups: the means test, and what each group is entitled to."""
