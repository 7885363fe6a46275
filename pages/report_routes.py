"""`GET /reports/files/<id>`: a file of a run, as long as it is kept."""

from flask import Flask, Response, send_file

from operations.report_runs import file_of
from settings import settings

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "pdf": "application/pdf",
}


def serve_reports(server: Flask) -> None:
    """Adds the address to the server."""
    server.add_url_rule("/reports/files/<int:number>", "report_file", _file)


def _file(number: int) -> Response:
    """404 for a file that never was or whose time is over. Its name is the store's own, never the asker's."""
    found = file_of(number)
    if found is None or found.removed_at is not None:
        return Response(status=404)
    path = settings().reports / str(found.run_id) / found.name
    if not path.is_file():
        return Response(status=404)
    answer = send_file(path, mimetype=TYPES.get(path.suffix[1:], "application/octet-stream"), as_attachment=True, download_name=found.name, max_age=0)  # fmt: skip
    answer.headers["ETag"] = f'"{found.sha256}"'
    return answer
