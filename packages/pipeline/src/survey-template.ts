import { type ExtractOptions, extractParameters } from '@sp/drain'
import { type Parameter, type ParsedLog, ParsedLogFile, type Template } from '@sp/log-table'

/** A row that has a template. */
export interface TemplateExample {
  readonly source: string
  /** From 0. */
  readonly line: number
  /** The original line. */
  readonly raw: string
}

/** What stood in one open place of a template. */
export interface ParameterSurvey {
  /** Rows by type of value, the most frequent first; `*` for what no mask hid. */
  readonly types: readonly { readonly type: string; readonly count: number }[]
  /** Different values seen, counted up to {@link MOST_VALUES}. */
  readonly values: number
  /** The most frequent values, the most frequent first. */
  readonly samples: readonly { readonly value: string; readonly count: number }[]
}

/** What the rows of a template show. */
export interface TemplateSurvey {
  readonly rows: number
  /** Milliseconds since 1970-01-01 UTC; null where no row has a time. */
  readonly firstTime: number | null
  readonly lastTime: number | null
  /** The first rows that differ once masked, then the first that do not. */
  readonly examples: readonly TemplateExample[]
  /** By open place, in order. */
  readonly parameters: readonly ParameterSurvey[]
  /** Rows that have more or fewer values than the template has open places, and are left out of `parameters`. */
  readonly unfitting: number
}

/** How many are kept. */
export interface SurveyOptions {
  /** Default 5. */
  readonly examples?: number
  /** Sample values of each place, default 5. */
  readonly samples?: number
  /** How parameters are taken from messages; default as of an evidence miner's templates. */
  readonly extract?: ExtractOptions
  readonly signal?: AbortSignal
}

/** Different values of one place that are counted; what comes later is not. */
export const MOST_VALUES = 1000

/**
 * Reads the rows of one template from a `parsed.parquet`.
 *
 * @throws {LogTableError} when it cannot be read
 */
export async function surveyTemplate(
  parsed: string,
  template: Template,
  { examples = 5, samples = 5, extract, signal }: SurveyOptions = {},
): Promise<TemplateSurvey> {
  const log = await ParsedLogFile.open(parsed)
  const survey = new RunningSurvey(template, { examples, extract })
  try {
    for await (const batch of log.batches({ columns: COLUMNS })) {
      signal?.throwIfAborted()
      const code = log.templates.findIndex(({ id }) => id === template.id)
      if (code >= 0) survey.add(batch, code)
    }
  } finally {
    await log.close()
  }
  return survey.result(samples)
}

const COLUMNS = ['template', 'masked', 'parameters', 'raw', 'source', 'lineNo', 'timestamp'] as const

interface Place {
  readonly types: Map<string, number>
  readonly values: Map<string, number>
}

class RunningSurvey {
  readonly #template: Template
  readonly #mostExamples: number
  readonly #extract: ExtractOptions | undefined
  readonly #distinct = new Map<string, TemplateExample>()
  readonly #others: TemplateExample[] = []
  readonly #places: Place[] = []
  #rows = 0
  #unfitting = 0
  #firstTime = Infinity
  #lastTime = -Infinity

  constructor(template: Template, { examples, extract }: { examples: number; extract?: ExtractOptions }) {
    this.#template = template
    this.#mostExamples = examples
    this.#extract = extract
  }

  add(batch: ParsedLog, code: number): void {
    for (let row = 0; row < batch.rowCount; row++) {
      if (batch.template[row] !== code) continue
      this.#rows++
      this.#noteExample(batch, row)
      const time = batch.timestamp[row]
      if (time < this.#firstTime) this.#firstTime = time
      if (time > this.#lastTime) this.#lastTime = time
      const found = extractParameters(
        this.#template.text,
        batch.masked.at(row)!,
        batch.parameters.at(row),
        this.#extract,
      )
      if (found === null || (this.#places.length > 0 && found.length !== this.#places.length)) this.#unfitting++
      else found.forEach((parameter, place) => this.#noteParameter(place, parameter))
    }
  }

  result(samples: number): TemplateSurvey {
    return {
      rows: this.#rows,
      firstTime: Number.isFinite(this.#firstTime) ? this.#firstTime : null,
      lastTime: Number.isFinite(this.#lastTime) ? this.#lastTime : null,
      examples: [...this.#distinct.values(), ...this.#others].slice(0, this.#mostExamples),
      parameters: this.#places.map(({ types, values }) => ({
        types: byCount(types).map(([type, count]) => ({ type, count })),
        values: values.size,
        samples: byCount(values)
          .slice(0, samples)
          .map(([value, count]) => ({ value, count })),
      })),
      unfitting: this.#unfitting,
    }
  }

  #noteExample({ masked, raw, source, lineNo }: ParsedLog, row: number): void {
    const example = { source: source.at(row) ?? '', line: lineNo[row], raw: raw.at(row)! }
    if (this.#distinct.size < this.#mostExamples && !this.#distinct.has(masked.at(row)!)) {
      this.#distinct.set(masked.at(row)!, example)
    } else if (this.#others.length < this.#mostExamples) this.#others.push(example)
  }

  #noteParameter(place: number, { type, value }: Parameter): void {
    const { types, values } = (this.#places[place] ??= { types: new Map(), values: new Map() })
    types.set(type, (types.get(type) ?? 0) + 1)
    if (values.has(value) || values.size < MOST_VALUES) values.set(value, (values.get(value) ?? 0) + 1)
  }
}

function byCount(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([a, many], [b, few]) => few - many || (a < b ? -1 : 1))
}
