"""What schemathesis cannot know of our API by its document."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def written(context, value):
    """NDJSON: a value on each line."""
    lines = value if isinstance(value, list) else [value]
    return "\n".join(json.dumps(line) for line in lines).encode()


@schemathesis.hook
def filter_query(context, query):
    """A parameter that is sent empty counts as not given, as forms send it; no schema says so."""
    return not query or all(value not in ("", [], [""], None) for value in query.values())
