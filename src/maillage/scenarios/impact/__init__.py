"""What a change does to people: who gains, who loses, where users go, what it costs. Arrays only."""
