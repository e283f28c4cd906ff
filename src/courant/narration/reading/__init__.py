"""How what is written is said: rules without a database."""
