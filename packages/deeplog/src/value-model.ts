import { fit, loadPredictor, withParameters, type Engine } from '@sp/engine'
import { parametersOf } from './deeplog-network.js'
import { DeepLogError } from './errors.js'
import { VALUE_NETWORK, valueNetwork } from './value-network.js'

/** The numbers that lines of one template carried, in the order of the log. */
export interface ValueSeries {
  /** Vocabulary index. */
  readonly template: number
  /** What each column is: `1` for the first parameter of the line, and so on; `gap` for seconds since the line before. */
  readonly columns: readonly string[]
  /** `[n]` row of the parsed log. */
  readonly rows: Int32Array
  /** `[n, columns]`, row-major; NaN where a line has none. */
  readonly values: Float64Array
}

/** What is normal in the numbers of some templates; plain data. */
export interface ValueModel {
  readonly window: number
  readonly templates: readonly TemplateValues[]
}

/** What is normal in the numbers of one template. */
export interface TemplateValues {
  readonly template: number
  readonly columns: readonly string[]
  /** Which columns only ever rise: of a counter or an id the step is judged, not the height. */
  readonly isCounter: readonly boolean[]
  /** Centre and spread of each column, on the scale asinh(x), which is that of logarithms for large values. */
  readonly centre: readonly number[]
  readonly spread: readonly number[]
  /** Weights by name of the network that predicts; `null` where it is no better than the centre. */
  readonly weights: Readonly<Record<string, readonly number[]>> | null
  /** Of the errors of each column on held-out rows, in spreads: their mean and deviation. */
  readonly errorMean: readonly number[]
  readonly errorDeviation: readonly number[]
  /** Deviations beyond which values are strange. */
  readonly limit: number
}

/** How values are learned. */
export interface ValueOptions {
  /** Rows that a prediction looks back on; default 10. */
  readonly window?: number
  /** Share of held-out rows that may lie outside the interval, above 0 and at most 0.1; default 0.001. */
  readonly budget?: number
  readonly seed?: number
  readonly engine?: Engine
}

/** Fewest rows of a template; a column's errors must be seen often enough to have a deviation. */
const FEWEST_ROWS = 100
/** Templates with most rows that get a model. */
const MOST_TEMPLATES = 50
const HIDDEN = 16
const STEPS = 200
const BATCH = 32
/** Last part of the rows that the errors are measured on. */
const HELD_OUT = 0.3

/**
 * The parameter-value model (Du et al. 2017, §3.3): for each template with numbers, an LSTM predicts the next from those
 * before, and the errors on held-out rows are taken as Gaussian; what lies outside their confidence interval is strange.
 * Where the LSTM does not predict better than the centre of the column, the centre predicts.
 * @throws {DeepLogError} `bad-options`
 */
export async function trainValueModel(
  series: readonly ValueSeries[],
  { window = 10, budget = 0.001, seed = 0, engine }: ValueOptions = {},
): Promise<ValueModel> {
  if (!(Number.isInteger(window) && window >= 1 && budget > 0 && budget <= 0.1)) {
    throw new DeepLogError('bad-options', `window ${window}, budget ${budget}; expected 1 or more, 0 < budget ≤ 0.1`)
  }
  const long = series.filter(({ rows, columns }) => rows.length >= FEWEST_ROWS && columns.length > 0)
  const chosen = [...long].sort((a, b) => b.rows.length - a.rows.length).slice(0, MOST_TEMPLATES)
  const templates: TemplateValues[] = []
  for (const one of chosen) templates.push(await learn(one, { window, budget, seed, engine }))
  return { window, templates: templates.sort((a, b) => a.template - b.template) }
}

/** What a model says of the rows that it knows the template of. */
export interface ValueScores {
  /** Row of the parsed log. */
  readonly rows: Int32Array
  /** Largest distance of a column from its prediction, in deviations of normal errors; 0 where there are no numbers. */
  readonly deviations: Float64Array
  /** Name of that column, and the value there. */
  readonly column: readonly string[]
  readonly value: Float64Array
  /** 1 where the distance lies beyond the limit of the template. */
  readonly isStrange: Uint8Array
  /** Columns that hold no number here though they did in training; not told of a template with one row, that has no gap. */
  readonly columnsNotJudged: readonly { readonly template: number; readonly column: string }[]
}

/**
 * Judges the numbers of each row; those before it are taken as they were, strange or not.
 * @param series with the columns of the model, NaN where a line has none; templates that it does not know are passed over
 * @throws {DeepLogError} `bad-options` when the columns are others
 */
