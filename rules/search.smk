# The rounds of a search: each asks for runs that nobody knew before, when those of the rounds before it are there.


localrules:
    ask,


checkpoint ask:
    input:
        lab.asked_before,
    output:
        ".proband/search/{experiment}/{search}/round-{round}.json",
    log:
        ".proband/logs/ask/{experiment}/{search}/round-{round}.log",
    wildcard_constraints:
        search="[0-9a-f]{12}",
        round="[0-9]+",
    conda:
        "environment.yaml"
    params:
        plan=lab.plan_file,
    shell:
        "job rules.jobs.ask {params.plan} {wildcards.experiment} {wildcards.search} {wildcards.round} > {log} 2>&1"


lab.searches.asking = checkpoints.ask.get
