"""The custodian's view of what is kept: how whole it is, what was found, what a court has asked to keep."""
