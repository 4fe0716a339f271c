# A target of its own name for every experiment: `snakemake --cores 2 digits_lr`.
for experiment in lab.experiments:

    rule:
        name:
            experiment
        input:
            lab.target([experiment]),
        localrule: True


# A spec that does not compile has one too. It fails, and the last words of the build say what is wrong.
for experiment in lab.broken:

    rule:
        name:
            experiment
        localrule: True
        shell:
            "exit 2"
