"""Unemployment insurance: the benefit, the allowance of rural contract workers, subsidies of the unemployed."""
