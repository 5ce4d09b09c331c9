"""`make scan`: two scanners walk through the demo, signed out and signed in, and what they find is read by people."""
