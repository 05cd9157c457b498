"""Basic pension insurance of urban and rural residents: tiers, who pays, subsidy, and the pension (gf2014_8)."""
