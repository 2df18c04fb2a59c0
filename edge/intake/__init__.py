"""What devices say: MQTT messages in, telemetry kept in a file of its own, ledger commands out."""
