"""Which event matches which pattern, as moto's EventBridge sees it.

Standard input: {"patterns": [pattern text, ...], "events": [event, ...]}. Standard output: for each event the indexes of the patterns.
"""
import json
import sys

from moto.events.models import EventPattern

given = json.load(sys.stdin)
patterns = [EventPattern.load(text) for text in given["patterns"]]
json.dump(
    [[i for i, pattern in enumerate(patterns) if pattern.matches_event(event)] for event in given["events"]],
    sys.stdout,
)
