"""The bridge: it turns each device's own protocol into typed readings and ships them by MQTT."""
