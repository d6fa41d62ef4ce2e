"""Metaflow: the smallest flow there is, of its two obligatory steps."""

from metaflow import FlowSpec, step


class Smallest(FlowSpec):
    @step
    def start(self):
        self.x = 1
        self.next(self.end)

    @step
    def end(self):
        print("x", self.x + 1)


if __name__ == "__main__":
    Smallest()
