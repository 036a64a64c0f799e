"""The ONNX files: written, read back and checked."""
