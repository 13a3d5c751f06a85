"""What anyone reads: home, what is planned here, the frame, documents."""
