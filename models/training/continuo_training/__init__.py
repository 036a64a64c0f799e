"""Training of the Continuo generator: data, networks, training, evaluation, export."""
