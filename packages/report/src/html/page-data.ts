import type { Incident } from '../incidents/incident.js'
import { cutText } from '../plain-text.js'
import type { Catalogue } from '../language/catalogue.js'
import type { SourceTimeline } from '../pictures/score-timeline.js'
import type { Report } from '../report.js'
import type { PageData, PageIncident, PageTimeline } from './page/page-data.js'

/** Detectors that have a colour of their own; more could not be told apart. */
export const COLOURS = 8
const MAX_TEMPLATE = 160

/** The detectors of a report in the order of their colours: as the timeline has them, the last one stands for the rest. */
export function detectorOrder({ pictures }: Report): { names: string[]; indexOf: (name: string) => number } {
  const all = pictures.timeline.detectors
  const names = all.length <= COLOURS ? [...all] : [...all.slice(0, COLOURS - 1), '…']
  return {
    names,
    indexOf: (name) => {
      const index = all.indexOf(name)
      return index < 0 ? COLOURS - 1 : Math.min(index, COLOURS - 1)
    },
  }
}

/** What the script of the page is given. */
export function pageData(report: Report, shown: readonly Incident[], words: Catalogue): PageData {
  const { timeline, activity, distributions } = report.pictures
  const detectors = detectorOrder(report)
  const sources = sourceNames(report, shown)
  const fresh = new Set(report.incidents.flatMap(newTemplates))
  return {
    language: words.formats.locale,
    words: words.page,
    detectors: detectors.names,
    sources,
    incidents: shown.map((incident, i) => pageIncident(incident, { rank: i + 1, sources, indexOf: detectors.indexOf })),
    timelines: timeline.sources.map((own) => pageTimeline(own, sources, detectors.names.length)),
    activity: {
      axis: activity.axis,
      width: activity.width,
      starts: activity.starts,
      rows: activity.rows.map(({ template, counts }) => ({
        text: cutText(template.text, MAX_TEMPLATE).text,
        counts,
        isNew: fresh.has(template.id),
      })),
    },
    distributions: distributions.map(({ detector, threshold, bins }) => ({
      detector,
      threshold,
      bins: bins.map(({ from, to, units }) => [from, to, units]),
    })),
  }
}

function sourceNames({ pictures }: Report, shown: readonly Incident[]): string[] {
  const drawn = pictures.timeline.sources.flatMap(({ source }) => source ?? [])
  return [...new Set([...drawn, ...shown.flatMap(({ places }) => places.map(({ source }) => source))])]
}

function pageIncident(
  { id, severity, startTime, endTime, detectors, hosts, places }: Incident,
  { rank, sources, indexOf }: { rank: number; sources: readonly string[]; indexOf: (name: string) => number },
): PageIncident {
  return {
    id,
    rank,
    severity,
    start: startTime,
    end: endTime,
    detectors: [...new Set(detectors.map(({ name }) => indexOf(name)))],
    hosts: hosts.map(({ name }) => name),
    places: places.map(({ source, firstLine, lastLine }) => [sources.indexOf(source), firstLine, lastLine]),
  }
}

function pageTimeline(own: SourceTimeline, sources: readonly string[], detectors: number): PageTimeline {
  const { source, axis, width, starts, strength, flagged } = own
  return {
    source: source === null ? null : sources.indexOf(source),
    axis,
    width,
    starts,
    strength: folded(strength, detectors),
    flagged: folded(flagged, detectors),
  }
}

/** The rows beyond the last colour added to the last. */
function folded(rows: readonly (readonly number[])[], limit: number): number[][] {
  const kept = rows.slice(0, limit).map((row) => [...row])
  for (const row of rows.slice(limit)) row.forEach((value, i) => (kept[limit - 1][i] += value))
  return kept
}

function newTemplates({ reasons }: Incident): string[] {
  return reasons.flatMap(({ evidence }) => (evidence.kind === 'new-template' ? [evidence.template.id] : []))
}
