"""DynamoDB: a module for each table, the transactions over them, and how an item is written."""
