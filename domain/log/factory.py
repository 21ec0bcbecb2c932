"""The library's infrastructure factory for a log: nothing in the environment picks a class, a file or a server."""

from __future__ import annotations

from abc import abstractmethod
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

from domain.log.recorder import LogRecorder
from domain.log.stored import ClosedMapper


class LogFactory(InfrastructureFactory[TrackingRecorder]):
    """Makes the parts of the application for one log."""

    def __init__(self) -> None:
        super().__init__(Environment("ceasefire", {}))

    def mapper(self, transcoder: Transcoder | None = None, mapper_class: type[Mapper[Any]] | None = None) -> Any:
        """The closed mapper, whatever was asked for: none other reads or writes a log."""
        return ClosedMapper()

    @abstractmethod
    def application_recorder(self) -> LogRecorder:
        """The log's recorder."""

    @abstractmethod
    def close(self) -> None:
        """Close every connection."""

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """There are no snapshots: streams are read whole, and decisions never replay them."""
        raise NotImplementedError

    def tracking_recorder(self, tracking_recorder_class: type[TrackingRecorder] | None = None) -> TrackingRecorder:
        """Projections keep their own checkpoint."""
        raise NotImplementedError

    def process_recorder(self) -> ProcessRecorder:
        """Projections keep their own checkpoint."""
        raise NotImplementedError
