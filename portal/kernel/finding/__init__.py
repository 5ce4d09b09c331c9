"""Finding a person by name, in whichever letters and spelling it is typed; no database, no screen."""
