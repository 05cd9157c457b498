"""The personal account: what is credited, the interest it bears, and the balance."""
