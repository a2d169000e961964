"""Every door of byname. A door reads what AWS hands it, calls one flow, and answers; it decides nothing.

Rooms are imported behind the door that needs them: the contact page must not wait for the mail parser, nor for boto3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalice.app import Chalice, CloudWatchEvent, ConvertToMiddleware, Rate, Response, SQSEvent

from chalicelib import pages
from chalicelib.setup import telemetry, wiring

app = Chalice(app_name="byname", configure_logs=False)
app.register_middleware(ConvertToMiddleware(telemetry.logger().inject_lambda_context(clear_state=True)))
app.register_middleware(telemetry.counting)

FORM_TYPES = ["application/x-www-form-urlencoded", "application/json", "multipart/form-data", "text/plain"]
"""All that browsers send by themselves. Two of them the form refuses, in our words and not the gateway's."""


@app.on_sqs_message(queue="inbound", batch_size=5)
def receive_mail(event: SQSEvent) -> Any:
    """SES put a mail into the bucket and SNS told the queue; or a form post waits to be answered."""
    from chalicelib import flows
    from chalicelib.aws import events

    def handle(record: Mapping[str, Any]) -> None:
        for delivery in events.deliveries(record):
            telemetry.handled(flows.receive_mail(delivery, wiring.services()))

    return events.each_record(event.to_dict(), handle, telemetry.logger())


@app.on_sqs_message(queue="feedback", batch_size=10)
def receive_feedback(event: SQSEvent) -> Any:
    """SES tells what became of our letters."""
    from chalicelib import flows
    from chalicelib.aws import events

    def handle(record: Mapping[str, Any]) -> None:
        sending_event = events.feedback(record)
        if sending_event is not None:
            telemetry.reported(sending_event, flows.receive_feedback(sending_event, wiring.services()))

    return events.each_record(event.to_dict(), handle, telemetry.logger())


@app.schedule(Rate(1, unit=Rate.MINUTES))
def keep_promises(_: CloudWatchEvent) -> None:
    """Every minute: letters left unsent, promises about to lapse."""
    from chalicelib import flows

    swept = flows.keep_promises(wiring.services())
    telemetry.swept(swept.unsent_letters, swept.due_promises, swept.failed)


@app.route("/contact", methods=["GET"])
def contact_page() -> Response:
    return _response(pages.show_form(wiring.team(), wiring.now()))


@app.route("/contact", methods=["POST"], content_types=FORM_TYPES)
def receive_form() -> Response:
    answer = pages.take_post(_request(), wiring.page_services())
    if answer.receipt is not None:
        telemetry.handled(answer.receipt)
    return _response(answer)


@app.route("/contact", methods=["OPTIONS"])
def contact_preflight() -> Response:
    return _response(pages.preflight(_request(), wiring.team()))


@app.route("/files/{token}", methods=["GET"])
def files_page(token: str) -> Response:
    return _response(pages.show_files(token, wiring.page_services()))


@app.route("/files/{token}", methods=["POST"], content_types=FORM_TYPES)
def download_file(token: str) -> Response:
    return _response(pages.download_file(token, _request(), wiring.page_services()))


def _request() -> pages.Request:
    request = app.current_request
    if request is None:
        raise LookupError("no request is being answered")
    headers = {name.lower(): value for name, value in request.headers.items()}
    body = request.raw_body
    return pages.Request(headers, body if isinstance(body, bytes) else body.encode())


def _response(answer: pages.Answer) -> Response:
    return Response(answer.body, status_code=answer.status, headers=dict(answer.headers))
