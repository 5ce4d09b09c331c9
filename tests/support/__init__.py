"""What tests share: actors, a browser for the test client, factories."""
