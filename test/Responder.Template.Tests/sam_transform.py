"""Turns the SAM template named first into the CloudFormation template named second, as the deployment does."""
import json
import sys

from cfnlint.decode.cfn_yaml import load
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

template = load(sys.argv[1])
template["Globals"]["Function"]["CodeUri"] = "s3://packages/function.zip"  # sam package uploads the code and puts this in
for resource in template["Resources"].values():
    if resource["Type"] == "AWS::CloudFormation::Stack":  # as it does with nested templates
        resource["Properties"]["TemplateURL"] = "https://s3.amazonaws.com/packages/" + resource["Properties"]["TemplateURL"]
translated = Translator({}, Parser()).translate(template, {})
with open(sys.argv[2], "w", encoding="ascii") as output:
    json.dump(translated, output, indent=1, default=str)
