"""Tell Snakemake the parameters of the functions that it calls for every job, so that it does not inspect them.

Snakemake inspects the signature of a function several times for each job and resource, which takes more than a tenth of
the time of a dry run of ten thousand jobs.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from snakemake.common import overwrite_function_params
from snakemake.resources import Resource


def with_cached_signature(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, with its parameters stored where Snakemake looks for them before it inspects it."""
    overwrite_function_params(function, dict(inspect.signature(function).parameters))
    return function


def cache_resource_signature() -> None:
    """Store the parameters of Snakemake's own function that evaluates each resource of each job."""
    parameters = dict(inspect.signature(Resource.evaluate).parameters)
    del parameters["self"]
    overwrite_function_params(Resource.evaluate, parameters)
