"""Commands of the operator; each prints human text, or one JSON object with --json."""