export async function scoreValues(
  model: ValueModel,
  series: readonly ValueSeries[],
  { engine }: { readonly engine?: Engine } = {},
): Promise<ValueScores> {
  const found: { row: number; deviations: number; column: string; value: number; isStrange: number }[] = []
  const columnsNotJudged: { template: number; column: string }[] = []
  for (const one of series) {
    const known = model.templates.find(({ template }) => template === one.template)
    if (known === undefined) continue
    requireColumns(known, one)
    if (one.rows.length > 1) columnsNotJudged.push(...emptyColumns(one))
    const scaled = scale(withSteps(one, known.isCounter), known)
    const errors = await errorsOf(scaled, known, { window: model.window, engine })
    const width = one.columns.length
    one.rows.forEach((row, i) => {
      let [worst, most] = [0, 0]
      for (let c = 0; c < width; c++) {
        const error = errors[i * width + c]
        // The first rows lack the history that the network was taught to read.
        const isJudged = !Number.isNaN(error) && (known.weights === null || i >= model.window)
        const deviations = !isJudged ? 0 : Math.abs(error - known.errorMean[c]) / known.errorDeviation[c]
        if (deviations > most) [worst, most] = [c, deviations]
      }
      const isStrange = Number(most > known.limit)
      found.push({ row, deviations: most, column: one.columns[worst], value: one.values[i * width + worst], isStrange })
    })
  }
  found.sort((a, b) => a.row - b.row)
  return {
    rows: Int32Array.from(found, ({ row }) => row),
    deviations: Float64Array.from(found, ({ deviations }) => deviations),
    column: found.map(({ column }) => column),
    value: Float64Array.from(found, ({ value }) => value),
    isStrange: Uint8Array.from(found, ({ isStrange }) => isStrange),
    columnsNotJudged,
  }
}

function requireColumns({ template, columns }: TemplateValues, series: ValueSeries): void {
  if (columns.join() === series.columns.join()) return
  const seen = `values of template ${template} have the columns ${series.columns.join(', ') || '(none)'}`
  throw new DeepLogError('bad-options', `${seen}, those of the model ${columns.join(', ')}; gather those of the model`)
}

function emptyColumns({ template, columns, values }: ValueSeries): { template: number; column: string }[] {
  return columns
    .filter((_, c) => values.every((value, at) => at % columns.length !== c || Number.isNaN(value)))
    .map((column) => ({ template, column }))
}

/** Share of the steps of a counter that go up or stay. */
const RISING = 0.98

function rises({ values, columns, rows }: ValueSeries, c: number): boolean {
  let [up, steps] = [0, 0]
  for (let i = 1; i < rows.length; i++) {
    const step = values[i * columns.length + c] - values[(i - 1) * columns.length + c]
    if (Number.isNaN(step)) continue
    steps++
    if (step >= 0) up++
  }
  return steps > 0 && up >= RISING * steps
}

/** The series with each counter replaced by its steps; the first has none. */
function withSteps(series: ValueSeries, isCounter: readonly boolean[]): ValueSeries {
  const width = series.columns.length
  const values = series.values.map((value, at) =>
    isCounter[at % width] ? value - (series.values[at - width] ?? NaN) : value,
  )
  return { ...series, values }
}

type Learning = Required<Omit<ValueOptions, 'engine'>> & Pick<ValueOptions, 'engine'>

async function learn(given: ValueSeries, { window, budget, seed, engine }: Learning): Promise<TemplateValues> {
  const isCounter = given.columns.map((_, c) => rises(given, c))
  const series = withSteps(given, isCounter)
  const width = series.columns.length
  const cut = Math.floor(series.rows.length * (1 - HELD_OUT))
  const statistics = series.columns.map((_, c) => centreAndSpread(columnOf(series, { c, from: 0, to: cut })))
  const scales = {
    template: series.template,
    columns: series.columns,
    isCounter,
    centre: statistics.map(({ centre }) => centre),
    spread: statistics.map(({ spread }) => spread),
  }
  const scaled = scale(series, scales)
  const windows = windowsOf(scaled, { width, window, from: 0, to: cut })
  const count = cut
  const graph = valueNetwork({ columns: width, window, hidden: HIDDEN }, seed)
  const inputs = {
    [VALUE_NETWORK.past]: { data: windows.past, shape: [count, window, width] },
    [VALUE_NETWORK.next]: { data: windows.next, shape: [count, width] },
  }
  const epochs = Math.max(1, Math.round(STEPS / Math.ceil(count / BATCH)))
  const training = fit(
    { graph },
    { inputs },
    { epochs, batchSize: BATCH, learningRate: 0.01, seed, engine, validationShare: 0 },
  )
  for await (const _ of training) void _
  const weights = Object.fromEntries(
    Object.entries(parametersOf(training.graph)).map(([name, data]) => [name, Array.from(data)]),
  )
  const heldOut = scaled.subarray(cut * width)
  const byNetwork = (await errorsOf(scaled, { columns: series.columns, weights }, { window, engine })).subarray(
    cut * width,
  )
  const isBetter = squares(byNetwork) < BETTER * squares(heldOut)
  return { ...scales, ...intervalOf(isBetter ? byNetwork : heldOut, width, budget), weights: isBetter ? weights : null }
}

/** A network must predict so much better than the centre, or its errors are only noise of another kind. */
const BETTER = 0.95

