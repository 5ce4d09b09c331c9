"""The package prepared for one relative: written, sealed, approved by another; any change voids the seal."""
