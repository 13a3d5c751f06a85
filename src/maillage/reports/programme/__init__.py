"""The programme of actions as a document."""
