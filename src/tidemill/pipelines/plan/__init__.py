"""What happens next in a run: a pure state machine, and the simulator that takes it through crashes."""
