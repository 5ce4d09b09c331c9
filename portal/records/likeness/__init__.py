"""Whether two photographs are the same picture: found by comparing, said by a person."""
