"""Where and when a service that goes round should stop: arrays only."""
