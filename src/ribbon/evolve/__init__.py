"""How the model should grow, from what both ends show: evidence, proposals, and the proof that nothing else changes."""
