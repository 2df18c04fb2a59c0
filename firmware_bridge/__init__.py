"""Next to the devices: turns each device's own protocol into typed readings and hands them to the edge."""
