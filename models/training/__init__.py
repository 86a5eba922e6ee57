"""What the trainings of the bundled models share: recipes, the way to ONNX and back, a pen, tables."""
