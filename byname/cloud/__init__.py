"""byname on AWS: package it, put it there, look after it, take it away. Never shipped to Lambda."""
