"""Hand-over to a court or institution: chosen item by item, signed by two, closed to everybody but the recipient."""
