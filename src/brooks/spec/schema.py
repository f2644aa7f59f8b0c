"""The JSON Schema of task files, for editors; made from the same classes that validate.

`python -m brooks.spec.schema > docs/task-file.schema.json` writes it; a test holds the file to it.
"""

import json
import sys

from pydantic.json_schema import GenerateJsonSchema

from brooks.spec.sections import FileSection


def json_schema() -> dict[str, object]:
    """Give the schema of the form to write; the published JSON form is read as well."""
    schema: dict[str, object] = FileSection.model_json_schema()
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        **schema,
        "title": "Brooks task file",
    }


def schema_text() -> str:
    """Give the schema as the text of its file."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
