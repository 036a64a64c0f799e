"""The report and the model card, rendered from results."""
