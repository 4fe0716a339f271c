# Data and trainings: one job for each version of the data, one for each distinct run.


rule data:
    output:
        marker=".proband/data/{data}.json",
        ready=".proband/data/{data}.ready",
    log:
        ".proband/logs/data/{data}.log",
    conda:
        "environment.yaml"
    params:
        path=lab.data_path,
    shell:
        "job rules.jobs.data {params.path:q} {output.marker} {output.ready} > {log} 2>&1"


rule train:
    input:
        data=lab.data(),
    output:
        "results/runs/{run}/status.json",
    log:
        ".proband/logs/train/{run}.log",
    retries: cluster.retries
    group:
        cluster.group
    conda:
        "environment.yaml"
    threads: lab.resource("cpus")
    resources:
        **cluster.asked,
        attempt=attempt,
        attempts=ATTEMPTS,
    params:
        fingerprint=lab.of_run("fingerprint"),
    shell:
        "job --supervised rules.jobs.train {wildcards.run} --attempt {resources.attempt}"
        " --attempts {resources.attempts} --log {log} > {log} 2>&1"
