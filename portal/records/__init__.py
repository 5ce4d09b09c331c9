"""The archive: import, originals, transcription, what a record says, with sources and versions."""