/** Gaussian interval of held-out errors, widened where more than the budget of them lies outside. */
function intervalOf(errors: Float64Array, width: number, budget: number) {
  const statistics = Array.from({ length: width }, (_, c) => {
    const own = errors.filter((error, i) => i % width === c && !Number.isNaN(error))
    const mean = own.reduce((sum, error) => sum + error, 0) / Math.max(own.length, 1)
    const variance = own.reduce((sum, error) => sum + (error - mean) ** 2, 0) / Math.max(own.length - 1, 1)
    return { mean, deviation: Math.max(Math.sqrt(variance), SMALLEST_DEVIATION) }
  })
  const worst = Float64Array.from({ length: errors.length / width }, (_, i) => {
    let most = 0
    statistics.forEach(({ mean, deviation }, c) => {
      const error = errors[i * width + c]
      if (!Number.isNaN(error)) most = Math.max(most, Math.abs(error - mean) / deviation)
    })
    return most
  }).sort()
  const observed = worst[Math.max(0, worst.length - 1 - Math.floor(budget * worst.length))] ?? 0
  return {
    errorMean: statistics.map(({ mean }) => mean),
    errorDeviation: statistics.map(({ deviation }) => deviation),
    limit: Math.max(observed * MARGIN, gaussianQuantile(1 - budget / (2 * width))),
  }
}

/** In spreads: a column that never changed is allowed to change by so much. */
const SMALLEST_DEVIATION = 0.05
/** The largest of some hundred errors is not the largest there will be. */
const MARGIN = 1.25

/** Errors `[n, C]` of predictions, in spreads; of the centre where there is no network. */
async function errorsOf(
  scaled: Float64Array,
  { columns, weights }: Pick<TemplateValues, 'columns' | 'weights'>,
  { window, engine }: { window: number; engine?: Engine },
): Promise<Float64Array> {
  if (weights === null) return scaled
  const width = columns.length
  const count = scaled.length / width
  if (count === 0) return scaled
  const graph = withParameters(
    valueNetwork({ columns: width, window, hidden: HIDDEN }, 0),
    Object.fromEntries(Object.entries(weights).map(([name, data]) => [name, Float32Array.from(data)])),
  )
  const { past } = windowsOf(scaled, { width, window, from: 0, to: count })
  const predictor = await loadPredictor(graph, { engine, outputs: [VALUE_NETWORK.prediction] })
  try {
    const inputs = { [VALUE_NETWORK.past]: { data: past, shape: [count, window, width] } }
    const { outputs, rowOf } = await predictor.predict(inputs)
    const predicted = outputs[VALUE_NETWORK.prediction].data
    return scaled.map((value, at) => value - predicted[rowOf[Math.floor(at / width)] * width + (at % width)])
  } finally {
    await predictor.dispose()
  }
}

/** The rows before each row, and the row itself; what is missing counts as the centre. */
function windowsOf(
  scaled: Float64Array,
  { width, window, from, to }: { width: number; window: number; from: number; to: number },
): { past: Float32Array; next: Float32Array } {
  const count = to - from
  const past = new Float32Array(count * window * width)
  const next = new Float32Array(count * width)
  function filled(row: number, c: number): number {
    return row < 0 ? 0 : scaled[row * width + c] || 0
  }
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < width; c++) {
      next[i * width + c] = filled(from + i, c)
      for (let t = 0; t < window; t++) past[(i * window + t) * width + c] = filled(from + i - window + t, c)
    }
  }
  return { past, next }
}

function scale(
  { values, columns }: ValueSeries,
  { centre, spread }: Pick<TemplateValues, 'centre' | 'spread'>,
): Float64Array {
  return values.map((value, at) => (Math.asinh(value) - centre[at % columns.length]) / spread[at % columns.length])
}

function columnOf(
  { values, columns }: ValueSeries,
  { c, from, to }: { c: number; from: number; to: number },
): Float64Array {
  const column = Float64Array.from({ length: to - from }, (_, i) => Math.asinh(values[(from + i) * columns.length + c]))
  return column.filter((value) => !Number.isNaN(value))
}

function centreAndSpread(column: Float64Array): { centre: number; spread: number } {
  const centre = column.reduce((sum, value) => sum + value, 0) / Math.max(column.length, 1)
  const variance = column.reduce((sum, value) => sum + (value - centre) ** 2, 0) / Math.max(column.length, 1)
  return { centre, spread: Math.max(Math.sqrt(variance), 1e-3) }
}

function squares(errors: Float64Array): number {
  return errors.reduce((sum, error) => sum + (Number.isNaN(error) ? 0 : error ** 2), 0)
}

/** Quantile of the standard normal by bisection of its distribution function (Abramowitz & Stegun 1964, 26.2.17). */
function gaussianQuantile(p: number): number {
  let [low, high] = [0, 10]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (upperTail(middle) > 1 - p) low = middle
    else high = middle
  }
  return high
}

function upperTail(x: number): number {
  const t = 1 / (1 + 0.2316419 * x)
  const density = Math.exp(-(x ** 2) / 2) / Math.sqrt(2 * Math.PI)
  const terms = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429]
  return density * terms.reduceRight((sum, term) => (sum + term) * t, 0)
}
