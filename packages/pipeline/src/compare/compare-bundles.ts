import type { Labels } from '@sp/evaluation'
import type { Source } from '@sp/log-reader'
import { type Bundle, loadBundle } from '../bundle/bundle.js'
import { PipelineError } from '../errors.js'
import type { RunControl } from '../progress.js'
import { type Agreement, agreementOn } from './agreement.js'
import { judgeLog, type JudgedPair, judgeSamples, type Pair } from './judged-pair.js'
import { loneFindings, type LoneFindings } from './lone-findings.js'
import { pairedFigures, type PairedFigures } from './paired-figures.js'
import { type Verdict, verdictOf } from './verdict.js'

/** How bundles are compared. */
export interface CompareOptions extends RunControl {
  /** A log that both judge; what is wrong with it is not known but for what `labels` say. */
  readonly log?: readonly Source[]
  readonly labels?: Labels
}

/** A bundle in figures. */
export interface BundleFacts {
  readonly path: string
  readonly hash: string
  readonly records: number
  readonly templates: number
  readonly detectors: readonly string[]
  /** Bytes of its members. */
  readonly bytes: number
}

/** What a bundle says of a log. */
export interface LogFacts {
  readonly log: string
  /** Of each bundle: shares of windows and sessions that are flagged, of records that are unknown, and findings. */
  readonly bundles: Pair<{
    readonly windows: number
    readonly flaggedWindows: number
    readonly sessions: number
    readonly flaggedSessions: number
    readonly unknown: number
    readonly findings: number
  }>
}

/** Two bundles side by side. */
export interface BundleComparison {
  readonly format: 'sp-comparison'
  readonly version: 1
  readonly bundles: Pair<BundleFacts>
  /** Settings that differ, by name. */
  readonly settings: Readonly<Record<string, Pair<unknown>>>
  readonly isSameData: boolean
  /** Texts of templates that only one of them knows, and how many both know. */
  readonly templates: {
    readonly both: number
    readonly onlyFirst: readonly string[]
    readonly onlySecond: readonly string[]
  }
  readonly logs: readonly LogFacts[]
  readonly figures: PairedFigures
  readonly agreement: readonly Agreement[]
  /** On the given log, or on the planted ones: what each bundle finds and the other does not. */
  readonly alone: Pair<LoneFindings>
  readonly verdict: Verdict
}

/**
 * Compares two bundles: on incidents planted into the samples of both, on a log, and by what is known of it. Memory grows
 * with the findings.
 * @throws {PipelineError} `bad-bundle`; `bad-options` for a log that can be read only once
 */
export async function compareBundles(
  [firstPath, secondPath]: Pair<string>,
  { log = [], labels, ...control }: CompareOptions = {},
): Promise<BundleComparison> {
  requireReadTwice(log)
  const bundles: Pair<Bundle> = [await loadBundle(firstPath), await loadBundle(secondPath)]
  const samples = await judgeSamples(bundles, control)
  const given = log.length > 0 ? [await judgeLog(bundles, { log, labels, ...control })] : []
  const judged = [...samples, ...given]
  const figures = pairedFigures(judged)
  const told = given.length > 0 ? given : judged.filter(({ incidents }) => incidents!.length > 0)
  const areSame = bundles[0].manifest.hash === bundles[1].manifest.hash
  return {
    format: 'sp-comparison',
    version: 1,
    bundles: both(bundles, factsOf),
    settings: differingSettings(bundles),
    isSameData: bundles[0].manifest.data.sha256 === bundles[1].manifest.data.sha256,
    templates: templatesOf(bundles),
    logs: judged.map(logFacts),
    figures,
    agreement: judged.map(agreementOn),
    alone: [loneFindings(bundles[0], findingsOf(told, 0)), loneFindings(bundles[1], findingsOf(told, 1))],
    verdict: verdictOf(figures, areSame),
  }
}

function requireReadTwice(log: readonly Source[]): void {
  const once = log.find(({ probe }) => probe === undefined)
  if (once === undefined) return
  throw new PipelineError(
    'bad-options',
    `${once.name} can be read only once, and two bundles judge it; save it to a file`,
  )
}

function factsOf({ path, manifest, templates }: Bundle): BundleFacts {
  const trained = Object.entries(manifest.detectors).filter(([, detector]) => detector.trained)
  return {
    path,
    hash: manifest.hash,
    records: manifest.data.records,
    templates: templates.templates.length,
    detectors: trained.map(([name]) => name),
    bytes: Object.values(manifest.members).reduce((sum, { bytes }) => sum + bytes, 0),
  }
}

function differingSettings([first, second]: Pair<Bundle>): Record<string, Pair<unknown>> {
  const [a, b] = [first.manifest.settings, second.manifest.settings]
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()
  const differing = names.filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]))
  return Object.fromEntries(differing.map((name) => [name, [a[name] ?? null, b[name] ?? null]]))
}

/** Templates by text: ids are those of each miner. */
function templatesOf(bundles: Pair<Bundle>): BundleComparison['templates'] {
  const [first, second] = both(bundles, ({ templates }) => new Set(templates.templates.map(({ text }) => text)))
  const onlyFirst = [...first].filter((text) => !second.has(text)).sort()
  const onlySecond = [...second].filter((text) => !first.has(text)).sort()
  return { both: first.size - onlyFirst.length, onlyFirst, onlySecond }
}

function logFacts({ name, measures }: JudgedPair): LogFacts {
  const bundles = both(measures, ({ stats, findings, flaggedWindows, flaggedSessions, unknown }) => ({
    windows: stats.windows,
    flaggedWindows,
    sessions: stats.sessions,
    flaggedSessions,
    unknown,
    findings: findings.length,
  }))
  return { log: name, bundles }
}

/** Of each log, the findings of a bundle and of the other. */
function findingsOf(told: readonly JudgedPair[], bundle: 0 | 1) {
  return told.map(({ measures }) => ({
    own: measures[bundle].findings,
    other: measures[1 - bundle].findings,
  }))
}

function both<T, U>([first, second]: Pair<T>, of: (one: T) => U): Pair<U> {
  return [of(first), of(second)]
}
