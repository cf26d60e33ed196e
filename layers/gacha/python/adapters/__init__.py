"""What touches the world outside: one module each for DynamoDB, Discord, logs and tracing."""
