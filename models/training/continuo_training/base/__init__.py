"""What every room builds on: the contract and the errors."""
