"""cfn-lint with these arguments, whose exit code only says that it found something: that is in what it prints."""
import sys

from cfnlint.runner import main

try:
    code = main()
except SystemExit as end:
    code = end.code
sys.exit(1 if code == 1 else 0)  # 1: it did not come to an end; from 2 on, the kinds of what it found
