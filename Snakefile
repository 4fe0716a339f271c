# Builds what the specs in conf/experiment promise. The rules only read the plan; docs/commands.md shows how to ask.
import sys
from os.path import dirname
from shlex import quote

from snakemake.utils import min_version

from rules.build.cluster import Cluster
from rules.build.driver import Driver
from rules.jobserver import client
from rules.build.workflow import ATTEMPTS, Workflow, attempt

min_version("9.20")

lab = Workflow(config.get("overrides", ""), is_main=workflow.is_main_process)
driver = Driver(
    lab,
    is_building=workflow.is_main_process and not workflow.output_settings.dryrun,
    is_elsewhere=workflow.remote_exec,
)
cluster = Cluster(workflow, lab, begin_pack=lambda run: driver.start_server([run]))

# Jobs run in the Python that runs Snakemake, unless an environment is made for them; `job` is how each is called.
path = (
    ""
    if workflow.deployment_settings.deployment_method
    else f"export PATH={quote(dirname(sys.executable))}:$PATH; "
)
shell.prefix(path + f'job() {{{{ python -SE {quote(client.__file__)} "$@"; }}}}; ')


wildcard_constraints:
    run="[0-9a-f]{12}",
    data="[0-9a-f]{12}",
    experiment="[A-Za-z0-9][A-Za-z0-9._-]*",
    deliverable="[A-Za-z0-9][A-Za-z0-9._-]*",


# Only trainings are sent to a cluster.
localrules:
    all,
    data,
    evidence,
    record,
    deliverable,
    results,
    gate,
    genealogy,
    facts,
    agenda,
    analysis,
    integration,
    quality_review,
    report,


rule all:
    default_target: True
    input:
        lab.target(lab.every),


include: "rules/search.smk"
include: "rules/train.smk"
include: "rules/deliver.smk"
include: "rules/write.smk"
include: "rules/targets.smk"


onstart:
    driver.begin(workflow.dag.needrun_jobs(), workflow.dag_settings)


onsuccess:
    driver.end(workflow.dag.jobs)


onerror:
    driver.end(workflow.dag.jobs)
