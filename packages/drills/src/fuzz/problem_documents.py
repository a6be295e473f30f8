"""Checks of schemathesis that know how the services refuse: loaded by the variable SCHEMATHESIS_HOOKS."""

import json

import schemathesis

MEDIA_TYPE = "application/problem+json"

# Codes of refusals of what was sent, each of which has to say what part of it.
OF_INPUT = {"validation-failed", "malformed-request", "unsupported-media-type"}


def is_page(operation, status):
    """Whether the document says that people are told in HTML, who look at this in a browser."""
    answer = operation.definition.raw.get("responses", {}).get(str(status), {})
    return "text/html" in answer.get("content", {})


@schemathesis.check
def refusals_are_problem_documents(ctx, response, case):
    """Whatever is refused is refused with a problem document, and bad input is told which field of it is bad."""
    if response.status_code < 400 or case.method == "HEAD":
        return
    headers = {name.lower(): value for name, value in response.headers.items()}
    media_type = headers.get("content-type", [""])[0]
    if media_type.startswith("text/html") and is_page(case.operation, response.status_code):
        return
    if not media_type.startswith(MEDIA_TYPE):
        raise AssertionError(f"{response.status_code} is no problem document but {media_type!r}")
    problem = json.loads(response.content)
    if problem.get("status") != response.status_code or not problem.get("code"):
        raise AssertionError(f"The problem document lacks its status or code: {problem}")
    if problem["code"] not in OF_INPUT:
        return
    errors = problem.get("errors") or [{}]
    # The name of a query parameter may be empty text.
    if not all(error.get("in") and error.get("field") is not None for error in errors):
        raise AssertionError(f"{problem['code']} names no field: {problem}")
