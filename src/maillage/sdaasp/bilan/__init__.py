"""The yearly bilan of a schema: asked for, written, consolidated, validated, frozen."""
