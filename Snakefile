# Builds the experiments whose specs are in conf/experiment. The rules only read the plan. See docs/commands.md.
import sys
from os.path import dirname
from shlex import quote
from uuid import uuid4

from snakemake.utils import min_version

from proband.engine_path import add_engine_to_path

add_engine_to_path()  # before the imports below; also for the jobs that this process starts

from rules.build.before_plan.early_server import early_server

# It imports while the specs are compiled.
server = early_server(workflow, config.get("overrides", ""))

from lab.admission.admit import admit_build
from rules.build.cluster import Cluster
from rules.build.driver import Driver
from rules.build.fusion.fused_trainings import FusedTrainings
from rules.build.free_plan import free_plan
from rules.build.job_priority import JobPriority
from rules.build.run_values import ATTEMPTS, RunValues, attempt
from rules.build.step_inputs import StepInputs
from rules.build.targets import Targets
from rules.build.terminal.build_log import show_build
from rules.jobserver import client
from rules.remote.storage import RemoteStorage

min_version("9.20")

build_log = show_build(workflow)
plan = free_plan(workflow, config.get("overrides", ""))
targets = Targets(plan)
inputs = StepInputs(plan, targets)
fused = FusedTrainings(
    plan,
    workflow.resource_settings.cores,
    submits=workflow.resource_settings.nodes is not None,
)
driver = Driver(
    plan,
    targets,
    is_main=workflow.is_main_process,
    is_dry_run=workflow.output_settings.dryrun,
    is_remote=workflow.remote_exec,
    build_log=build_log,
    server=server,
    admit=admit_build,
    fused=fused,
)
runs = RunValues(plan, driver.runs_to_repeat)
priorities = JobPriority(plan)
cluster = Cluster(
    workflow, plan, runs, begin_pack=lambda run: driver.start_server([run])
)

remote = RemoteStorage(workflow)  # of trainings that share no file system with this lab
if workflow.is_main_process:
    remote.deploy(plan.lab, plan.compiled, plan.file)

# Jobs run in the Python that runs Snakemake, unless an environment or a container is used for them. There the job server
# must not run them, because it has the Python of Snakemake. `job` runs one.
path = (
    f"unset {client.ADDRESS}; "
    if workflow.deployment_settings.deployment_method
    else f"export PATH={quote(dirname(sys.executable))}:$PATH; "
)
shell.prefix(path + f'job() {{{{ python -SE {quote(client.__file__)} "$@"; }}}}; ')


# The image in which jobs run with `--software-deployment-method apptainer`. See docs/provenance.md.
if config.get("container"):

    container: config["container"]


wildcard_constraints:
    run="[0-9a-f]{12}",
    data="[0-9a-f]{12}",
    experiment="[A-Za-z0-9][A-Za-z0-9._-]*",
    deliverable="[A-Za-z0-9][A-Za-z0-9._-]*",


# The unit of `turn` belongs to one cluster job, whose trainings run one after another.
resource_scopes:
    turn="local",


# Only trainings are sent to a cluster.
localrules:
    _all,
    _data,
    _evidence,
    _record,
    _deliverable,
    _results,
    _gate,
    _genealogy,
    _facts,
    _agenda,
    _analysis,
    _integration,
    _quality_review,
    _report,
    _publication,
    _package_archive,


rule _all:
    default_target: True
    input:
        targets.default_inputs(),


include: "rules/search.smk"
include: "rules/data.smk"
include: "rules/remote_train.smk" if remote.is_used else "rules/train.smk"
include: "rules/deliver.smk"
include: "rules/write.smk"
include: "rules/stages.smk"
include: "rules/publish.smk"
include: "rules/archive.smk"
include: "rules/targets.smk"


onstart:
    driver.begin(workflow.dag.needrun_jobs(), workflow.dag_settings)


onsuccess:
    driver.end(workflow.dag.jobs)


onerror:
    driver.end(workflow.dag.jobs)
