"""The desk's side of a recovery: the conversation, the second signature, handing over the way back."""
