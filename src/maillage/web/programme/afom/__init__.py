"""AFOM matrices."""
