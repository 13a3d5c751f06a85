"""The yearly bilan on paper, and the figures of an atlas that it freezes."""
