"""Settings as the environment has them: read, judged, and refused in one go."""
