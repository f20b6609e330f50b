"""Lists every operation of AWS's service models (botocore): event source without .amazonaws.com, operation. The first line is the version."""
import botocore
import botocore.session

session = botocore.session.get_session()
print(botocore.__version__)
models = [session.get_service_model(service) for service in session.get_available_services()]
for row in sorted({(model.signing_name, operation) for model in models for operation in model.operation_names}): print(*row)
