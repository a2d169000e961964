"""Our adapters against something that answers like AWS: ministack over TCP, DynamoDB Local where it is to be had."""
