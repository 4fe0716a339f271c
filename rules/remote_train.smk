# Trainings on machines that share no file system with the lab. Data and runs pass through the default storage.


localrules:
    _pack_data,
    _train,


rule _pack_data:
    input:
        ".proband/data/{data}.json",
    output:
        remote.stored(temp(".proband/packs/data/{data}.tar")),
    log:
        ".proband/logs/pack_data/{data}.log",
    params:
        path=runs.data_path,
    shell:
        "job rules.remote.archive pack {output} {params.path:q} > {log} 2>&1"


rule _remote_train:
    input:
        data=runs.stored_data(remote.stored),
    output:
        remote.stored(temp(".proband/packs/runs/{run}.tar")),
    log:
        ".proband/logs/train/{run}.log",
    priority: priorities.of_run()
    retries: cluster.retries
    group:
        cluster.group
    threads: runs.resource("cpus")
    resources:
        **cluster.resources,
        attempt=attempt,
        attempts=ATTEMPTS,
    params:
        fingerprint=runs.fingerprint(),
    shell:
        "(job rules.remote.archive unpack {input.data}"
        " && PROBAND_RULE=_remote_train job --supervised rules.jobs.train {wildcards.run} --attempt {resources.attempt}"
        " --attempts {resources.attempts} --log {log}"
        " && job rules.remote.archive pack {output} results/runs/{wildcards.run}) > {log} 2>&1"


# The training is over, so this copies its run into the lab.
rule _train:
    input:
        remote.stored(".proband/packs/runs/{run}.tar"),
    output:
        "results/runs/{run}/status.json",
    log:
        ".proband/logs/unpack/{run}.log",
    priority: priorities.of_run()
    params:
        fingerprint=runs.fingerprint(),
    shell:
        "job rules.remote.archive unpack {input} --run {wildcards.run} > {log} 2>&1"
