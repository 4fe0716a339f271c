"""Snakemake passes the same arguments to functions whose parameters are stored as to those that it inspects."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from snakemake.common import FUNC_OVERWRITE_PARAMS_ATTR, get_function_params
from snakemake.resources import Resource

from rules.build.functions.cached_signatures import cache_resource_signature, with_cached_signature
from rules.build.run_values import attempt

cache_resource_signature()
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "wildcards": with_cached_signature(lambda wildcards: wildcards),
    "attempt": attempt,
    "evaluation of a number": Resource("mem_mb", 2000).evaluate,
    "evaluation of a function": Resource("attempt", attempt).evaluate,
}


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_stored_parameters_are_those_of_the_signature(function: Callable[..., Any]) -> None:
    assert hasattr(function, FUNC_OVERWRITE_PARAMS_ATTR)
    assert dict(get_function_params(function)) == dict(inspect.signature(function).parameters)


def test_resources_are_evaluated_with_the_arguments_that_their_function_names() -> None:
    resource = Resource("attempt", attempt).evaluate({}, attempt=2, threads=4, input=[])
    assert resource.value == 2
