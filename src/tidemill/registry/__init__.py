"""Registry: registered models, their versions, aliases, stages and tags, and who is told of their changes."""
