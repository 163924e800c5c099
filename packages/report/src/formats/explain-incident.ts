import type { Incident } from '../incidents/incident.js'
import { catalogueOf } from '../language/catalogue.js'
import { quoted } from '../plain-text.js'
import type { Report } from '../report.js'
import { capital } from './incident-facts.js'
import type { TextOptions } from './render-markdown.js'

/** An incident in one sentence, log text in it harmless and in quotation marks. */
export function explainIncident(
  incident: Incident,
  { run }: { readonly run: Pick<Report['run'], 'training'> },
  { language = 'en' }: TextOptions = {},
): string {
  return `${capital(catalogueOf(language).headline(incident, run.training, quoted))}.`
}
