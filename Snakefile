# Builds what the specs in conf/experiment promise. The rules only read the plan; docs/commands.md shows how to ask.
import sys
from os.path import dirname
from shlex import quote

from snakemake.utils import min_version

from rules.jobs.register import register
from rules.jobs.tell import tell
from rules.workflow import ATTEMPTS, Workflow, attempt

min_version("9.20")

lab = Workflow(config.get("overrides", ""), is_main=workflow.is_main_process)

# Jobs run in the Python that runs Snakemake, unless an environment is made for them.
if not workflow.deployment_settings.deployment_method:
    shell.prefix(f"export PATH={quote(dirname(sys.executable))}:$PATH; ")


wildcard_constraints:
    run="[0-9a-f]{12}",
    data="[0-9a-f]{12}",
    experiment="[A-Za-z0-9][A-Za-z0-9._-]*",
    deliverable="[A-Za-z0-9][A-Za-z0-9._-]*",


localrules:
    all,
    evidence,
    record,
    results,
    gate,
    genealogy,


rule all:
    default_target: True
    input:
        lab.files(lab.every),


include: "rules/search.smk"
include: "rules/train.smk"
include: "rules/deliver.smk"
include: "rules/targets.smk"


onstart:
    register(lab, workflow.dag.needrun_jobs())


onsuccess:
    tell(lab, workflow.dag.jobs)


onerror:
    tell(lab, workflow.dag.jobs)
