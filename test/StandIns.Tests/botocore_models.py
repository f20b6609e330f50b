"""Prints, as JSON, what botocore's service models say: `endpoints`, or `operations Service:Operation,...` (members and error codes)."""
import json
import sys

import botocore.session
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError

SERVICES = ("iam", "sns")
loader = botocore.session.get_session().get_component("data_loader")


def endpoints():
    partitions = loader.load_data("partitions")
    regions = [region for partition in partitions["partitions"] for region in partition["regions"] if not region.endswith("-global")]
    for service in SERVICES:
        provider = EndpointProvider(loader.load_service_model(service, "endpoint-rule-set-1"), partitions)
        for region in regions:
            for fips in (False, True):
                for dual_stack in (False, True):
                    try:
                        url = provider.resolve_endpoint(Region=region, UseFIPS=fips, UseDualStack=dual_stack).url
                    except EndpointProviderError:
                        url = None
                    yield {"service": service, "region": region, "fips": fips, "dualStack": dual_stack, "url": url}


def kind(shape):
    if shape.type_name == "list":
        return {"list": kind(shape.member)}
    if shape.type_name == "map":
        return {"map": kind(shape.value)}
    if shape.type_name == "structure":
        return {name: kind(member) for name, member in shape.members.items()}
    return shape.type_name


def operations(wanted):
    session = botocore.session.get_session()
    for name in wanted.split(","):
        service, operation = name.split(":")
        model = session.get_service_model(service).operation_model(operation)
        yield {
            "name": name,
            "input": kind(model.input_shape),
            "output": kind(model.output_shape) if model.output_shape else {},
            "errors": sorted(shape.error_code for shape in model.error_shapes),
        }


if __name__ == "__main__":
    print(json.dumps(list(endpoints() if sys.argv[1] == "endpoints" else operations(sys.argv[2]))))
