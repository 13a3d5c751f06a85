"""What changes in the public part, sent signed to the addresses that an administrator wrote down."""
