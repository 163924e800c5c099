export { trainBaseline } from './train-baseline.js'
export { scoreBaseline, type BaselineScores } from './score-baseline.js'
export { type BaselineModel, type BaselineOptions } from './baseline-model.js'
export { BaselineError } from './errors.js'
