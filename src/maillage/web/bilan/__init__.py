"""The yearly bilan: contributions asked and written, consolidated, validated, frozen."""
