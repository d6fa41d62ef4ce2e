"""The catalog: registered models, their versions, aliases, stages and tags."""
