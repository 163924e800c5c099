import { catalogueOf } from '../language/catalogue.js'
import { quoted } from '../plain-text.js'
import type { Report } from '../report.js'
import { locationOf } from './incident-facts.js'
import type { TextOptions } from './render-markdown.js'

/**
 * The report as JSON text with a final line end: the keys of {@link Report} without its pictures, log text as it was.
 * Each incident has besides its `rank` from 1, its `location` (`file:first–last` or `file:line`, from 1) and its `explanation`,
 * a sentence in the language asked for.
 */
export function renderJson(report: Report, { language = 'en' }: TextOptions = {}): string {
  const words = catalogueOf(language)
  const { incidents } = report
  const explained = incidents.map((incident, i) => ({
    rank: i + 1,
    location: locationOf(incident),
    explanation: words.headline(incident, report.run.training, quoted),
    ...incident,
  }))
  return `${JSON.stringify({ ...report, language, incidents: explained, pictures: undefined }, null, 2)}\n`
}

/** The pictures of a report as `timeline.json`, format `sp-timeline` version 1; one line, since nobody reads it. */
export function renderPictures({ pictures }: Report): string {
  return `${JSON.stringify({ format: 'sp-timeline', version: 1, ...pictures })}\n`
}
