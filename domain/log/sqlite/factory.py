"""The library's infrastructure factory for a log: nothing in the environment picks a class or a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eventsourcing.persistence import (
    AggregateRecorder,
    InfrastructureFactory,
    Mapper,
    ProcessRecorder,
    TrackingRecorder,
    Transcoder,
)
from eventsourcing.utils import Environment

from domain.clock import Clock
from domain.log.sqlite.recorder import LogRecorder
from domain.log.sqlite.store import LogDatastore, check_file, explained
from domain.log.stored import ClosedMapper


class LogFactory(InfrastructureFactory[TrackingRecorder]):
    """Makes the parts of the application for one log."""

    def __init__(self, path: Path, *, clock: Clock, read_only: bool) -> None:
        super().__init__(Environment("ceasefire", {}))
        check_file(path)
        self.datastore = LogDatastore(path, read_only=read_only)
        self.path = path
        self.clock = clock

    def mapper(self, transcoder: Transcoder | None = None, mapper_class: type[Mapper[Any]] | None = None) -> Any:
        """The closed mapper, whatever was asked for: none other reads or writes a log."""
        return ClosedMapper()

    def application_recorder(self) -> LogRecorder:
        """The log's recorder."""
        with explained(self.path):
            return LogRecorder(self.datastore, self.clock)

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """There are no snapshots: streams are read whole, and decisions never replay them."""
        raise NotImplementedError

    def tracking_recorder(self, tracking_recorder_class: type[TrackingRecorder] | None = None) -> TrackingRecorder:
        """Projections keep their own checkpoint."""
        raise NotImplementedError

    def process_recorder(self) -> ProcessRecorder:
        """Projections keep their own checkpoint."""
        raise NotImplementedError

    def close(self) -> None:
        """Close every connection."""
        self.datastore.close()
