"""The loop between the Lambda Runtime API and a Python handler: `python3 bootstrap.py MODULE.FUNCTION`."""
import http.client
import importlib
import json
import os
import sys
import traceback

VERSION = "/2018-06-01/runtime"


def main():
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    module, function = sys.argv[1].rsplit(".", 1)
    handler = getattr(importlib.import_module(module), function)
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])

    def call(method, path, body=None):
        connection.request(method, VERSION + path, body)
        response = connection.getresponse()
        return response.headers, response.read()

    while True:
        headers, event = call("GET", "/invocation/next")
        invocation = "/invocation/" + headers["Lambda-Runtime-Aws-Request-Id"]
        try:
            answer, body = "/response", json.dumps(handler(json.loads(event), headers))
        except Exception as error:
            traceback.print_exc()
            answer, body = "/error", json.dumps({"errorType": type(error).__name__, "errorMessage": str(error)})
        call("POST", invocation + answer, body)


main()
