"""What a comité receives and keeps: the convocation, the minutes, the packet of a meeting."""
