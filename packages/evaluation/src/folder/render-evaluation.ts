import type { DetectorEvaluation } from './evaluate-folder.js'

/** `eval.txt`: the reference system's line for each detector (precision, recall, F1), then what it does not say. */
export function renderEvaluation(evaluations: readonly DetectorEvaluation[]): string {
  const lines = evaluations.map(
    ({ detector, flags }) =>
      `${detector}: Precision=${fixed(flags.precision)} Recall=${fixed(flags.recall)} F1=${fixed(flags.f1)}`,
  )
  for (const {
    detector,
    unit,
    units,
    anomalous,
    ranking,
    flagEverything,
    lines: ofLines,
    incidents,
    ...rest
  } of evaluations) {
    const { falsePositiveRate, balancedAccuracy } = rest.flags
    lines.push('', `${detector}, ${anomalous} of ${units} ${unit}s anomalous`)
    lines.push(`  flagging everything: F1=${fixed(flagEverything.f1)}`)
    lines.push(`  false positive rate=${fixed(falsePositiveRate)} balanced accuracy=${fixed(balancedAccuracy)}`)
    lines.push(`  lines: precision=${fixed(ofLines.precision)} recall=${fixed(ofLines.recall)} F1=${fixed(ofLines.f1)}`)
    if (ranking !== null) {
      lines.push(
        `  PR-AUC=${fixed(ranking.prAuc)} ROC-AUC=${fixed(ranking.rocAuc)} best F1 with labels=${fixed(ranking.oracleF1)}`,
      )
    }
    if (rest.calibrationError !== null) lines.push(`  calibration error=${fixed(rest.calibrationError)}`)
    if (incidents === null) continue
    const { found, rowsToDetect } = incidents
    lines.push(`  incidents: ${found} of ${incidents.incidents} found, after ${rowsToDetect ?? 0} lines (median)`)
    for (const { kind, found, incidents: all } of incidents.perKind) lines.push(`    ${kind}: ${found} of ${all}`)
  }
  return `${lines.join('\n')}\n`
}

function fixed(figure: number | null): string {
  return (figure ?? 0).toFixed(3)
}
