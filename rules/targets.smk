# A target of its own name for every experiment: `snakemake --cores 2 digits_lr`.
for experiment in lab.names:

    rule:
        name:
            experiment
        localrule: True
        input:
            lambda wildcards, name=experiment: [lab.gate(name), "results/genealogy.json"],
