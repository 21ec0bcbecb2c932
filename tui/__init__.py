"""All that a person touches: the commands, the text form of a Situation, the dashboard."""
