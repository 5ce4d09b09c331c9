"""The match of what families tell with what records say: pure, learned from the data themselves, explained."""
