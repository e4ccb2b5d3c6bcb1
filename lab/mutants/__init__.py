"""Would the tests notice? Plants one small fault after the other and runs the tests against it."""
