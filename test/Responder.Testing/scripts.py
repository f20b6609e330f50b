"""Runs Python scripts for the tests of one process, each in a fork of this one, which has imported what they need: imports take seconds.

Standard input: one JSON object a line, {"id", "script", "modules", "arguments", "input", "output", "error"}; the last three are files. Standard
output: {"id", "code"} a line, when a script has ended. Ends when standard input is closed.
"""
import importlib
import json
import os
import runpy
import signal
import sys
import traceback

# What a script that needs the module imports of it, as far as this takes time.
WITHIN = {
    "boto3": ["boto3"],
    "cfnlint": ["cfnlint.decode.cfn_yaml", "cfnlint.runner"],
    "moto": ["moto", "moto.cloudformation.parsing"],
    "moto.server": ["moto.server"],
    "samtranslator": ["samtranslator.parser.parser", "samtranslator.translator.translator"],
}


def prepare(modules):
    for module in modules:
        if module.split(".")[0] == "awscli":
            continue  # importing it changes the environment, which its scripts set before
        for name in WITHIN.get(module, [module]):
            try:
                importlib.import_module(name)
            except ImportError:
                pass  # the script says so


def play(request):
    """In a process of its own: the exit code."""
    for number, (name, flags) in enumerate((("input", os.O_RDONLY), ("output", os.O_WRONLY), ("error", os.O_WRONLY))):
        file = os.open(request[name], flags)
        os.dup2(file, number)
        os.close(file)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # the one of the fork has read ahead: requests that are not for this script
    sys.argv = [request["script"], *request["arguments"]]
    sys.path[0] = os.path.dirname(request["script"])
    try:
        runpy.run_path(request["script"], run_name="__main__")
        return 0
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except BaseException:
        traceback.print_exc()
        return 1


def finish(code):
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for whoever waits for a script
for line in iter(sys.stdin.readline, ""):
    request = json.loads(line)
    prepare(request["modules"])
    if os.fork():
        continue
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    script = os.fork()
    if script == 0:
        finish(play(request))
    code = os.waitstatus_to_exitcode(os.waitpid(script, 0)[1])
    os.write(1, (json.dumps({"id": request["id"], "code": code}) + "\n").encode())
    os._exit(0)
