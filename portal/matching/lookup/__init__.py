"""Looking through the archive for a name: never without a case and a reason, and never unseen."""
