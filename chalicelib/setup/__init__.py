"""What a deployment brings: settings, the firm's team, telemetry, and the one place that picks adapters."""
