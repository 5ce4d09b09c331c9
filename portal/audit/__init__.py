"""The append-only memory of every act that matters."""
