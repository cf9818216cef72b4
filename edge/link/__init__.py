"""From the outbox to the broker and back: MQTT 5, at least once, nothing acknowledged before it is durable."""
