# Data and trainings: one job for each tracked path, and one for each run.


rule _data:
    output:
        marker=".proband/data/{data}.json",
        ready=".proband/data/{data}.ready",
    log:
        ".proband/logs/data/{data}.log",
    conda:
        "environment.yaml"
    params:
        path=runs.data_path,
    shell:
        "job rules.jobs.data {params.path:q} {output.marker} {output.ready} > {log} 2>&1"


rule _train:
    input:
        data=runs.data(),
    output:
        "results/runs/{run}/status.json",
    log:
        ".proband/logs/train/{run}.log",
    retries: cluster.retries
    group:
        cluster.group
    conda:
        "environment.yaml"
    threads: runs.resource("cpus")
    resources:
        **cluster.resources,
        attempt=attempt,
        attempts=ATTEMPTS,
    params:
        fingerprint=runs.fingerprint(),
    shell:
        "job --supervised rules.jobs.train {wildcards.run} --attempt {resources.attempt}"
        " --attempts {resources.attempts} --log {log} > {log} 2>&1"
