"""From the data sets to training batches."""
