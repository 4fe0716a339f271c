# Trainings on this machine, or on machines that share its files: one job for each run.


rule _train:
    input:
        data=runs.data(),
    output:
        "results/runs/{run}/status.json",
    log:
        ".proband/logs/train/{run}.log",
    priority: priorities.of_run()
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
        "PROBAND_RULE=_train job --supervised rules.jobs.train {wildcards.run} --attempt {resources.attempt}"
        " --attempts {resources.attempts} --log {log} > {log} 2>&1"
