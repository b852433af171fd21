"""The commands that need no model: cards, lorebooks, stories, moving house. Each imports what it needs as it runs."""
