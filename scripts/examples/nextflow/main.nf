// Runs a segsh script over a folder of X-rays in shards, and merges them into one table.
//
//   nextflow run scripts/examples/nextflow/main.nf --script measure.seg --cases xrays --out results --shards 4
//
// Failed cases are listed in failures.csv and do not fail the workflow.

params.out = 'results'
params.shards = 4

process SHARD {
    cpus 1

    input:
    path script
    path cases
    each number

    output:
    path "shard-${number}"

    script:
    """
    segsh cohort '${script}' --cases '${cases}' --out 'shard-${number}' --shard ${number}/${params.shards} \
        --threads ${task.cpus} --resume --progress none || [ \$? -eq 4 ]
    """
}

process MERGE {
    publishDir params.out, mode: 'copy'

    input:
    path shards

    output:
    path 'merged'

    script:
    """
    segsh cohort merge ${shards} --out merged || [ \$? -eq 4 ]
    """
}

workflow {
    MERGE(SHARD(file(params.script), file(params.cases), Channel.of(1..params.shards as int)).collect())
}
