"""What is fast enough, measured: `make bench` prints every target beside its peer. No part of `make test`."""
